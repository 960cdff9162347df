/// What a formula may be worth while its names run through ranges: a bound, never too narrow.
///
/// The bounds hold for the rounded values of `Formula.evaluate`, not for real numbers alone: rounding keeps order.
public struct FormulaRange: Sendable, Hashable {
    /// Outcomes that a condition may have.
    public struct Outcomes: OptionSet, Sendable, Hashable {
        /// The bits.
        public let rawValue: UInt8

        /// Makes a set of outcomes.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The condition holds.
        public static let holds = Outcomes(rawValue: 1)
        /// The condition does not hold.
        public static let fails = Outcomes(rawValue: 2)
        /// The condition is undefined, which counts as not holding.
        public static let undefined = Outcomes(rawValue: 4)
    }

    /// The smallest number; greater than `high` where there is none.
    public var low: Double
    /// The greatest number.
    public var high: Double
    /// Whether there may be no number.
    public var mayBeUndefined: Bool

    /// The numbers from one to another.
    public init(low: Double, high: Double, mayBeUndefined: Bool = false) {
        self.low = low
        self.high = high
        self.mayBeUndefined = mayBeUndefined
    }

    /// One number, or none.
    public init(_ value: Double?) {
        self.init(low: value ?? 1, high: value ?? -1, mayBeUndefined: value == nil)
    }

    /// No number.
    public static let undefined = FormulaRange(nil)
    /// Anything.
    static let anything = FormulaRange(
        low: -Double.greatestFiniteMagnitude,
        high: .greatestFiniteMagnitude,
        mayBeUndefined: true
    )

    /// Whether there is no number.
    public var isEmpty: Bool { low > high }

    /// The smallest range that holds both.
    public func union(_ other: FormulaRange) -> FormulaRange {
        if isEmpty || other.isEmpty {
            var range = isEmpty ? other : self
            range.mayBeUndefined = mayBeUndefined || other.mayBeUndefined
            return range
        }
        return FormulaRange(
            low: min(low, other.low),
            high: max(high, other.high),
            mayBeUndefined: mayBeUndefined || other.mayBeUndefined
        )
    }
}

extension Formula {
    /// The outcomes that a condition may have where each name may be worth anything in its range; some may not occur.
    ///
    /// What is not among them does not occur.
    public func outcomes(_ lookup: (String) -> FormulaRange) -> FormulaRange.Outcomes {
        FormulaRange.outcomes(expression, lookup)
    }
}

extension FormulaRange {
    static func outcomes(_ expression: Expression, _ lookup: (String) -> FormulaRange) -> Outcomes {
        switch expression.kind {
        case .unary(.not, let operand):
            let inner = outcomes(operand, lookup)
            var turned = inner.intersection(.undefined)
            if inner.contains(.holds) { turned.insert(.fails) }
            if inner.contains(.fails) { turned.insert(.holds) }
            return turned
        case .binary(.and, _, let left, let right):
            return and(outcomes(left, lookup), outcomes(right, lookup))
        case .binary(.or, _, let left, let right):
            return or(outcomes(left, lookup), outcomes(right, lookup))
        case .binary(let sign, _, let left, let right) where sign.isComparison:
            return compare(sign, range(left, lookup), range(right, lookup))
        default: return .undefined
        }
    }

    private static func and(_ a: Outcomes, _ b: Outcomes) -> Outcomes {
        var both = a.union(b).intersection(.fails)
        if a.contains(.holds), b.contains(.holds) { both.insert(.holds) }
        // One undefined part and another that does not fail.
        if a.contains(.undefined), b != .fails { both.insert(.undefined) }
        if b.contains(.undefined), a != .fails { both.insert(.undefined) }
        return both
    }

    private static func or(_ a: Outcomes, _ b: Outcomes) -> Outcomes {
        var either = a.union(b).intersection(.holds)
        if a.contains(.fails), b.contains(.fails) { either.insert(.fails) }
        if a.contains(.undefined), b != .holds { either.insert(.undefined) }
        if b.contains(.undefined), a != .holds { either.insert(.undefined) }
        return either
    }

    private static func compare(_ sign: BinaryOperator, _ a: FormulaRange, _ b: FormulaRange) -> Outcomes {
        var found: Outcomes = a.mayBeUndefined || b.mayBeUndefined ? .undefined : []
        guard !a.isEmpty, !b.isEmpty else { return found }
        let isOne = a.low == a.high && b.low == b.high && a.low == b.low
        let meet = a.low <= b.high && b.low <= a.high
        let (canHold, canFail): (Bool, Bool)
        switch sign {
        case .less: (canHold, canFail) = (a.low < b.high, a.high >= b.low)
        case .lessOrEqual: (canHold, canFail) = (a.low <= b.high, a.high > b.low)
        case .greater: (canHold, canFail) = (a.high > b.low, a.low <= b.high)
        case .greaterOrEqual: (canHold, canFail) = (a.high >= b.low, a.low < b.high)
        case .equal: (canHold, canFail) = (meet, !isOne)
        case .notEqual: (canHold, canFail) = (!isOne, meet)
        default: (canHold, canFail) = (true, true)
        }
        if canHold { found.insert(.holds) }
        if canFail { found.insert(.fails) }
        return found
    }
}
