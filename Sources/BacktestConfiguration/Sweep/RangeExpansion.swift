import BacktestYAML

/// `range(a, b, step)`: a + i x step for i = 0..floor((b - a) / step + 1e-9), both ends included.
///
/// The arithmetic is exact in the decimals of the arguments, so `range(0.1, 0.3, 0.1)` ends with 0.3; a unit that all
/// three carry is kept. A value is made when it is asked for: a range costs the same however long it is.
struct RangeExpansion: Sendable {
    /// Most values of one range.
    static let limit = 10_000_000

    /// Number of values, at least 1.
    let count: Int
    private let from: Int64
    private let step: Int64
    private let scale: Int
    private let unit: String
    private let start: YAMLMark
    private let end: YAMLMark

    /// Whether a text means a range.
    static func isRange(_ text: String) -> Bool {
        text.hasPrefix("range(") || text.hasPrefix("range (")
    }

    /// Reads a range; `nil` where it is wrong.
    init?(_ node: YAMLNode, _ findings: inout Findings) {
        guard let text = node.text else { return nil }
        guard let arguments = RangeExpansion.arguments(text) else {
            findings.error(
                "invalid_range",
                "expected range(from, to, step) with three numbers, found '\(text)'",
                hint: text.contains(")")
                    ? "write range(5, 50, 5)" : "quote a range inside { }: \"range(5, 50, 5)\"",
                at: node
            )
            return nil
        }
        guard Set(arguments.map(\.unit)).count == 1 else {
            findings.error("invalid_range", "the numbers of a range must carry the same unit", at: node)
            return nil
        }
        let fixed = arguments.compactMap { FixedPoint($0.digits) }
        let scale = fixed.map(\.scale).max() ?? 0
        let scaled = fixed.compactMap { $0.rescaled(to: scale) }
        guard scaled.count == 3 else {
            findings.error("invalid_range", "the numbers of a range have too many digits", at: node)
            return nil
        }
        let (from, to, step) = (scaled[0], scaled[1], scaled[2])
        guard step > 0 else {
            findings.error("invalid_range", "the step of a range must be greater than 0", at: node)
            return nil
        }
        guard from <= to else {
            findings.error(
                "invalid_range",
                "the range ends before it begins",
                hint: "write range(smaller, greater, step)",
                at: node
            )
            return nil
        }
        let (steps, rest) = (to - from).quotientAndRemainder(dividingBy: step)
        // What a step misses the end by, if it is next to nothing.
        let isNear = rest > 0 && Double(step - rest) / Double(step) <= 1e-9
        count = Int(steps) + (isNear ? 2 : 1)
        guard count <= RangeExpansion.limit else {
            findings.error(
                "too_many_values",
                "the range has \(count) values, more than \(RangeExpansion.limit)",
                at: node
            )
            return nil
        }
        self.from = from
        self.step = step
        self.scale = scale
        unit = arguments[0].unit.rawValue
        start = node.start
        end = node.end
    }

    /// A value, 0 to `count` - 1, at the place of the range.
    subscript(index: Int) -> YAMLNode {
        let digits = FixedPoint(mantissa: from + Int64(index) * step, scale: scale).text
        return YAMLNode(content: .scalar(digits + unit, style: .plain), start: start, end: end)
    }

    private static func arguments(_ text: String) -> [DecimalText]? {
        guard let open = text.firstIndex(of: "("), text.hasSuffix(")") else { return nil }
        let inner = text[text.index(after: open)...].dropLast()
        let parts = inner.split(separator: ",", omittingEmptySubsequences: false).map { part in
            var part = part
            while part.first == " " { part.removeFirst() }
            while part.last == " " { part.removeLast() }
            return DecimalText(String(part))
        }
        let arguments = parts.compactMap { $0 }
        return parts.count == 3 && arguments.count == 3 ? arguments : nil
    }
}

/// A decimal number as a whole number of units of 10^-scale.
struct FixedPoint: Sendable, Hashable {
    var mantissa: Int64
    var scale: Int

    init(mantissa: Int64, scale: Int) {
        self.mantissa = mantissa
        self.scale = scale
    }

    /// Reads decimal digits with an optional exponent; `nil` past 18 digits and for anything else.
    init?(_ text: String) {
        let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
        guard let first = parts.first, parts.count <= 2 else { return nil }
        let exponent = parts.count == 2 ? Int(parts[1]) : 0
        guard let exponent, (-18...18).contains(exponent) else { return nil }
        let point = first.firstIndex(of: ".")
        let decimals = point.map { first.distance(from: $0, to: first.endIndex) - 1 } ?? 0
        var digits = String(first.filter { $0 != "." && $0 != "+" })
        if digits.isEmpty || digits == "-" { return nil }
        scale = decimals - exponent
        while scale < 0 {
            digits += "0"
            scale += 1
        }
        guard digits.count <= 18, let mantissa = Int64(digits) else { return nil }
        self.mantissa = mantissa
    }

    /// The mantissa at a scale that is not smaller, `nil` where it gets too large.
    func rescaled(to wanted: Int) -> Int64? {
        var value = mantissa
        for _ in scale..<wanted {
            let (result, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = result
        }
        return abs(value) <= 1 << 60 ? value : nil
    }

    /// Decimal digits, with as many decimals as the scale says.
    var text: String {
        guard scale > 0 else { return String(mantissa) }
        var digits = String(abs(mantissa))
        if digits.count <= scale { digits = String(repeating: "0", count: scale + 1 - digits.count) + digits }
        digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -scale))
        return (mantissa < 0 ? "-" : "") + digits
    }
}
