import BacktestRandom

/// Differential evolution, current-to-pbest/1/bin with rates that adapt to what has worked (jSHADE-like).
///
/// Storn and Price 1997; Zhang and Sanderson, "JADE", 2009; Tanabe and Fukunaga, "Success-history based parameter adaptation for
/// differential evolution", CEC 2013.
struct DifferentialEvolution: SearchMethod {
    /// The settings of `sweep.differential_evolution`.
    struct Settings: Sendable {
        /// Sets in a generation; `nil` for ten a parameter, from 20 to 100.
        var population: Int?
    }

    /// A trial vector on its way: whose place it wants, and the rates that made it.
    private struct Challenge {
        var target: Int
        var factor: Double
        var rate: Double
    }

    private let space: SearchSpace
    private let size: Int
    private let generator: Philox
    private var start: PopulationStart
    private var members: [Individual] = []
    private var archive: [[Double]] = []
    private var open: [ParameterSet: Challenge] = [:]
    private var told: [(set: ParameterSet, outcome: SearchOutcome)] = []
    private var nextTarget = 0
    /// Means of the factors and of the crossover rates that have worked, a ring.
    private var memory: [(factor: Double, rate: Double)] = .init(repeating: (0.5, 0.5), count: 6)
    private var nextMemory = 0

    init(_ space: SearchSpace, settings: Settings, seed: UInt64, suffix: String = "") {
        self.space = space
        size = settings.population ?? min(max(10 * space.count, 20), 100)
        generator = Philox(seed: seed, label: "sweep.differential_evolution" + suffix)
        start = PopulationStart(space, generator)
    }

    var generation: Int? { size }

    mutating func propose(trial: Int, attempt: Int) -> ParameterSet? {
        guard members.count >= 4 else { return start.next() }
        var stream = RandomStream(generator, trial)
        stream.skip(attempt * (2 * space.count + 16))
        let target = nextTarget % members.count
        let (factor, rate) = memory[stream.below(memory.count)]
        // Cauchy around the factor's mean, normal around the rate's.
        let drawn = factor + 0.1 * tangent(stream.uniform())
        let challenge = Challenge(
            target: target,
            factor: drawn <= 0 ? factor : min(drawn, 1),
            rate: min(max(rate + 0.1 * stream.normal(), 0), 1)
        )
        let set = space.set(at: vector(challenge, &stream))
        open[set] = challenge
        nextTarget += 1
        return set
    }

    private func vector(_ challenge: Challenge, _ stream: inout RandomStream) -> [Double] {
        let own = members[challenge.target].point
        let ranked = members.indices.sorted { a, b in
            Individual.isBetter(members[a], members[b])
                || (!Individual.isBetter(members[b], members[a]) && a < b)
        }
        let best = members[ranked[stream.below(max(2, members.count / 10))]].point
        let first = members[stream.below(members.count)].point
        let place = stream.below(members.count + archive.count)
        let second = place < members.count ? members[place].point : archive[place - members.count]
        let forced = stream.below(space.count)
        var vector = own
        for (dimension, parameter) in space.parameters.enumerated() {
            guard stream.uniform() < challenge.rate || dimension == forced else { continue }
            guard parameter.isOrdered else {
                // Without an order there is no difference: a value of one of the vectors, or any.
                let u = stream.uniform()
                vector[dimension] =
                    u < 0.45
                    ? best[dimension] : u < 0.9 ? first[dimension] : Variation.redrawn(parameter, &stream)
                continue
            }
            let step = best[dimension] - own[dimension] + first[dimension] - second[dimension]
            let value = own[dimension] + challenge.factor * step
            // Half-way back to the edge, as JADE does.
            vector[dimension] = value < 0 ? own[dimension] / 2 : value > 1 ? (own[dimension] + 1) / 2 : value
        }
        return vector
    }

    mutating func tell(_ set: ParameterSet, _ outcome: SearchOutcome) { told.append((set, outcome)) }

    mutating func endGeneration() {
        var worked: [(factor: Double, rate: Double, gain: Double)] = []
        for (set, outcome) in told {
            let newcomer = Individual(point: space.point(of: set), outcome: outcome)
            guard let challenge = open[set], challenge.target < members.count else {
                if members.count < size { members.append(newcomer) }
                continue
            }
            let old = members[challenge.target]
            guard !old.outcome.isBetter(than: outcome) else { continue }
            if outcome.isBetter(than: old.outcome) {
                archive.append(old.point)
                worked.append((challenge.factor, challenge.rate, gain(old.outcome, outcome)))
            }
            members[challenge.target] = newcomer
        }
        if archive.count > size { archive.removeFirst(archive.count - size) }
        remember(worked)
        told.removeAll(keepingCapacity: true)
        open.removeAll(keepingCapacity: true)
    }

    private func gain(_ old: SearchOutcome, _ new: SearchOutcome) -> Double {
        let (oldKind, oldValue) = old.rank
        let (newKind, newValue) = new.rank
        return oldKind == newKind && oldKind < 2 ? max(oldValue - newValue, 1e-12) : 1
    }

    /// Lehmer mean of the factors and arithmetic mean of the rates, weighted by what they gained.
    private mutating func remember(_ worked: [(factor: Double, rate: Double, gain: Double)]) {
        let total = worked.reduce(0) { $0 + $1.gain }
        guard total > 0, total.isFinite else { return }
        let factors = worked.reduce(0) { $0 + $1.gain * $1.factor }
        let squares = worked.reduce(0) { $0 + $1.gain * $1.factor * $1.factor }
        let rates = worked.reduce(0) { $0 + $1.gain * $1.rate }
        memory[nextMemory] = (squares / factors, rates / total)
        nextMemory = (nextMemory + 1) % memory.count
    }
}
