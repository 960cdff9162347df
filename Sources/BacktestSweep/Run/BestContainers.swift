import BacktestMetrics
import BacktestModel
public import BacktestResults

/// The best containers of a run by its objective, kept while it goes on: the leaderboard at its end needs no file read back,
/// and no memory for the containers that are not in it.
///
/// In the order of the leaderboard: those in which the metric is undefined come behind the others, insolvent ones last of all
/// (rule R5), equal ones in container order. What is
/// kept does not depend on the order in which containers end.
public struct BestContainers: Sendable {
    /// A container that may be among the best.
    private struct Candidate {
        var place: Place
        var row: RunSummary.Row
    }

    /// What decides a container's rank.
    private struct Place {
        var isInsolvent: Bool
        var value: Double?
        var template: Int
        var set: Int
    }

    /// The swept paths.
    public let parameterPaths: [String]
    /// Containers that meet the objective's condition, kept or not.
    public private(set) var matchCount = 0
    /// Containers seen.
    public private(set) var containerCount = 0
    private let metric: MetricName
    private let maximize: Bool
    private let most: Int
    private var candidates: [Candidate] = []
    /// The first of the leaderboard, however many are kept: its id and the metric's value.
    private(set) var winner: (id: String, value: Double?)?
    private var winnerPlace: Place?
    /// The last candidate that is among the best for sure, `nil` while there are too few.
    private var bar: Place?

    /// Keeps up to `most` containers.
    package init(_ sweep: SweepPlan, most: Int) {
        parameterPaths = sweep.paths
        metric = sweep.objective?.metric ?? .sharpeRatio
        maximize = sweep.objective?.maximize ?? true
        self.most = max(0, most)
    }

    /// The best containers, in container order; at most as many as are to be kept.
    public var rows: [RunSummary.Row] {
        var kept = self
        kept.prune()
        return kept.candidates.sorted {
            ($0.place.template, $0.place.set) < ($1.place.template, $1.place.set)
        }.map(\.row)
    }

    /// Takes in a container that has ended.
    package mutating func add(_ record: ContainerRecord, template: Int, set: Int, meetsCondition: Bool) {
        containerCount += 1
        guard meetsCondition else { return }
        matchCount += 1
        let place = Place(
            isInsolvent: record.metrics.isInsolvent,
            value: record.metrics[metric],
            template: template,
            set: set
        )
        if winnerPlace.map({ isBetter(place, than: $0) }) ?? true {
            winnerPlace = place
            winner = (record.containerID, place.value)
        }
        if let bar, !isBetter(place, than: bar) { return }
        candidates.append(
            Candidate(place: place, row: RunSummary.Row(record, parameterPaths: parameterPaths))
        )
        if candidates.count >= 2 * most + 32 { prune() }
    }

    private mutating func prune() {
        let sorted = candidates.sorted { isBetter($0.place, than: $1.place) }
        candidates = Array(sorted.prefix(most))
        if candidates.count == most { bar = candidates.last?.place }
    }

    private func isBetter(_ a: Place, than b: Place) -> Bool {
        if a.isInsolvent != b.isInsolvent { return b.isInsolvent }
        switch (a.value, b.value) {
        case (let x?, let y?) where x != y: return maximize ? x > y : x < y
        case (.some, nil): return true
        case (nil, .some): return false
        default: return (a.template, a.set) < (b.template, b.set)
        }
    }
}
