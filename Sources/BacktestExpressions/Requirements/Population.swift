/// The containers that a requirement looks at.
public struct Population {
    /// Number of containers.
    public let count: Int
    /// Index of the best container, `nil` where there is none.
    public let best: Int?
    /// Why there is no best container, one sentence without a full stop.
    public let bestReason: String
    /// Whether a container has been ruined: no requirement on a best value passes because of it (rule R5).
    public let isInsolvent: (_ index: Int) -> Bool
    /// The value of a name in a container, `nil` where it is undefined.
    public let value: (_ name: String, _ index: Int) -> Double?

    /// Makes a population.
    public init(
        count: Int,
        best: Int?,
        bestReason: String = "there is no best container",
        isInsolvent: @escaping (_ index: Int) -> Bool = { _ in false },
        value: @escaping (_ name: String, _ index: Int) -> Double?
    ) {
        self.count = count
        self.best = best
        self.bestReason = bestReason
        self.isInsolvent = isInsolvent
        self.value = value
    }
}

/// How a requirement came out.
public struct RequirementResult: Sendable, Hashable {
    /// The outcomes.
    public enum Outcome: Sendable, Hashable {
        /// It holds.
        case pass
        /// It does not hold.
        case fail
        /// A value that decides it is undefined.
        case cannotTell
    }

    /// What came out.
    public var outcome: Outcome
    /// The left side of its comparison, `nil` where it is no single number.
    public var observed: Double?
    /// The right side.
    public var threshold: Double?
    /// Index of a container that decided, such as the first for which `all` does not hold.
    public var example: Int?
    /// Containers in which a number that was asked for is undefined and left out.
    public var undefinedCount = 0
    /// Why it cannot be told, `nil` otherwise.
    public var reason: String?
}
