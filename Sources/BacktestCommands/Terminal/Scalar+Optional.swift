package import BacktestModel

extension Scalar {
    /// Text, or `null` for none.
    package static func optional(_ text: String?) -> Scalar { text.map { .text($0) } ?? .null }

    /// A number, or `null` for none.
    package static func optional(_ number: Double?) -> Scalar { number.map { .number($0) } ?? .null }

    /// A whole number.
    package static func count(_ number: Int) -> Scalar { .number(Double(number)) }
}
