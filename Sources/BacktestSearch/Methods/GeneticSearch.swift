import BacktestRandom

/// A real-coded genetic algorithm: tournaments of two, simulated binary crossover, polynomial mutation, an elite of two.
///
/// Goldberg, "Genetic algorithms", 1989; Deb and Agrawal, "Simulated binary crossover for continuous search space", 1995.
struct GeneticSearch: SearchMethod {
    /// The settings of `sweep.genetic`.
    struct Settings: Sendable {
        /// Sets in a generation.
        var population = 40
        /// Share of children that have two parents.
        var crossover = 0.9
        /// Best sets that stay parents for good.
        var elite = 2
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
        generator = Philox(seed: seed, label: "sweep.genetic" + suffix)
        start = PopulationStart(space, generator)
    }

    var generation: Int? { settings.population }

    mutating func propose(trial: Int, attempt: Int) -> ParameterSet? {
        guard parents.count > 1 else { return start.next() }
        var stream = RandomStream(generator, trial)
        stream.skip(attempt * (6 * space.count + 8))
        let first = tournament(&stream)
        let second = tournament(&stream)
        let crosses = stream.uniform() < settings.crossover
        var child = first.point
        for (dimension, parameter) in space.parameters.enumerated() {
            if crosses, stream.uniform() < 0.5 {
                child[dimension] =
                    parameter.isOrdered
                    ? Variation.crossed(
                        first.point[dimension],
                        second.point[dimension],
                        spread: 15,
                        &stream
                    ) : second.point[dimension]
            }
            guard stream.uniform() < 1 / Double(space.count) else { continue }
            child[dimension] =
                parameter.isOrdered
                ? Variation.mutated(child[dimension], spread: 20, &stream)
                : Variation.redrawn(parameter, &stream)
        }
        return space.set(at: child)
    }

    private func tournament(_ stream: inout RandomStream) -> Individual {
        let a = stream.below(parents.count)
        let b = stream.below(parents.count)
        // Parents are ranked, so the lower place wins.
        return parents[min(a, b)]
    }

    mutating func tell(_ set: ParameterSet, _ outcome: SearchOutcome) {
        told.append(Individual(point: space.point(of: set), outcome: outcome))
    }

    mutating func endGeneration() {
        guard !told.isEmpty else { return }
        // The elite stays beside the children; the best of both are the next parents.
        parents = Array((Array(parents.prefix(settings.elite)) + told).ranked().prefix(settings.population))
        told.removeAll(keepingCapacity: true)
    }
}

/// The first points of a population: a scrambled Sobol sequence, or draws where there are too many parameters for one.
struct PopulationStart: Sendable {
    private let space: SearchSpace
    private var sequence: SobolSequence?
    private var stream: RandomStream

    init(_ space: SearchSpace, _ generator: Philox) {
        self.space = space
        stream = RandomStream(generator, 1 << 40)
        if space.count <= SobolSequence.mostDimensions {
            sequence = SobolSequence(space, generator)
        }
    }

    mutating func next() -> ParameterSet {
        if let point = sequence?.nextPoint() { return space.set(at: point) }
        return space.set(at: (0..<space.count).map { _ in stream.uniform() })
    }
}
