public import BacktestStatistics

/// statistics.json and statistics.csv: what a matrix of returns says of a sweep (rules V60 to V73).
public struct StatisticsDocument: Sendable {
    /// The `schema_version` of statistics.json.
    public static let schemaVersion = 1
    /// Name of the JSON file in a run's folder.
    public static let fileName = "statistics.json"
    /// Name of the CSV file in a run's folder.
    public static let tableName = "statistics.csv"
    /// The columns of the table, in order; those of a benchmark follow where there is one.
    public static let columns = [
        "container_id", "sharpe_ratio", "sharpe_standard_error", "sharpe_low", "sharpe_high",
        "sharpe_adjusted", "probabilistic_sharpe", "deflated_sharpe", "min_track_record", "p_value", "p_holm",
        "p_bhy", "sharpe_holm", "sharpe_bhy", "superior", "cluster",
    ]

    /// Id of the run; `nil` for a matrix from elsewhere.
    public var run: String?
    /// Ids of the columns.
    public var ids: [String]
    /// Length of a period: bar, hour, day, week, month; `nil` where it is not known.
    public var frequency: String?
    /// Periods a year.
    public var periodsPerYear: Double
    /// Metric that the best is best by, and its value.
    public var objective: (metric: String, value: Double?)
    /// The statistics.
    public var statistics: SweepStatistics
    /// Further reasons why something is missing or was guessed, after those of the statistics.
    public var reasons: [String] = []

    /// Puts statistics beside what names their columns.
    public init(
        run: String? = nil,
        ids: [String],
        frequency: String? = nil,
        periodsPerYear: Double,
        objective: (metric: String, value: Double?),
        statistics: SweepStatistics
    ) {
        self.run = run
        self.ids = ids
        self.frequency = frequency
        self.periodsPerYear = periodsPerYear
        self.objective = objective
        self.statistics = statistics
    }

    /// Makes the statistics of a table.
    ///
    /// - Parameters:
    ///   - run: Id of the run; `nil` for a matrix from elsewhere.
    ///   - table: The returns.
    ///   - periodsPerYear: Periods a year; `nil`: those of the table, else 252.
    ///   - benchmark: Returns of a benchmark; `nil`: cash.
    ///   - objective: What the best is best by; `nil`: its Sharpe ratio.
    ///   - best: Its column; `nil`: that of the best Sharpe ratio.
    ///   - settings: What they are made with.
    public init(
        run: String? = nil,
        _ table: ReturnTable,
        periodsPerYear: Double? = nil,
        benchmark: [Double]? = nil,
        objective: (metric: String, value: Double?)? = nil,
        best: Int? = nil,
        settings: StatisticsSettings
    ) {
        let perYear = periodsPerYear ?? table.periodsPerYear ?? 252
        self.init(
            run: run,
            ids: table.ids,
            frequency: table.frequency?.rawValue,
            periodsPerYear: perYear,
            objective: objective ?? ("sharpe_ratio", nil),
            statistics: SweepStatistics(
                table.matrix,
                periodsPerYear: perYear,
                benchmark: benchmark,
                best: best,
                settings: settings
            )
        )
    }

    /// The bytes of statistics.json; with `rows` the table stands in them, too.
    public func bytes(withRows: Bool = false) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(json(withRows: withRows))
        writer.out.append(byte: 0x0A)
        return writer.out.array
    }

    /// The bytes of statistics.csv.
    public var table: [UInt8] {
        var out = ByteBuffer()
        let names = StatisticsDocument.columns + (hasBenchmark ? BenchmarkComparison.names : [])
        for (place, name) in names.enumerated() {
            if place > 0 { out.append(byte: UInt8(ascii: ",")) }
            out.appendCSV(name)
        }
        out.append(byte: 0x0A)
        for row in statistics.rows {
            out.appendCSV(ids[row.column])
            for cell in cells(row).dropFirst() {
                out.append(byte: UInt8(ascii: ","))
                switch cell.value {
                case .number(let number): out.appendCSV(number)
                case .boolean(let flag): out.appendCSV(flag ? "true" : "false")
                default: break
                }
            }
            out.append(byte: 0x0A)
        }
        return out.array
    }
}

extension StatisticsDocument {
    private var hasBenchmark: Bool { statistics.rows.contains { $0.benchmark != nil } }

    private func number(_ value: Double?) -> JSONValue {
        value.flatMap { $0.isFinite ? .number($0) : nil } ?? .null
    }

    private func count(_ value: Int) -> JSONValue { .number(Double(value)) }

    /// A row by the names of the columns.
    private func cells(_ row: SweepStatistics.Row) -> [Named<JSONValue>] {
        let values: [JSONValue] = [
            .text(ids[row.column]), number(row.sharpe), number(row.standardError), number(row.low),
            number(row.high), number(row.adjusted), number(row.probabilistic), number(row.deflated),
            number(row.minimumTrackRecord), number(row.pValue), number(row.holm), number(row.bhy),
            number(row.sharpeHolm), number(row.sharpeBHY), .boolean(row.isSuperior),
            row.cluster.map { count($0) } ?? .null,
        ]
        var cells = zip(StatisticsDocument.columns, values).map { Named($0, $1) }
        if let benchmark = row.benchmark {
            cells += zip(BenchmarkComparison.names, benchmark.values).map { Named($0, number($1)) }
        }
        return cells
    }

    private func json(withRows: Bool) -> JSONValue {
        let trials = statistics.trials
        var document: [Named<JSONValue>] = [
            Named("schema_version", count(StatisticsDocument.schemaVersion)),
            Named("run", run.map { .text($0) } ?? .null),
            Named(
                "returns",
                .object([
                    Named("frequency", frequency.map { .text($0) } ?? .null),
                    Named("periods", count(statistics.periods)),
                    Named("periods_per_year", number(periodsPerYear)),
                    Named("containers", count(statistics.columns)),
                    Named("constant", count(statistics.constant.count)),
                ])
            ),
            Named(
                "trials",
                .object([
                    Named("run", count(trials.run)), Named("ledger", count(0)),
                    Named("total", count(trials.total)), Named("effective", number(trials.effective)),
                    Named("mean_correlation", number(trials.meanCorrelation)),
                    Named("sharpe_variance", number(trials.sharpeVariance)),
                    Named("sharpe_variance_used", number(trials.sharpeVarianceUsed)),
                    Named("expected_maximum_sharpe", number(trials.expectedMaximumSharpe)),
                    Named("min_backtest_years", number(trials.minimumBacktestYears)),
                ])
            ),
            Named("best", best), Named("pbo", overfitting),
        ]
        document += snooping
        document += [
            Named(
                "intervals",
                .object(
                    statistics.intervals.map { metric, interval in
                        Named(
                            metric.rawValue,
                            .object([
                                Named("value", number(interval.value)), Named("low", number(interval.low)),
                                Named("high", number(interval.high)),
                                Named("standard_error", number(interval.standardError)),
                            ])
                        )
                    }
                )
            ),
            Named("clusters", clusters),
            Named(
                "verdict",
                .object([
                    Named("answer", .text(statistics.verdict.answer.rawValue)),
                    Named("because", .array(statistics.verdict.reasons.map { .text($0) })),
                ])
            ),
            Named("reasons", .array((statistics.reasons + reasons).map { .text($0) })),
        ]
        if withRows {
            document.append(Named("rows", .array(statistics.rows.map { .object(cells($0)) })))
        }
        return .object(document)
    }

    private var best: JSONValue {
        guard let place = statistics.best else { return .null }
        let cells = cells(statistics.rows[place])
        return .object(
            [
                cells[0], Named("metric", .text(objective.metric)),
                Named("value", number(objective.value ?? statistics.rows[place].sharpe)),
            ] + cells.dropFirst()
        )
    }

    private var overfitting: JSONValue {
        guard let found = statistics.overfitting else { return .null }
        let line = found.degradation
        return .object([
            Named("blocks", count(found.blocks)), Named("rows", count(found.rows)),
            Named("dropped_rows", count(found.droppedRows)),
            Named("combinations", count(found.splits.count)), Named("pbo", number(found.probability)),
            Named("logit_mean", number(found.logitMean)), Named("logit_median", number(found.logitMedian)),
            Named("slope", number(line?.slope)), Named("intercept", number(line?.intercept)),
            Named("r_squared", number(line?.rSquared)),
            Named("probability_of_loss", number(found.probabilityOfLoss)),
            Named("logits", .array(found.histogram.map { count($0) })),
        ])
    }

    private var snooping: [Named<JSONValue>] {
        guard let found = statistics.snooping else {
            return ["reality_check", "spa", "stepm"].map { Named($0, .null) }
        }
        let replicates = found.replicates
        return [
            Named(
                "reality_check",
                .object([
                    Named("statistic", number(found.realityCheck.statistic)),
                    Named("exceedances", count(found.realityCheck.exceedances)),
                    Named("replicates", count(replicates)), Named("block", number(statistics.block)),
                    Named("p_value", number(found.realityCheck.pValue)),
                ])
            ),
            Named(
                "spa",
                .object([
                    Named("statistic", number(found.consistent.statistic)),
                    Named(
                        "exceedances",
                        .object([
                            Named("lower", count(found.lower.exceedances)),
                            Named("consistent", count(found.consistent.exceedances)),
                            Named("upper", count(found.upper.exceedances)),
                        ])
                    ),
                    Named("replicates", count(replicates)), Named("p_lower", number(found.lower.pValue)),
                    Named("p_value", number(found.consistent.pValue)),
                    Named("p_upper", number(found.upper.pValue)),
                ])
            ),
            Named(
                "stepm",
                .object([
                    Named("level", number(found.level)),
                    Named(
                        "superior",
                        .array(found.superior.map { .text(ids[statistics.rows[$0].column]) })
                    ),
                    Named("critical_values", .array(found.criticalValues.map { number($0) })),
                ])
            ),
        ]
    }

    /// The clusters by number: how many members, and the best of them.
    private var clusters: JSONValue {
        var groups: [[SweepStatistics.Row]] = []
        for row in statistics.rows {
            guard let cluster = row.cluster else { continue }
            while groups.count <= cluster { groups.append([]) }
            groups[cluster].append(row)
        }
        return .array(
            groups.enumerated().map { index, rows in
                let best = rows.max { ($0.sharpe, -$0.column) < ($1.sharpe, -$1.column) }
                return .object([
                    Named("cluster", count(index)), Named("containers", count(rows.count)),
                    Named("best", best.map { .text(ids[$0.column]) } ?? .null),
                    Named("sharpe_ratio", number(best?.sharpe)),
                ])
            }
        )
    }
}
