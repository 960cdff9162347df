import BacktestRandom
import BacktestStatistics
import Foundation
import Testing

/// The statistics of a whole matrix against NumPy, SciPy, statsmodels and arch (see `Fixtures/statistics.json`).
@Suite struct SweepStatisticsTests {
    private static func oracle() throws -> (SweepStatistics, [String: Any], [String]) {
        let expected = try Oracle.object("statistics.json")
        let given = try #require(expected["settings"] as? [String: Any])
        let (names, matrix) = try Oracle.matrix("returns.csv")
        var settings = StatisticsSettings()
        settings.seed = 42
        settings.replicates = try #require(given["replicates"] as? Int)
        settings.block = try #require(given["block"] as? Double)
        settings.blocks = try #require(given["pbo_blocks"] as? Int)
        return (SweepStatistics(matrix, periodsPerYear: 252, settings: settings), expected, names)
    }

    @Test func everyRow() throws {
        let (found, expected, names) = try Self.oracle()
        let rows = try #require(expected["rows"] as? [[String: Any]])
        #expect(found.rows.count == rows.count && found.constant.isEmpty)
        for (row, wanted) in zip(found.rows, rows) {
            #expect(names[row.column] == wanted["container_id"] as? String)
            let fields: [(String, Double?, Double)] = [
                ("sharpe_ratio", row.sharpe, 1e-9), ("sharpe_standard_error", row.standardError, 1e-9),
                ("sharpe_low", row.low, 1e-9), ("sharpe_high", row.high, 1e-9),
                ("sharpe_adjusted", row.adjusted, 1e-9), ("probabilistic_sharpe", row.probabilistic, 1e-7),
                ("deflated_sharpe", row.deflated, 1e-7), ("min_track_record", row.minimumTrackRecord, 1e-7),
                ("p_value", row.pValue, 1e-7), ("p_holm", row.holm, 1e-7), ("p_bhy", row.bhy, 1e-7),
                ("sharpe_holm", row.sharpeHolm, 1e-7), ("sharpe_bhy", row.sharpeBHY, 1e-7),
            ]
            for (name, value, tolerance) in fields {
                #expect(
                    agrees(value, wanted[name], tolerance),
                    "\(names[row.column]).\(name): \(value.map { "\($0)" } ?? "nil"), not \(wanted[name] ?? "nil")"
                )
            }
            #expect(row.isSuperior == wanted["superior"] as? Bool)
        }
    }

    @Test func theWholeSweep() throws {
        let (found, expected, names) = try Self.oracle()
        let trials = try #require(expected["trials"] as? [String: Any])
        #expect(agrees(found.trials.meanCorrelation, trials["mean_correlation"]))
        #expect(agrees(found.trials.effective, trials["effective"]))
        #expect(agrees(found.trials.sharpeVariance, trials["sharpe_variance"]))
        #expect(agrees(found.trials.sharpeVarianceUsed, trials["sharpe_variance_used"]))
        #expect(agrees(found.trials.expectedMaximumSharpe, trials["expected_maximum_sharpe"], 1e-7))
        #expect(agrees(found.trials.minimumBacktestYears, trials["min_backtest_years"], 1e-7))
        let best = try #require(found.best)
        #expect(names[found.rows[best].column] == expected["best"] as? String)
        let pbo = try #require(expected["pbo"] as? [String: Any])
        let overfitting = try #require(found.overfitting)
        #expect(overfitting.splits.count == pbo["combinations"] as? Int)
        #expect(overfitting.rows == pbo["rows"] as? Int && overfitting.droppedRows == 0)
        #expect(agrees(overfitting.probability, pbo["pbo"]))
        #expect(agrees(overfitting.logitMean, pbo["logit_mean"]))
        #expect(agrees(overfitting.logitMedian, pbo["logit_median"]))
        #expect(agrees(overfitting.degradation?.slope, pbo["slope"]))
        #expect(agrees(overfitting.degradation?.rSquared, pbo["r_squared"]))
        let snooping = try #require(found.snooping)
        let check = try #require(expected["reality_check"] as? [String: Any])
        #expect(agrees(snooping.realityCheck.statistic, check["statistic"]))
        #expect(snooping.realityCheck.exceedances == check["exceedances"] as? Int)
        let spa = try #require(expected["spa"] as? [String: Any])
        let beyond = try #require(spa["exceedances"] as? [String: Int])
        #expect(agrees(snooping.consistent.statistic, spa["statistic"]))
        #expect(snooping.lower.exceedances == beyond["lower"])
        #expect(snooping.consistent.exceedances == beyond["consistent"])
        #expect(snooping.upper.exceedances == beyond["upper"])
        #expect(agrees(snooping.consistent.pValue, spa["p_value"]))
        let stepm = try #require(expected["stepm"] as? [String: Any])
        #expect(snooping.superior.map { names[$0] } == stepm["superior"] as? [String])
        let critical = try #require(stepm["critical_values"] as? [Double])
        #expect(snooping.criticalValues.count == critical.count)
        #expect(zip(snooping.criticalValues, critical).allSatisfy { agrees($0, $1) })
        #expect(found.rows.compactMap(\.cluster) == expected["clusters"] as? [Int])
        let intervals = try #require(expected["intervals"] as? [String: [String: Any]])
        #expect(found.intervals.count == intervals.count)
        for (metric, interval) in found.intervals {
            let wanted = try #require(intervals[metric.rawValue])
            #expect(agrees(interval.value, wanted["value"]) && agrees(interval.low, wanted["low"]))
            #expect(agrees(interval.high, wanted["high"]))
            #expect(agrees(interval.standardError, wanted["standard_error"]))
        }
        #expect(found.verdict.answer == .cannotTell, "a deflated ratio of 0.88 is neither")
    }

    @Test func effectiveTrialsInEveryWay() throws {
        let expected = try #require(Oracle.object("statistics.json")["trials"] as? [String: Any])
        let by = try #require(expected["effective_by"] as? [String: Double])
        let matrix = try Oracle.matrix("returns.csv").columns
        let ways: [(String, EffectiveTrials)] = [
            ("none", .none), ("average_correlation", .averageCorrelation),
            ("participation_ratio", .participationRatio),
        ]
        for (name, way) in ways { #expect(agrees(way.count(of: 14, among: matrix), by[name]), "\(name)") }
    }

    @Test func blockLengths() throws {
        let series = try #require(Oracle.json("block_length.json") as? [[String: Any]])
        for one in series {
            let returns = try #require(one["returns"] as? [Double])
            #expect(agrees(BlockLength(returns.span)?.stationary, one["stationary"]))
        }
        #expect(series.count > 1)
    }

    @Test func minimumBacktestLengths() throws {
        let cases = try #require(Oracle.object("min_backtest_length.json")["cases"] as? [[String: Any]])
        for one in cases {
            let trials = try #require(one["trials"] as? Double)
            let target = try #require(one["target_sharpe"] as? Double)
            let years = ExpectedMaximum.minimumBacktestYears(trials: trials, target: target)
            #expect(agrees(years, one["years"], 1e-7))
        }
    }

    /// Published figures and other libraries': probabilistic and deflated ratios, minimum track records.
    @Test func publishedCases() throws {
        let cases = try #require(Oracle.object("dsr_psr_mintrl_cases.json")["cases"] as? [[String: Any]])
        for one in cases {
            func number(_ key: String) throws -> Double { try #require(one[key] as? Double) }
            let estimate = SharpeEstimate(
                sharpe: try number("sr"),
                count: Int(try number("T")),
                skewness: try number("skew"),
                kurtosis: try number("kurtosis_pearson")
            )
            let (trials, variance) = (try number("trials"), try number("var_trials"))
            #expect(agrees(ExpectedMaximum.sharpe(trials: trials, variance: variance), one["sr0"], 1e-7))
            #expect(agrees(estimate.deflated(trials: trials, variance: variance), one["dsr"], 1e-7))
            if one["psr_vs_0"] != nil {
                #expect(agrees(estimate.probabilistic(), one["psr_vs_0"], 1e-7))
                #expect(agrees(estimate.minimumTrackRecord(), one["min_trl_vs_0_95"] as? Double, 1e-7))
            }
            if let published = one["published"] as? Double {
                let found = try #require(estimate.deflated(trials: trials, variance: variance))
                #expect(abs(found - published) < 5e-5)
            }
        }
    }

    @Test(arguments: [
        ("pbo_noise_400x20", 10), ("pbo_noise_400x20", 8), ("pbo_overfit_320x16", 16),
        ("pbo_overfit_320x16", 8),
    ])
    func overfitting(name: String, blocks: Int) throws {
        let expected = try #require(Oracle.object("pbo_cscv.json")["\(name)|S=\(blocks)"] as? [String: Any])
        let matrix = try Oracle.matrix("\(name).csv").columns
        let table = try #require(BlockTable(matrix, metric: .sharpeRatio, blocks: blocks))
        let found = try #require(OverfittingProbability(table))
        #expect(found.splits.count == expected["combinations"] as? Int)
        #expect(agrees(found.probability, expected["pbo_lambda_le_0"]))
        #expect(agrees(found.logitMean, expected["mean_logit"]))
        #expect(agrees(found.logitMedian, expected["median_logit"]))
        #expect(agrees(found.degradation?.slope, expected["degradation_slope"]))
        #expect(agrees(found.degradation?.intercept, expected["degradation_intercept"]))
        #expect(agrees(found.probabilityOfLoss, expected["prob_oos_loss"]))
        if let selected = expected["selected"] as? [Int] {
            #expect(found.splits.map(\.selected) == selected)
            let logits = try #require(expected["logits"] as? [Double])
            #expect(zip(found.splits.map(\.logit), logits).allSatisfy { agrees($0, $1) })
        }
        #expect(found.histogram.reduce(0, +) == found.splits.count)
    }

    @Test func againstABenchmark() throws {
        let given = try Oracle.object("benchmark.json")
        let expected = try #require(given["expected"] as? [String: Any])
        let returns = try #require(given["returns"] as? [Double])
        let benchmark = try #require(given["benchmark"] as? [Double])
        let found = BenchmarkComparison(returns.span, against: benchmark.span, periodsPerYear: 252)
        for (name, value) in zip(BenchmarkComparison.names, found.values) {
            #expect(
                agrees(value, expected[name]),
                "\(name): \(value ?? .nan), not \(expected[name] ?? "nil")"
            )
        }
        let itself = BenchmarkComparison(benchmark.span, against: benchmark.span, periodsPerYear: 252)
        #expect(itself.beta == 1 && itself.excessReturn == 0 && itself.informationRatio == nil)
        let flat = [Double](repeating: 0, count: 10)
        let none = BenchmarkComparison(flat.span, against: flat.span, periodsPerYear: 252)
        #expect(none.beta == nil && none.alpha == nil && none.upCapture == nil && none.trackingError == 0)
    }
}

/// What must hold of any matrix.
@Suite struct SweepStatisticsLawTests {
    private static func noise(
        _ columns: Int,
        _ periods: Int,
        _ number: UInt64,
        skill: Double = 0
    ) -> ReturnMatrix {
        var stream = RandomStream(seed: 7, label: "test", number: number)
        return ReturnMatrix(
            columns: (0..<columns).map { column in
                (0..<periods).map { _ in 0.01 * (stream.normals().0 + (column == 3 ? skill : 0)) }
            }
        )
    }

    private static func settings(_ seed: UInt64) -> StatisticsSettings {
        var settings = StatisticsSettings()
        settings.replicates = 200
        settings.blocks = 8
        settings.block = 1
        settings.seed = seed
        return settings
    }

    /// Noise is luck as often as chance has it, and skill is found.
    @Test func noiseAndSkill() throws {
        var values: [Double] = []
        var overfitting: [Double] = []
        var real = 0
        for number in 0..<UInt64(120) {
            let found = SweepStatistics(
                Self.noise(20, 250, number),
                periodsPerYear: 252,
                settings: Self.settings(number)
            )
            values.append(try #require(found.snooping).consistent.pValue)
            overfitting.append(try #require(found.overfitting).probability)
            if found.verdict.answer == .real { real += 1 }
        }
        values.sort()
        // Kolmogorov and Smirnov at 1 in 1,000 for 120 draws: 0.178.
        let distance = values.indices.map { abs(values[$0] - (Double($0) + 0.5) / 120) }.max() ?? 1
        #expect(distance < 0.178, "\(distance)")
        #expect((0.42...0.58).contains(try #require(Samples.mean(overfitting))))
        #expect(real <= 6, "\(real) of 120 matrices of noise are called real")
        var found = 0
        for number in 0..<UInt64(40) {
            let skilled = SweepStatistics(
                Self.noise(20, 250, 1_000 + number, skill: 0.3),
                periodsPerYear: 252,
                settings: Self.settings(number)
            )
            if try #require(skilled.snooping).consistent.pValue < 0.05 { found += 1 }
        }
        #expect(found >= 34, "\(found) of 40 matrices with skill are found")
    }

    /// Neither a column that never moves nor the order of the columns changes what is said of the others.
    @Test func constantColumnsAndOrder() throws {
        let (_, matrix) = try Oracle.matrix("returns.csv")
        func column(_ index: Int) -> [Double] {
            matrix.withColumn(index) { span in span.indices.map { span[$0] } }
        }
        let plain = (0..<14).map(column)
        let settings = Self.settings(1)
        let whole = SweepStatistics(ReturnMatrix(columns: plain), periodsPerYear: 252, settings: settings)
        var with = plain
        with.insert([Double](repeating: 0, count: 312), at: 2)
        var counted = settings
        counted.trials = 14
        let padded = SweepStatistics(ReturnMatrix(columns: with), periodsPerYear: 252, settings: counted)
        #expect(padded.constant == [2] && padded.rows.count == 14)
        #expect(padded.rows.map(\.deflated) == whole.rows.map(\.deflated))
        #expect(padded.overfitting == whole.overfitting && padded.snooping == whole.snooping)
        let turned = SweepStatistics(
            ReturnMatrix(columns: plain.reversed()),
            periodsPerYear: 252,
            settings: settings
        )
        #expect(turned.snooping?.consistent == whole.snooping?.consistent)
        #expect(turned.overfitting?.probability == whole.overfitting?.probability)
        for (a, b) in zip(whole.rows, turned.rows.reversed()) {
            #expect(a.pValue == b.pValue && agrees(a.deflated, b.deflated) && agrees(a.bhy, b.bhy))
        }
    }

    /// Deflating never raises a probability, however few trials related sets are worth.
    @Test func deflatingNeverInflates() {
        for trials in [1, 1.000_1, 1.05, 1.2, 1.4, 2, 5, 1_000, 1e6] {
            let expected = ExpectedMaximum.normal(trials)
            #expect(expected >= 0 && expected.isFinite, "\(trials): \(expected)")
        }
        // One set twice, but for noise that does not count.
        var stream = RandomStream(seed: 1, label: "test")
        let one = (0..<300).map { _ in 0.01 * stream.normals().0 + 0.000_4 }
        let twin = one.map { $0 + 1e-7 * stream.normals().0 }
        let found = SweepStatistics(ReturnMatrix(columns: [one, twin]), periodsPerYear: 252)
        for row in found.rows {
            #expect((row.deflated ?? 2) <= (row.probabilistic ?? 0), "\(row)")
        }
    }

    /// Where there is too little, it says so and says nothing else.
    @Test func tooLittle() {
        let none = SweepStatistics(ReturnMatrix(columns: []), periodsPerYear: 252)
        #expect(none.rows.isEmpty && none.best == nil && none.verdict.answer == .cannotTell)
        let flat = ReturnMatrix(columns: [
            [Double](repeating: 0, count: 30), [Double](repeating: 0, count: 30),
        ])
        let constant = SweepStatistics(flat, periodsPerYear: 252)
        #expect(constant.constant == [0, 1] && constant.snooping == nil && !constant.reasons.isEmpty)
        let one = SweepStatistics(Self.noise(1, 100, 1), periodsPerYear: 252)
        #expect(one.rows.count == 1 && one.overfitting == nil && one.snooping == nil)
        let short = SweepStatistics(Self.noise(5, 20, 1), periodsPerYear: 252)
        #expect(short.overfitting == nil && short.snooping != nil)
        #expect(short.reasons.contains { $0.contains("32 periods") })
        #expect(short.verdict.answer != .real)
    }

    /// Many superior columns: the few largest of each resample do not reach, and the maxima are taken anew.
    @Test func manySuperiorColumns() throws {
        var stream = RandomStream(seed: 3, label: "test")
        let columns = (0..<60).map { column in
            (0..<200).map { _ in 0.01 * (stream.normals().0 + (column < 40 ? 1 : 0)) }
        }
        let settings = Self.settings(5)
        let found = try #require(
            SweepStatistics(ReturnMatrix(columns: columns), periodsPerYear: 252, settings: settings).snooping
        )
        #expect(found.superior.filter { $0 < 40 }.count == 40)
        #expect(found.superior.count <= 42)
        // A plain loop over those that are left gives the last critical value.
        let left = (0..<60).filter { !found.superior.contains($0) }
        let rest = ReturnMatrix(columns: left.map { columns[$0] })
        let again = try #require(
            SweepStatistics(rest, periodsPerYear: 252, settings: settings).snooping
        )
        #expect(again.superior.isEmpty && agrees(again.criticalValues.first, found.criticalValues.last))
    }
}
