/// Computes the parts of `SweepStatistics`, one after the other.
struct StatisticsMaker<Columns: ReturnColumns> {
    private let columns: Columns
    private let periodsPerYear: Double
    private let riskFree: Double
    private let settings: StatisticsSettings
    private let annual: Double
    private var estimates: [SharpeEstimate] = []
    private(set) var constant: [Int] = []
    private(set) var rows: [SweepStatistics.Row] = []
    private(set) var trials: SweepStatistics.Trials
    private(set) var overfitting: OverfittingProbability?
    private(set) var snooping: SnoopingTest?
    private(set) var block = 1.0
    private(set) var reasons: [String] = []

    init(_ columns: Columns, _ periodsPerYear: Double, _ riskFree: Double, _ settings: StatisticsSettings) {
        self.columns = columns
        self.periodsPerYear = periodsPerYear
        self.riskFree = riskFree
        self.settings = settings
        annual = periodsPerYear.squareRoot()
        let total = settings.trials ?? columns.count
        trials = SweepStatistics.Trials(
            run: columns.count,
            total: total,
            effective: Double(total),
            minimumBacktestYears: 0
        )
    }

    /// The columns that move.
    private var candidates: ColumnSelection<Columns> {
        ColumnSelection(columns, indices: rows.map(\.column))
    }

    /// The figures that a column has by itself.
    mutating func measure(_ benchmark: [Double]?) {
        for index in 0..<columns.count {
            columns.withColumn(index) { column in
                guard let estimate = SharpeEstimate(ReturnMoments(column), riskFree: riskFree) else {
                    return constant.append(index)
                }
                estimates.append(estimate)
                rows.append(row(index, column, estimate, benchmark))
            }
        }
        if !constant.isEmpty {
            let noun = constant.count == 1 ? "column is" : "columns are"
            reasons.append("\(constant.count) \(noun) constant: left out, and counted among the trials")
        }
    }

    private func row(
        _ index: Int,
        _ column: Span<Double>,
        _ estimate: SharpeEstimate,
        _ benchmark: [Double]?
    ) -> SweepStatistics.Row {
        let error = SerialCorrelation.sharpeStandardError(column, riskFree: riskFree)
        let interval = error.map {
            SerialCorrelation.interval(
                around: estimate.sharpe,
                standardError: $0,
                confidence: settings.confidence
            )
        }
        return SweepStatistics.Row(
            column: index,
            sharpe: estimate.sharpe * annual,
            standardError: error.map { $0 * annual },
            low: interval.map { $0.low * annual },
            high: interval.map { $0.high * annual },
            adjusted: SerialCorrelation.adjustedSharpe(
                column,
                riskFree: riskFree,
                periodsPerYear: periodsPerYear
            ),
            probabilistic: estimate.probabilistic(),
            minimumTrackRecord: estimate.minimumTrackRecord(confidence: settings.confidence),
            pValue: estimate.pValue,
            isSuperior: false,
            benchmark: benchmark.map {
                BenchmarkComparison(
                    column,
                    against: $0.span,
                    periodsPerYear: periodsPerYear,
                    riskFree: riskFree
                )
            }
        )
    }

    /// The place of a column among the rows; without one, of the best Sharpe ratio, the first of equal ones.
    func best(_ column: Int?) -> Int? {
        if let column, let place = rows.firstIndex(where: { $0.column == column }) { return place }
        return rows.indices.max { (rows[$0].sharpe, -$0) < (rows[$1].sharpe, -$1) }
    }

    /// How many trials there were, and what luck alone shows among so many.
    mutating func countTrials() {
        let candidates = candidates
        trials.meanCorrelation = EffectiveTrials.meanCorrelation(candidates)
        trials.effective =
            settings.effectiveTrials == .averageCorrelation
            ? EffectiveTrials.count(of: trials.total, meanCorrelation: trials.meanCorrelation ?? 0)
            : settings.effectiveTrials.count(of: trials.total, among: candidates)
        let sharpes = estimates.map(\.sharpe)
        trials.sharpeVariance = Samples.variance(sharpes)
        trials.sharpeVarianceUsed = ExpectedMaximum.variance(
            ofSharpes: sharpes,
            periods: columns.periods,
            hasFloor: settings.hasVarianceFloor
        )
        trials.expectedMaximumSharpe = trials.sharpeVarianceUsed.map {
            ExpectedMaximum.sharpe(trials: trials.effective, variance: $0) * annual
        }
        trials.minimumBacktestYears = ExpectedMaximum.minimumBacktestYears(trials: trials.effective)
    }

    /// The figures that know of the other trials.
    mutating func adjust() {
        // Trials without returns have no p-value; they count as ones that found nothing.
        let known = rows.map { $0.pValue ?? 1 }
        let silent = [Double](repeating: 1, count: max(0, trials.total - known.count))
        let holm = MultipleTesting.holm(known + silent)
        let bhy = MultipleTesting.benjaminiHochbergYekutieli(known + silent)
        for index in rows.indices {
            if let variance = trials.sharpeVarianceUsed {
                rows[index].deflated = estimates[index].deflated(trials: trials.effective, variance: variance)
            }
            guard rows[index].pValue != nil else { continue }
            rows[index].holm = holm[index]
            rows[index].bhy = bhy[index]
            rows[index].sharpeHolm = estimates[index].haircut(toPValue: holm[index]).map { $0 * annual }
            rows[index].sharpeBHY = estimates[index].haircut(toPValue: bhy[index]).map { $0 * annual }
        }
    }

    /// Overfitting, and the tests against data snooping.
    mutating func test(_ benchmark: [Double]?) {
        block = settings.block ?? (rows.isEmpty ? 1 : BlockLength.stationary(for: candidates))
        guard rows.count > 1 else {
            reasons.append("pbo, reality_check, spa and stepm need 2 columns that move or more")
            return
        }
        if columns.periods < 2 * settings.blocks {
            reasons.append(
                "pbo needs \(2 * settings.blocks) periods or more, and there are \(columns.periods)"
            )
        } else if let table = BlockTable(candidates, metric: settings.blockMetric, blocks: settings.blocks) {
            overfitting = OverfittingProbability(table)
        }
        let base = benchmark ?? [Double](repeating: riskFree, count: columns.periods)
        snooping = SnoopingTest(
            ExcessReturns(candidates, over: base),
            resamples: resamples,
            meanBlock: block,
            level: settings.level
        )
        for place in snooping?.superior ?? [] { rows[place].isSuperior = true }
    }

    private var resamples: Resamples {
        Resamples(
            settings.indices.map { .given($0) } ?? .stationary(meanBlock: block),
            periods: columns.periods,
            replicates: settings.replicates,
            seed: settings.seed
        )
    }

    /// Groups of columns that move together; of very many the best.
    mutating func cluster() {
        guard !rows.isEmpty else { return }
        var places = Array(rows.indices)
        if places.count > SweepStatistics.mostClustered {
            places.sort { (-rows[$0].sharpe, $0) < (-rows[$1].sharpe, $1) }
            places = places.prefix(SweepStatistics.mostClustered).sorted()
            reasons.append("clusters are those of the \(SweepStatistics.mostClustered) best Sharpe ratios")
        }
        let chosen = ColumnSelection(columns, indices: places.map { rows[$0].column })
        for (place, cluster) in zip(places, CorrelationClusters.averageLinkage(chosen)) {
            rows[place].cluster = cluster
        }
    }

    /// Intervals of a column's metrics.
    func intervals(ofColumn index: Int) -> [(metric: ReturnMetric, interval: BootstrapInterval)] {
        let resamples = resamples
        return columns.withColumn(index) { column in
            settings.intervals.compactMap { metric in
                BootstrapInterval(of: column, resamples: resamples, confidence: settings.confidence) {
                    metric.value($0, periodsPerYear: periodsPerYear, riskFree: riskFree)
                }.map { (metric, $0) }
            }
        }
    }
}
