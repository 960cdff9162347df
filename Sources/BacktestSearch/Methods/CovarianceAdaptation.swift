import BacktestRandom
import Glibc

/// CMA-ES in the unit cube, restarted with twice the population where it has come to rest, with a margin that keeps every
/// discrete value within reach.
///
/// Hansen, "The CMA evolution strategy: a tutorial", 2016; Auger and Hansen, "A restart CMA evolution strategy with increasing
/// population size", CEC 2005; Hamano, Saito, Nomura, Shirakawa, "CMA-ES with margin", GECCO 2022.
struct CovarianceAdaptation: SearchMethod {
    /// The settings of `sweep.cma_es`.
    struct Settings: Sendable {
        /// Sets in a generation; `nil` for 4 + floor(3 ln d).
        var population: Int?
        /// Step size at the start, of the unit cube.
        var sigma = 1.0 / 6
        /// Whether it starts anew, with twice the population, where it has come to rest.
        var restarts = true
    }

    private let space: SearchSpace
    private let settings: Settings
    private let generator: Philox
    private var state: EvolutionState
    private var size: Int
    private var restart = 0
    /// The points drawn in this generation, by the set that they became.
    private var drawn: [ParameterSet: [Double]] = [:]
    private var told: [Individual] = []
    private var recent: [Double] = []
    private var best = Double.infinity
    private var idleGenerations = 0

    init(_ space: SearchSpace, settings: Settings, seed: UInt64, suffix: String = "") {
        self.space = space
        self.settings = settings
        generator = Philox(seed: seed, label: "sweep.cma_es" + suffix)
        size = max(settings.population ?? 4 + Int(3 * log(Double(space.count))), 4)
        state = EvolutionState(
            mean: [Double](repeating: 0.5, count: space.count),
            sigma: settings.sigma,
            population: size
        )
    }

    var generation: Int? { size }

    mutating func propose(trial: Int, attempt: Int) -> ParameterSet? {
        var stream = RandomStream(generator, trial)
        stream.skip(attempt * space.count)
        var point = state.draw(&stream)
        // A coordinate outside is drawn again a few times, then taken at the edge.
        for _ in 0..<20 where point.contains(where: { $0 < 0 || $0 > 1 }) { point = state.draw(&stream) }
        point = point.map { min(max($0, 0), 1) }
        let set = space.set(at: point)
        drawn[set] = point
        return set
    }

    mutating func tell(_ set: ParameterSet, _ outcome: SearchOutcome) {
        // An integer's point stays where it was drawn: the margin sees to it that the value can change.
        told.append(Individual(point: drawn[set] ?? space.point(of: set), outcome: outcome))
    }

    mutating func endGeneration() {
        defer {
            told.removeAll(keepingCapacity: true)
            drawn.removeAll(keepingCapacity: true)
        }
        guard told.count >= 4 else { return }
        let ranked = told.ranked()
        state.update(ranked.map(\.point))
        keepMargin()
        if case .losses(let losses) = ranked[0].outcome, let loss = losses.first {
            recent.append(loss)
            idleGenerations = loss < best ? 0 : idleGenerations + 1
            best = min(best, loss)
        }
        if settings.restarts, isAtRest { startAnew() }
    }

    private var isAtRest: Bool {
        if state.hasCollapsed { return true }
        let window = 10 + 30 * space.count / size
        guard recent.count > window else { return false }
        let last = recent.suffix(window)
        let spread = (last.max() ?? 0) - (last.min() ?? 0)
        return spread <= 1e-12 * max(abs(best), 1e-12) || idleGenerations > 10 * window
    }

    private mutating func startAnew() {
        restart += 1
        size *= 2
        recent.removeAll()
        idleGenerations = 0
        best = .infinity
        var stream = RandomStream(generator, 1 << 41 | restart)
        state = EvolutionState(
            mean: (0..<space.count).map { _ in stream.uniform() },
            sigma: settings.sigma,
            population: size
        )
    }

    /// Hamano et al.: the chance to leave a discrete value's interval stays at least 1 / (dimensions x population) on each side.
    private mutating func keepMargin() {
        let least = 1 / Double(space.count * size)
        for (dimension, parameter) in space.parameters.enumerated() {
            guard let count = parameter.count, count > 1 else { continue }
            let value = parameter.choice(min(max(state.mean[dimension], 0), 1))
            let edges = interval(of: value, parameter, count)
            state.keepMargin(dimension, edges, least: least)
        }
    }

    /// The places of [0, 1] that become a value.
    private func interval(
        of choice: ParameterChoice,
        _ parameter: SearchParameter,
        _ count: Int
    ) -> (low: Double, high: Double) {
        switch (parameter.domain, choice) {
        case (.levels, .level(let level)):
            return (Double(level) / Double(count), Double(level + 1) / Double(count))
        case (.logarithmicWhole(let low, let high), .whole(let value)):
            let from = log(Double(low) - 0.5)
            let range = log(Double(high) + 0.5) - from
            return ((log(Double(value) - 0.5) - from) / range, (log(Double(value) + 0.5) - from) / range)
        default:
            return (0, 1)
        }
    }
}
