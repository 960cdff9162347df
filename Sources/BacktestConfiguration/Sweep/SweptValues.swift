import BacktestModel
import BacktestSweep
import BacktestYAML

/// A value of a swept path, with what constraints and messages need.
struct SweptValue: Sendable {
    var value: SweepValue
    /// The value as a number, `nil` for words.
    var number: Double?
    var start: YAMLMark
    var end: YAMLMark
}

extension SweptValue: Marked {}

/// One axis with its places.
struct SweptAxis: Sendable {
    /// Indices into the sweep's paths.
    var parameters: [Int]
    /// A value for each parameter of each row.
    var rows: [[SweptValue?]]
}

extension Scalar {
    /// The number that a scalar is; true and false count as 1 and 0.
    var numeric: Double? {
        switch self {
        case .number(let value): value
        case .boolean(let value): value ? 1 : 0
        case .null, .text: nil
        }
    }
}
