/// How the next sets are chosen.
public enum SearchMethodName: String, Sendable, Hashable, CaseIterable {
    /// Independent draws.
    case random
    /// One point in each of as many strata as trials.
    case latinHypercube = "latin_hypercube"
    /// A low-discrepancy sequence.
    case sobol
    /// Multivariate tree-structured Parzen estimator.
    case tpe
    /// Covariance matrix adaptation.
    case cmaES = "cma_es"
    /// Several objectives.
    case nsga2
    /// Differential evolution.
    case differentialEvolution = "differential_evolution"
    /// A genetic algorithm.
    case genetic

    /// Whether later sets depend on what earlier ones gave.
    public var isAdaptive: Bool {
        switch self {
        case .random, .latinHypercube, .sobol: false
        default: true
        }
    }
}

/// What a search is told to do.
public struct SearchSettings: Sendable, Hashable {
    /// The method.
    public var method: SearchMethodName
    /// Distinct sets to try.
    public var trials: Int
    /// Seed of every random word.
    public var seed: UInt64
    /// Added to the labels of adaptive methods: `/f<fold>` in fold k of a validation.
    public var suffix = ""
    /// Sets of a generation; `nil` for the method's own number.
    public var batch: Int?
    /// Trials without an improvement after which the search stops; `nil` for never.
    public var patience: Int?
    /// Least improvement that counts as one.
    public var improvement = 0.0
    /// Whether `sobol` is scrambled.
    public var scramble = true
    /// Sets before the first model of `tpe`.
    public var startup = 16
    /// Draws from which `tpe` chooses.
    public var candidates = 24
    /// Share of the sets that count as good in `tpe`, in (0, 1].
    public var gamma = 0.1
    /// Sets of a generation of a population method; `nil` for its own number.
    public var population: Int?
    /// First step of `cma_es`, of the unit cube: that of a range's middle two thirds; 0.3 finds worse values on every surface.
    public var sigma = 1.0 / 6
    /// Whether `cma_es` starts anew where it has come to rest.
    public var restarts = true
    /// Share of children with two parents.
    public var crossover = 0.9
    /// Chance of a coordinate to mutate in `nsga2`; `nil` for one a set.
    public var mutation: Double?

    /// Makes settings with the defaults of the method.
    public init(method: SearchMethodName, trials: Int, seed: UInt64) {
        self.method = method
        self.trials = trials
        self.seed = seed
    }

    /// The method, ready for its first proposal.
    func make(_ space: SearchSpace) -> any SearchMethod {
        let label = method.isAdaptive ? suffix : ""
        switch method {
        case .random: return RandomSearch(space, seed: seed)
        case .latinHypercube: return LatinHypercube(space, trials: trials, seed: seed)
        case .sobol: return SobolSequence(space, seed: seed, scramble: scramble)
        case .tpe:
            let settings = TreeParzen.Settings(startup: startup, candidates: candidates, gamma: gamma)
            return TreeParzen(space, settings: settings, batch: batch ?? 8, seed: seed, suffix: label)
        case .cmaES:
            let settings = CovarianceAdaptation.Settings(
                population: population,
                sigma: sigma,
                restarts: restarts
            )
            return CovarianceAdaptation(space, settings: settings, seed: seed, suffix: label)
        case .nsga2:
            let settings = NonDominatedSorting.Settings(
                population: population ?? 50,
                crossover: crossover,
                mutation: mutation
            )
            return NonDominatedSorting(space, settings: settings, seed: seed, suffix: label)
        case .differentialEvolution:
            let settings = DifferentialEvolution.Settings(population: population)
            return DifferentialEvolution(space, settings: settings, seed: seed, suffix: label)
        case .genetic:
            let settings = GeneticSearch.Settings(population: population ?? 40, crossover: crossover)
            return GeneticSearch(space, settings: settings, seed: seed, suffix: label)
        }
    }
}
