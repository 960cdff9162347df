import BacktestExpressions
import BacktestMetrics
import BacktestModel
import BacktestReports
import BacktestResults
import Testing

/// Summaries made for comparisons.
enum Pairing {
    static func row(
        _ id: Int,
        _ portfolio: String,
        _ values: [Scalar],
        _ metrics: [MetricName: Double]
    ) -> RunSummary.Row {
        var found = MetricValues()
        for (name, value) in metrics { found[name] = value }
        return RunSummary.Row(
            containerID: "\(portfolio)_\(id)",
            portfolioID: portfolio,
            status: .completed,
            parameters: values,
            metrics: found
        )
    }

    /// `count` containers with a Sharpe ratio of index / 100.
    static func sweep(_ count: Int, change: (Int) -> Double = { _ in 0 }) -> RunSummary {
        RunSummary(
            parameterPaths: ["cross.fast"],
            rows: (0..<count).map { index in
                let sharpe = Double(index) / 100 + change(index)
                return row(
                    index,
                    "p",
                    [.number(Double(index))],
                    [.sharpeRatio: sharpe, .maxDrawdown: 0.2 - change(index), .totalTrades: 7]
                )
            }
        )
    }

    static func report(
        _ a: RunSummary,
        _ b: RunSummary,
        _ query: ComparisonQuery = ComparisonQuery(),
        _ tolerance: ComparisonTolerance = ComparisonTolerance()
    ) throws -> ComparisonReport {
        try ComparisonReport(
            pathA: "a",
            pathB: "b",
            changes: RunChanges(),
            comparison: RunComparison(a, b, tolerance: tolerance),
            query: query
        )
    }
}

@Suite struct ComparisonTests {
    @Test func `a run has no differences from itself`() throws {
        let report = try Pairing.report(Board.summary, Board.summary)
        #expect(report.isEmpty)
        #expect(report.shown.isEmpty)
        #expect(report.render(.table) == "a: a\nb: b\nNo differences in 6 containers.\n")
        #expect(report.table(precision: nil).rows.isEmpty)
        #expect(report.distributions.allSatisfy { !$0.isChanged && $0.same == 6 })
    }

    @Test func `one small regression among 10,000 is found`() throws {
        let report = try Pairing.report(
            Pairing.sweep(10_000),
            Pairing.sweep(10_000) { $0 == 7_777 ? -0.7777 : 0 }
        )
        #expect(report.shown.map(\.containerID) == ["p_7777"])
        let rows = report.table(precision: nil).rows
        #expect(rows.count == 2, "the Sharpe ratio and the drawdown")
        #expect(rows[0].last == .text("worse"))
        let sharpe = try #require(report.distributions.first { $0.metric == .sharpeRatio })
        #expect((sharpe.better, sharpe.worse, sharpe.same) == (0, 1, 9_999))
        #expect(sharpe.medianDelta == 0)
        #expect(sharpe.pValue == 1, "one coin proves nothing")
    }

    @Test(
        arguments: [
            (MetricName.sharpeRatio, 1.0, 1.5, MetricChange.Verdict.better), (.sharpeRatio, 1.5, 1.0, .worse),
            (.maxDrawdown, 0.1, 0.2, .worse), (.maxDrawdown, 0.2, 0.1, .better),
            (.largestLoss, -10, -20, .worse), (.valueAtRisk95, -0.02, -0.01, .better),
            (.totalTrades, 5, 9, .changed), (.sharpeRatio, nil, 1, .changed),
            (.sharpeRatio, 1, nil, .changed),
            (.sharpeRatio, nil, nil, .same), (.totalTrades, 5, 5, .same),
        ] as [(MetricName, Double?, Double?, MetricChange.Verdict)]
    )
    func `a metric knows its direction`(
        name: MetricName,
        a: Double?,
        b: Double?,
        verdict: MetricChange.Verdict
    ) {
        #expect(MetricChange(name, a, b, ComparisonTolerance()).verdict == verdict)
    }

    @Test func `relative differences keep the sign of the difference`() {
        let none = ComparisonTolerance()
        #expect(MetricChange(.sharpeRatio, -2, -1, none).relative == 0.5)
        #expect(MetricChange(.sharpeRatio, 2, 1, none).relative == -0.5)
        #expect(MetricChange(.sharpeRatio, 0, 1, none).relative == nil)
        #expect(MetricChange(.sharpeRatio, nil, 1, none).delta == nil)
    }

    @Test func `tolerances, for all and for one`() throws {
        var tolerance = ComparisonTolerance()
        try tolerance.setRelative("1%")
        try tolerance.setAbsolute("max_drawdown=0.05")
        #expect(MetricChange(.sharpeRatio, 1, 1.0099, tolerance).verdict == .same)
        #expect(MetricChange(.sharpeRatio, 1, 1.011, tolerance).verdict == .better)
        #expect(MetricChange(.maxDrawdown, 0.1, 0.15, tolerance).verdict == .same)
        #expect(throws: ReportError.self) { try tolerance.setAbsolute("-1") }
        #expect(throws: ReportError.self) { try tolerance.setAbsolute("many") }
        let error = #expect(throws: ReportError.self) { try tolerance.setRelative("sharp_ratio=1") }
        #expect(error?.message.contains("did you mean 'sharpe_ratio'?") == true)
    }

    @Test func `containers join on parameters, not on their ids`() {
        let a = RunSummary(
            parameterPaths: ["x", "y"],
            rows: [
                Pairing.row(0, "p", [.number(1), .number(2)], [.sharpeRatio: 1]),
                Pairing.row(1, "p", [.number(2), .number(2)], [.sharpeRatio: 2]),
            ]
        )
        let b = RunSummary(
            parameterPaths: ["y", "x"],
            rows: [
                Pairing.row(0, "p", [.number(2), .number(2)], [.sharpeRatio: 5]),
                Pairing.row(1, "q", [.number(2), .number(1)], [.sharpeRatio: 6]),
            ]
        )
        let joined = RunComparison(a, b)
        #expect(joined.parameterPaths == ["x", "y"])
        #expect(joined.pairs.map(\.isMatched) == [false, true, false])
        #expect(joined.pairs[1].b?.containerID == "p_0")
        #expect(joined.pairs[2].parameters == [.number(1), .number(2)])
        #expect(joined.matchCount == 1)
        #expect(joined.matchedOnly.pairs.count == 1)
    }

    @Test func `what only one run has is listed`() throws {
        let report = try Pairing.report(Pairing.sweep(3), Pairing.sweep(4))
        let rows = report.table(precision: nil).rows
        #expect(rows.count == 1)
        #expect(rows[0].first == .text("p_3") && rows[0].last == .text("only in b"))
        var json = JSONWriter()
        report.write(&json)
        json.endObject()
        let document = try JSONValue.parse(json.out.array)
        #expect(document["containers"]?.elements.count == 1)
        #expect(document["containers"]?.elements[0]["in"] == .array([.text("b")]))
        #expect(document["counts"]?["only_b"]?.integer == 1)
    }

    @Test func `sorted by the worst change first`() throws {
        var query = ComparisonQuery(metrics: [.sharpeRatio])
        query.sortBy = "sharpe_ratio"
        let deltas: [Double] = [0.1, -0.3, 0.2, -0.1]
        let (a, b) = (Pairing.sweep(4), Pairing.sweep(4) { deltas[$0] })
        #expect(try Pairing.report(a, b, query).shown.map(\.containerID) == ["p_1", "p_3", "p_0", "p_2"])
        query.sortBy = "max_drawdown"
        #expect(try Pairing.report(a, b, query).shown.map(\.containerID) == ["p_1", "p_3", "p_0", "p_2"])
        query.sortBy = "cross.fast"
        query.descending = true
        #expect(try Pairing.report(a, b, query).shown.map(\.containerID) == ["p_3", "p_2", "p_1", "p_0"])
        query.sortBy = "cross.fats"
        #expect(throws: ReportError.self) { try Pairing.report(a, b, query) }
    }

    @Test func `metrics by name`() throws {
        #expect(try ComparisonQuery.metrics(only: ["max_drawdown, cagr"]) == [.maxDrawdown, .cagr])
        #expect(throws: ReportError.self) { try ComparisonQuery.metrics(only: ["sharp"]) }
        #expect(throws: ReportError.self) { try ComparisonQuery.metrics(only: [","]) }
    }

    @Test func `only what changes is left`() throws {
        var query = ComparisonQuery()
        query.hidesConstant = true
        let report = try Pairing.report(Pairing.sweep(3), Pairing.sweep(3) { _ in -0.5 }, query)
        #expect(report.query.metrics == [.sharpeRatio, .maxDrawdown])
        #expect(report.table(precision: 2).columns.contains { $0.name == "cross.fast" })
        let one = try Pairing.report(Pairing.sweep(1), Pairing.sweep(1) { _ in -0.5 }, query)
        #expect(!one.table(precision: 2).columns.contains { $0.name == "cross.fast" })
    }
}

@Suite struct ChangeConditionTests {
    private func outcome(
        _ text: String,
        _ change: @escaping (Int) -> Double
    ) throws -> ChangeCondition.Outcome {
        let comparison = RunComparison(Pairing.sweep(10), Pairing.sweep(10, change: change))
        return try ChangeCondition(Formula.parse(text), for: comparison).evaluate(comparison)
    }

    @Test func `the furthest value is what was observed`() throws {
        let found = try outcome("sharpe_ratio < -0.05") { $0 == 3 ? -0.2 : $0 == 5 ? -0.1 : 0.5 }
        #expect(found.holding == 2)
        #expect(found.example == "p_3")
        #expect(found.threshold == -0.05)
        #expect(abs((found.observed ?? 0) + 0.2) < 1e-12)
        #expect(try outcome("sharpe_ratio < -0.05") { _ in 0.1 }.holding == 0)
    }

    @Test func `relative differences and values`() throws {
        #expect(try outcome("relative.max_drawdown > 40%") { $0 == 2 ? -0.1 : 0 }.holding == 1)
        #expect(try outcome("a.sharpe_ratio > 0.05 and b.sharpe_ratio < 0") { $0 > 7 ? -1 : 0 }.holding == 2)
        #expect(throws: ReportError.self) { try outcome("c.sharpe_ratio < 0") { _ in 0 } }
    }

    @Test func `a value that is gone leaves it open`() throws {
        var rows = Pairing.sweep(3).rows
        rows[1].metrics[.sharpeRatio] = nil
        let comparison = RunComparison(
            Pairing.sweep(3),
            RunSummary(parameterPaths: ["cross.fast"], rows: rows)
        )
        let found = try ChangeCondition(Formula.parse("sharpe_ratio < 0"), for: comparison).evaluate(
            comparison
        )
        #expect((found.holding, found.undefined) == (0, 1))
        let both = RunComparison(comparison.pairs[1].b.map { [$0] } ?? [], [rows[1]])
        let none = try ChangeCondition(Formula.parse("sharpe_ratio < 0"), for: both).evaluate(both)
        #expect(none.undefined == 0, "undefined in both is no change")
    }
}

extension RunComparison {
    fileprivate init(_ a: [RunSummary.Row], _ b: [RunSummary.Row]) {
        self.init(
            RunSummary(parameterPaths: ["cross.fast"], rows: a),
            RunSummary(parameterPaths: ["cross.fast"], rows: b)
        )
    }
}
