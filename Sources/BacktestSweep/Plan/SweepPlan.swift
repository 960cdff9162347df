public import BacktestEngine
public import BacktestMetrics
public import BacktestModel

/// What a parameter set may change: the options of one container before it runs.
public struct ContainerSettings: Sendable {
    /// Index of the container's portfolio in `RunPlan.portfolios`; -1 for an analysis container.
    public var portfolioIndex: Int
    /// Fills and costs.
    public var execution: ExecutionOptions
    /// The portfolio's own options.
    public var portfolio: PortfolioOptions
    /// Annualisation.
    public var metrics: MetricsOptions
    /// Parameters of every strategy of the run, one after the other (see `StrategyPlan.parameterOffset`).
    public var parameters: [Double]

    /// Makes settings.
    public init(
        portfolioIndex: Int,
        execution: ExecutionOptions,
        portfolio: PortfolioOptions,
        metrics: MetricsOptions,
        parameters: [Double]
    ) {
        self.portfolioIndex = portfolioIndex
        self.execution = execution
        self.portfolio = portfolio
        self.metrics = metrics
        self.parameters = parameters
    }
}

/// One value of a swept parameter, parsed and checked.
public struct SweepValue: Sendable {
    /// How results print it: rates as fractions (rule R80).
    public var printed: Scalar
    /// Puts the value in its place; does nothing to containers that it does not concern.
    public var apply: @Sendable (inout ContainerSettings) -> Void

    /// Makes a value.
    public init(printed: Scalar, apply: @escaping @Sendable (inout ContainerSettings) -> Void) {
        self.printed = printed
        self.apply = apply
    }
}

/// What the leaderboard is ordered by.
public struct SweepObjective: Sendable, Hashable {
    /// The metric.
    public var metric: MetricName
    /// Whether more is better.
    public var maximize: Bool
    /// Condition that a container must meet to be ranked, as written; `nil` for none.
    public var condition: String?

    /// Makes an objective.
    public init(metric: MetricName, maximize: Bool, condition: String? = nil) {
        self.metric = metric
        self.maximize = maximize
        self.condition = condition
    }
}

/// The parameter sets of a run: the product of the axes, the last one fastest, less those that break a constraint.
public struct SweepPlan: Sendable {
    /// Paths of the swept parameters, in the order written.
    public var paths: [String] = []
    /// The axes, in the order written.
    public var axes: [SweepAxis] = []
    /// Positions in the full product of the sets that run, ascending: those that meet every constraint, under a limit the
    /// first of them; `nil` where no constraint leaves one out.
    public var survivors: [Int]?
    /// Number of sets that run where a limit leaves all but the first out and no constraint does; `nil` for all.
    public var firstSetCount: Int?
    /// Number of sets that meet every constraint where a limit leaves some out; `nil` where all run, the largest integer
    /// where there are more.
    public var survivorCount: Int?
    /// Whether `survivorCount` is a lower bound: counting stops where more sets are certain than a run may have.
    public var isLowerBound = false
    /// Digits of the numbers in ids, where `survivorCount` does not tell them.
    public var digitCount: Int?
    /// What the leaderboard is ordered by.
    public var objective: SweepObjective?

    /// No sweep: one set without parameters.
    public init() {}

    /// Whether the config asks for a sweep; without one a container's id is its portfolio's.
    public var isSweep: Bool { !axes.isEmpty }

    /// Number of sets in the full product; the largest integer where there are more.
    public var productCount: Int {
        axes.reduce(1) { product, axis in
            let (result, overflow) = product.multipliedReportingOverflow(by: axis.count)
            return overflow ? Int.max : result
        }
    }

    /// Number of parameter sets, at least 1.
    public var setCount: Int { survivors?.count ?? firstSetCount ?? productCount }

    /// Number of sets that are numbered, which decides how wide ids are: `setCount`, or more under a limit.
    public var numberedSetCount: Int { survivorCount ?? setCount }

    /// Digits of the number in an id: four, or as many as the last number has (rule R80).
    public var idDigitCount: Int { digitCount ?? max(4, String(numberedSetCount - 1).count) }

    /// A number of sets for each of some templates; the largest integer where there are more.
    package static func containerCount(templates: Int, sets: Int) -> Int {
        let (count, overflow) = sets.multipliedReportingOverflow(by: templates)
        return overflow ? Int.max : count
    }

    /// Row of each axis that makes up set `index`, 0 to `setCount` - 1.
    public func rows(ofSet index: Int) -> [Int] {
        var rest = survivors?[index] ?? index
        var rows = [Int](repeating: 0, count: axes.count)
        for axis in axes.indices.reversed() {
            let count = axes[axis].count
            rows[axis] = rest % count
            rest /= count
        }
        return rows
    }
}
