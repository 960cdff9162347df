import Glibc

/// The value of one parameter in a set, as the search knows it.
public enum ParameterChoice: Sendable, Hashable {
    /// Place in a list of values.
    case level(Int)
    /// A whole number of a logarithmic range.
    case whole(Int)
    /// A number of a continuous range.
    case real(Double)
}

/// One parameter of a search: which values it may take, and how a number in [0, 1) becomes one of them.
public struct SearchParameter: Sendable, Hashable {
    /// What kind of values.
    public enum Domain: Sendable, Hashable {
        /// `count` values of a list, from the first to the last; `ordered` where neighbours in the list are alike.
        case levels(count: Int, ordered: Bool)
        /// Whole numbers from `low` to `high`, both included, dense where they are small; low >= 1.
        case logarithmicWhole(low: Int, high: Int)
        /// Numbers from `low` to `high`, both included, rounded to `digits` significant decimal digits.
        case real(low: Double, high: Double, logarithmic: Bool, digits: Int)
    }

    /// Where the parameter stands in the configuration.
    public var path: String
    /// Its values.
    public var domain: Domain

    /// Makes a parameter.
    public init(_ path: String, _ domain: Domain) {
        self.path = path
        self.domain = domain
    }

    /// Number of values, `nil` for a continuous range.
    public var count: Int? {
        switch domain {
        case .levels(let count, _): count
        case .logarithmicWhole(let low, let high): high - low + 1
        case .real(let low, let high, _, _): low == high ? 1 : nil
        }
    }

    /// Whether values have an order in which neighbours are alike.
    public var isOrdered: Bool {
        if case .levels(_, let ordered) = domain { return ordered }
        return true
    }

    /// The value at a place of [0, 1) (rule V11); u outside is taken as the nearer end.
    public func choice(_ u: Double) -> ParameterChoice {
        let u = min(max(u, 0), 1)
        switch domain {
        case .levels(let count, _):
            return .level(min(Int(u * Double(count)), count - 1))
        case .logarithmicWhole(let low, let high):
            let from = log(Double(low) - 0.5)
            let value = (exp(from + u * (log(Double(high) + 0.5) - from)) + 0.5).rounded(.down)
            return .whole(min(max(Int(value), low), high))
        case .real(let low, let high, let logarithmic, let digits):
            let value = logarithmic ? exp(log(low) + u * (log(high) - log(low))) : low + u * (high - low)
            return .real(min(max(SearchParameter.rounded(value, digits: digits), low), high))
        }
    }

    /// The value at a place in grid order; the parameter must not be continuous.
    public func choice(at place: Int) -> ParameterChoice {
        switch domain {
        case .levels: .level(place)
        case .logarithmicWhole(let low, _): .whole(low + place)
        case .real(let low, _, _, _): .real(low)
        }
    }

    /// The middle of the places of [0, 1] that become a value: the inverse of `choice`.
    public func place(of choice: ParameterChoice) -> Double {
        switch (domain, choice) {
        case (.levels(let count, _), .level(let level)):
            return (Double(level) + 0.5) / Double(count)
        case (.logarithmicWhole(let low, let high), .whole(let value)):
            let from = log(Double(low) - 0.5)
            let place = (log(Double(value)) - from) / (log(Double(high) + 0.5) - from)
            return min(max(place, 0), 1)
        case (.real(let low, let high, let logarithmic, _), .real(let value)):
            guard high > low else { return 0.5 }
            let place =
                logarithmic ? (log(value) - log(low)) / (log(high) - log(low)) : (value - low) / (high - low)
            return min(max(place, 0), 1)
        default:
            return 0.5
        }
    }

    /// A number rounded to significant decimal digits, so that it can be typed in again.
    static func rounded(_ value: Double, digits: Int) -> Double {
        guard value != 0, value.isFinite else { return value }
        var exponent = Int(log10(abs(value)).rounded(.down))
        // The logarithm of a number just below a power of ten may round up to it.
        if abs(value) < power(10, exponent) { exponent -= 1 }
        let shift = digits - 1 - exponent
        let scaled = shift >= 0 ? value * power(10, shift) : value / power(10, -shift)
        let whole = scaled.rounded(.toNearestOrEven)
        // A quotient of whole numbers that doubles hold exactly is the decimal number itself, correctly rounded.
        return shift >= 0 ? whole / power(10, shift) : whole * power(10, -shift)
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double { pow(base, Double(exponent)) }
}
