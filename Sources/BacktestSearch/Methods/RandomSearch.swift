import BacktestRandom

/// Independent draws (rule V15).
struct RandomSearch: SearchMethod {
    private let space: SearchSpace
    private let generator: Philox

    init(_ space: SearchSpace, seed: UInt64, suffix: String = "") {
        self.space = space
        generator = Philox(seed: seed, label: "sweep.random" + suffix)
    }

    var generation: Int? { nil }

    func propose(trial: Int, attempt: Int) -> ParameterSet? {
        let stream = RandomStream(generator, trial)
        let first = attempt * space.count
        return space.set(
            at: (0..<space.count).map { RandomStream.uniform(stream.word(UInt64(first + $0))) }
        )
    }
}
