import BacktestRandom
import Glibc

/// The multivariate tree-structured Parzen estimator: sets are drawn around good ones and kept where good ones are likelier
/// than others.
///
/// Bergstra, Bardenet, Bengio, Kegl, "Algorithms for hyper-parameter optimization", NIPS 2011; the multivariate form of Falkner,
/// Klein, Hutter, "BOHB", ICML 2018, with a kernel a set over all parameters at once.
struct TreeParzen: SearchMethod {
    /// The settings of `sweep.tpe`.
    struct Settings: Sendable {
        /// Sets before the first model.
        var startup = 16
        /// Draws from which a set is chosen.
        var candidates = 24
        /// Share of the sets so far that count as good, at most 25 of them.
        var gamma = 0.1
    }

    private let space: SearchSpace
    private let settings: Settings
    private let batch: Int
    private let generator: Philox
    private var start: PopulationStart
    /// What has been told, in the order of trials.
    private var observations: [(point: [Double], outcome: SearchOutcome)] = []
    /// Points of the generation that are not told yet: they count as bad, so that the next ones keep away from them.
    private var pending: [[Double]] = []
    private var known: Set<ParameterSet> = []

    init(_ space: SearchSpace, settings: Settings, batch: Int, seed: UInt64, suffix: String = "") {
        self.space = space
        self.settings = settings
        self.batch = batch
        generator = Philox(seed: seed, label: "sweep.tpe" + suffix)
        start = PopulationStart(space, generator)
    }

    var generation: Int? { batch }

    mutating func propose(trial: Int, attempt: Int) -> ParameterSet? {
        let isEarly = observations.count < settings.startup
        let set = isEarly ? start.next() : modelled(trial: trial, attempt: attempt)
        // The search asks again for a set that it refuses; only the last one stays.
        if attempt > 0, !pending.isEmpty { pending.removeLast() }
        pending.append(space.point(of: set))
        return set
    }

    mutating func tell(_ set: ParameterSet, _ outcome: SearchOutcome) {
        guard known.insert(set).inserted else { return }
        observations.append((space.point(of: set), outcome))
    }

    mutating func endGeneration() {
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func modelled(trial: Int, attempt: Int) -> ParameterSet {
        var stream = RandomStream(generator, trial)
        // Each attempt has words of its own.
        stream.skip(attempt * settings.candidates * (space.count + 1))
        let model = Model(space, good: good(), bad: bad())
        var best: (set: ParameterSet, gain: Double)?
        for _ in 0..<settings.candidates {
            let set = space.set(at: model.good.draw(&stream))
            let point = space.point(of: set)
            let gain = model.good.logDensity(point) - model.bad.logDensity(point)
            // A candidate that cannot be run is worth nothing, however likely it is.
            let isAllowed = space.accepts(set) && !known.contains(set)
            if best == nil || (isAllowed && gain > best?.gain ?? -.infinity) {
                best = (set, isAllowed ? gain : -.infinity)
            }
        }
        return best?.set ?? space.set(at: [Double](repeating: 0.5, count: space.count))
    }

    /// Places of the observations, best first; earlier ones first among equals.
    private func order() -> [Int] {
        observations.indices.sorted { a, b in
            let x = observations[a].outcome
            let y = observations[b].outcome
            return x.isBetter(than: y) || (!y.isBetter(than: x) && a < b)
        }
    }

    private var goodCount: Int {
        min(max(Int((settings.gamma * Double(observations.count)).rounded(.up)), 1), 25)
    }

    private func good() -> [[Double]] { order().prefix(goodCount).sorted().map { observations[$0].point } }

    private func bad() -> [[Double]] {
        order().dropFirst(goodCount).sorted().map { observations[$0].point } + pending
    }

    /// The two densities of which the quotient is what a set promises.
    private struct Model {
        var good: ParzenEstimator
        var bad: ParzenEstimator

        init(_ space: SearchSpace, good: [[Double]], bad: [[Double]]) {
            self.good = ParzenEstimator(space, good)
            self.bad = ParzenEstimator(space, bad)
        }
    }
}
