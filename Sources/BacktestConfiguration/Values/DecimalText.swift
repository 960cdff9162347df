import BacktestYAML

/// A number as people write it, exact in decimal: `0.1%` is 1 x 10^-3 and not what 0.1 / 100 rounds to.
struct DecimalText: Sendable, Hashable {
    /// A unit that a rate may carry.
    enum Unit: String, Sendable, CaseIterable {
        case none = ""
        case percent = "%"
        case basisPoints = "bps"

        /// Power of ten that the unit stands for.
        var exponent: Int {
            switch self {
            case .none: 0
            case .percent: -2
            case .basisPoints: -4
            }
        }
    }

    /// The number before the unit, as text in the core schema of YAML 1.2.
    var digits: String
    /// The unit.
    var unit: Unit

    /// Reads `0.5`, `50%`, `50 %` or `10bps`; `nil` for anything else.
    init?(_ text: String) {
        var rest = Substring(text)
        unit = .none
        for candidate in Unit.allCases where candidate != .none && rest.hasSuffix(candidate.rawValue) {
            unit = candidate
            rest = rest.dropLast(candidate.rawValue.count)
            if rest.last == " " { rest = rest.dropLast() }
            break
        }
        digits = String(rest)
        guard CoreScalar.number(of: digits) != nil else { return nil }
        if unit != .none, !digits.allSatisfy({ $0.isASCII && ($0.isNumber || ".+-eE".contains($0)) }) {
            return nil
        }
    }

    /// The nearest double, rounded once.
    var value: Double {
        guard unit != .none else { return CoreScalar.number(of: digits) ?? .nan }
        let parts = digits.split(whereSeparator: { $0 == "e" || $0 == "E" })
        // Beyond these the number is 0 or infinite whatever its digits are.
        let isTiny = parts.count > 1 && parts[1].hasPrefix("-")
        let written = parts.count > 1 ? Int(parts[1]) ?? (isTiny ? -99_999 : 99_999) : 0
        let exponent = min(99_999, max(-99_999, written))
        return Double("\(parts[0])e\(exponent + unit.exponent)") ?? .nan
    }
}
