/// What the statistics of a sweep are made with (`statistics:` of a config).
public struct StatisticsSettings: Sendable, Equatable {
    /// Probability of intervals and of the minimum track record, in (0, 1).
    public var confidence = 0.95
    /// How many independent trials related ones are worth.
    public var effectiveTrials = EffectiveTrials.averageCorrelation
    /// Whether the variance that deflates is at least 1 / (n - 1).
    public var hasVarianceFloor = true
    /// Number of trials; `nil`: as many as there are sets.
    public var trials: Int?
    /// Resamples of every bootstrap, 100 or more.
    public var replicates = 2_000
    /// Mean block of the stationary bootstrap in periods, 1 or more; `nil`: chosen by the data.
    public var block: Double?
    /// Blocks of the cross-validation, S: even, 4 to 20.
    public var blocks = 16
    /// What the cross-validation ranks by.
    public var blockMetric = BlockMetric.sharpeRatio
    /// Metrics of the best set that get an interval.
    public var intervals: [ReturnMetric] = [.sharpeRatio, .totalReturn, .maxDrawdown]
    /// Seed of the resamples.
    public var seed: UInt64 = 0
    /// Resamples of another program, a row a replicate of indices from 0; `nil`: drawn by the seed.
    public var indices: [[Int]]?
    /// Level of the stepwise test.
    public var level = 0.05

    /// The defaults.
    public init() {}
}
