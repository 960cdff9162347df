/// What came of a set.
public enum SearchOutcome: Sendable, Equatable {
    /// One loss an objective; less is better.
    case losses([Double])
    /// The set does not meet the condition of the objective, by that much.
    case infeasible(violation: Double)
    /// There is no value: a metric is undefined, or the container failed.
    case undefined

    /// Place in the order of rule V19 for one objective: feasible sets by loss, then infeasible ones by violation, then the rest.
    var rank: (Int, Double) {
        switch self {
        case .losses(let losses): losses.first.map { $0.isNaN ? (2, 0) : (0, $0) } ?? (2, 0)
        case .infeasible(let violation): (1, violation)
        case .undefined: (2, 0)
        }
    }

    /// Whether it is better than another for one objective.
    func isBetter(than other: SearchOutcome) -> Bool { rank < other.rank }
}

/// A way to choose the next sets.
///
/// A method is a function of seed, space and what it has been told: nothing random but the words of its own streams.
protocol SearchMethod: Sendable {
    /// Sets that are chosen before the results of any of them are needed; `nil` where no result ever is.
    var generation: Int? { get }

    /// Proposes a set for a trial; `attempt` counts the proposals that were refused before it, from 0.
    ///
    /// - Returns: `nil` where the method has nothing to propose.
    mutating func propose(trial: Int, attempt: Int) -> ParameterSet?

    /// Takes what came of a set that it proposed, in the order of trials.
    mutating func tell(_ set: ParameterSet, _ outcome: SearchOutcome)

    /// Ends a generation: everything proposed in it has been told.
    mutating func endGeneration()
}

extension SearchMethod {
    mutating func tell(_ set: ParameterSet, _ outcome: SearchOutcome) {}
    mutating func endGeneration() {}
}
