/// How much of the best of many backtests is luck: everything that a matrix of returns tells of a sweep.
///
/// Per container its Sharpe ratio with error, deflated by the number of trials, and p-values that know of the others; for the
/// sweep the probability of overfitting, the tests against data snooping, intervals of the best, clusters, and a verdict.
public struct SweepStatistics: Sendable, Equatable {
    /// The figures of one candidate; ratios are annualised, what is undefined is `nil`.
    public struct Row: Sendable, Equatable {
        /// Index of its column.
        public var column: Int
        /// Sharpe ratio.
        public var sharpe: Double
        /// Standard error of the Sharpe ratio.
        public var standardError: Double?
        /// Lower limit of its interval.
        public var low: Double?
        /// Upper limit.
        public var high: Double?
        /// Sharpe ratio that knows of serial correlation.
        public var adjusted: Double?
        /// Probability that the true ratio is above 0.
        public var probabilistic: Double?
        /// Probability that it is above the best of as many worthless trials.
        public var deflated: Double?
        /// Periods needed before the ratio is above 0 with the confidence asked for.
        public var minimumTrackRecord: Double?
        /// Two-sided p-value of the mean.
        public var pValue: Double?
        /// The same after Holm.
        public var holm: Double?
        /// The same after Benjamini and Yekutieli.
        public var bhy: Double?
        /// Sharpe ratio whose p-value Holm's is.
        public var sharpeHolm: Double?
        /// Sharpe ratio whose p-value Benjamini and Yekutieli's is.
        public var sharpeBHY: Double?
        /// Whether the stepwise test names it.
        public var isSuperior: Bool
        /// Number of its cluster; `nil` where it was not among those that were clustered.
        public var cluster: Int?
        /// What it has against the benchmark; `nil` without one.
        public var benchmark: BenchmarkComparison?
    }

    /// What is known of the number of trials.
    public struct Trials: Sendable, Equatable {
        /// Sets that were tried here.
        public var run: Int
        /// All trials that count.
        public var total: Int
        /// As many independent ones as they are worth.
        public var effective: Double
        /// Mean correlation between two sets; `nil` below two.
        public var meanCorrelation: Double?
        /// Variance of the Sharpe ratio a period over the sets; `nil` below two.
        public var sharpeVariance: Double?
        /// The variance that deflates.
        public var sharpeVarianceUsed: Double?
        /// Annualised Sharpe ratio that the best of as many worthless trials shows.
        public var expectedMaximumSharpe: Double?
        /// Years of data below which luck is expected to reach a Sharpe ratio of 1.
        public var minimumBacktestYears: Double
    }

    /// Most containers that are clustered: 8 bytes a pair.
    public static let mostClustered = 2_000

    /// Number of periods.
    public let periods: Int
    /// Number of columns, constant ones included.
    public let columns: Int
    /// Columns that never moved: they count as trials and have no row.
    public let constant: [Int]
    /// A row a candidate, in the order of the columns.
    public let rows: [Row]
    /// The number of trials.
    public let trials: Trials
    /// Place in `rows` of the candidate asked about, else of the best Sharpe ratio; `nil` without rows.
    public let best: Int?
    /// Probability of overfitting; `nil` where `reasons` says why.
    public let overfitting: OverfittingProbability?
    /// Tests against data snooping; `nil` where `reasons` says why.
    public let snooping: SnoopingTest?
    /// Mean block of the resamples.
    public let block: Double
    /// Intervals of the best candidate by metric; those that are undefined are left out.
    public let intervals: [(metric: ReturnMetric, interval: BootstrapInterval)]
    /// The verdict.
    public let verdict: SweepVerdict
    /// Why something is missing, in sentences.
    public let reasons: [String]

    /// Everything that can be said of columns.
    ///
    /// - Parameters:
    ///   - columns: Returns a period, a column a candidate.
    ///   - periodsPerYear: Periods a year, P.
    ///   - riskFree: Risk-free return a period; it is also the benchmark of the snooping tests where none is given.
    ///   - benchmark: Returns of a benchmark in the same periods; `nil`: cash.
    ///   - best: The column asked about, `nil`: that of the best Sharpe ratio.
    ///   - settings: What they are made with.
    public init<Columns: ReturnColumns>(
        _ columns: Columns,
        periodsPerYear: Double,
        riskFree: Double = 0,
        benchmark: [Double]? = nil,
        best: Int? = nil,
        settings: StatisticsSettings = StatisticsSettings()
    ) {
        var maker = StatisticsMaker(columns, periodsPerYear, riskFree, settings)
        maker.measure(benchmark)
        let chosen = maker.best(best)
        maker.countTrials()
        maker.adjust()
        maker.test(benchmark)
        maker.cluster()
        periods = columns.periods
        self.columns = columns.count
        constant = maker.constant
        rows = maker.rows
        trials = maker.trials
        self.best = chosen
        overfitting = maker.overfitting
        snooping = maker.snooping
        block = maker.block
        intervals = chosen.map { maker.intervals(ofColumn: maker.rows[$0].column) } ?? []
        reasons = maker.reasons
        verdict = SweepVerdict(
            deflatedSharpe: chosen.flatMap { maker.rows[$0].deflated },
            pValue: snooping?.consistent.pValue,
            overfitting: overfitting?.probability
        )
    }

    /// Equality of everything that is said.
    public static func == (a: SweepStatistics, b: SweepStatistics) -> Bool {
        a.periods == b.periods && a.columns == b.columns && a.constant == b.constant && a.rows == b.rows
            && a.trials == b.trials && a.best == b.best && a.overfitting == b.overfitting
            && a.snooping == b.snooping && a.block == b.block && a.verdict == b.verdict
            && a.reasons == b.reasons
            && a.intervals.elementsEqual(b.intervals) { $0.metric == $1.metric && $0.interval == $1.interval }
    }
}
