import BacktestRandom

/// NSGA-II: several objectives at once, by fronts that nothing dominates and by the room around each set.
///
/// Deb, Pratap, Agarwal, Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II", IEEE Trans. Evol. Comput. 6
/// (2002).
struct NonDominatedSorting: SearchMethod {
    /// The settings of `sweep.nsga2`.
    struct Settings: Sendable {
        /// Sets in a generation.
        var population = 50
        /// Share of children that have two parents.
        var crossover = 0.9
        /// Chance of a coordinate to mutate; `nil` for one a set.
        var mutation: Double?
    }

    private let space: SearchSpace
    private let settings: Settings
    private let generator: Philox
    private var start: PopulationStart
    private var parents: [Individual] = []
    private var told: [Individual] = []

    init(_ space: SearchSpace, settings: Settings, seed: UInt64, suffix: String = "") {
        self.space = space
        self.settings = settings
        generator = Philox(seed: seed, label: "sweep.nsga2" + suffix)
        start = PopulationStart(space, generator)
    }

    var generation: Int? { settings.population }

    mutating func propose(trial: Int, attempt: Int) -> ParameterSet? {
        guard parents.count > 1 else { return start.next() }
        var stream = RandomStream(generator, trial)
        stream.skip(attempt * (6 * space.count + 8))
        // Parents are ordered by front, then by room: the lower place wins a tournament.
        let first = parents[min(stream.below(parents.count), stream.below(parents.count))].point
        let second = parents[min(stream.below(parents.count), stream.below(parents.count))].point
        let crosses = stream.uniform() < settings.crossover
        let chance = settings.mutation ?? 1 / Double(space.count)
        var child = first
        for (dimension, parameter) in space.parameters.enumerated() {
            if crosses, stream.uniform() < 0.5 {
                child[dimension] =
                    parameter.isOrdered
                    ? Variation.crossed(first[dimension], second[dimension], spread: 5, &stream)
                    : second[dimension]
            }
            guard stream.uniform() < chance else { continue }
            child[dimension] =
                parameter.isOrdered
                ? Variation.mutated(child[dimension], spread: 10, &stream)
                : Variation.redrawn(parameter, &stream)
        }
        return space.set(at: child)
    }

    mutating func tell(_ set: ParameterSet, _ outcome: SearchOutcome) {
        told.append(Individual(point: space.point(of: set), outcome: outcome))
    }

    mutating func endGeneration() {
        guard !told.isEmpty else { return }
        let order = ParetoFronts.order((parents + told).map(\.outcome))
        let all = parents + told
        parents = order.prefix(settings.population).map { all[$0] }
        told.removeAll(keepingCapacity: true)
    }
}

/// Fronts of sets that no other set dominates.
public enum ParetoFronts {
    /// Whether `a` is no worse than `b` in every objective and better in one; feasible before infeasible before undefined.
    public static func dominates(_ a: SearchOutcome, _ b: SearchOutcome) -> Bool {
        guard case .losses(let x) = a, case .losses(let y) = b else { return a.isBetter(than: b) }
        guard !x.contains(where: \.isNaN) else { return false }
        guard !y.contains(where: \.isNaN) else { return true }
        return zip(x, y).allSatisfy { $0 <= $1 } && zip(x, y).contains { $0 < $1 }
    }

    /// The fronts, best first; places in each ascending.
    public static func fronts(_ outcomes: [SearchOutcome]) -> [[Int]] {
        var dominators = [Int](repeating: 0, count: outcomes.count)
        var dominated = [[Int]](repeating: [], count: outcomes.count)
        for a in outcomes.indices {
            for b in outcomes.indices where a != b && dominates(outcomes[a], outcomes[b]) {
                dominated[a].append(b)
                dominators[b] += 1
            }
        }
        var fronts: [[Int]] = []
        var front = outcomes.indices.filter { dominators[$0] == 0 }
        while !front.isEmpty {
            fronts.append(front)
            var next: [Int] = []
            for a in front {
                for b in dominated[a] {
                    dominators[b] -= 1
                    if dominators[b] == 0 { next.append(b) }
                }
            }
            front = next.sorted()
        }
        return fronts
    }

    /// Places by front, then by crowding distance, the roomiest first; the earlier one among equals.
    static func order(_ outcomes: [SearchOutcome]) -> [Int] {
        fronts(outcomes).flatMap { front in
            let room = crowding(front.map { outcomes[$0] })
            return front.indices.sorted { room[$0] > room[$1] || (room[$0] == room[$1] && $0 < $1) }.map {
                front[$0]
            }
        }
    }

    private static func crowding(_ outcomes: [SearchOutcome]) -> [Double] {
        var room = [Double](repeating: 0, count: outcomes.count)
        let losses = outcomes.map { outcome -> [Double] in
            if case .losses(let losses) = outcome { return losses }
            return []
        }
        guard let objectives = losses.map(\.count).min(), objectives > 0 else { return room }
        for objective in 0..<objectives {
            let order = losses.indices.sorted {
                losses[$0][objective] < losses[$1][objective]
                    || (losses[$0][objective] == losses[$1][objective] && $0 < $1)
            }
            guard let first = order.first, let last = order.last else { continue }
            let range = losses[last][objective] - losses[first][objective]
            room[first] = .infinity
            room[last] = .infinity
            guard range > 0 else { continue }
            for place in order.indices.dropFirst().dropLast() {
                room[order[place]] +=
                    (losses[order[place + 1]][objective] - losses[order[place - 1]][objective]) / range
            }
        }
        return room
    }
}
