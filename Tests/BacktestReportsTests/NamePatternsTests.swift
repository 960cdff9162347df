import BacktestMetrics
import BacktestModel
import BacktestReports
import BacktestResults
import Testing

@Suite struct NamePatternsTests {
    private let names = MetricName.names + ["cross.fast", "cross.slow"]

    @Test(
        arguments: [
            // As in DVC: from the start of the name, and not to its end.
            ("sharpe", ["sharpe_ratio"]), ("max_drawdown", ["max_drawdown"]),
            ("max_.*|cagr", ["cagr", "max_drawdown"]),
            ("drawdown", nil), (".*drawdown$", ["max_drawdown"]),
            (#"cross\.(fast|slow)"#, ["cross.fast", "cross.slow"]),
            ("cross.fast", ["cross.fast"]), ("(?!.*_ratio).*rpe", nil), ("s[hq]", ["sharpe_ratio", "sqn"]),
            // Where a shell's pattern is meant.
            (
                "*_ratio",
                [
                    "sharpe_ratio", "sortino_ratio", "calmar_ratio", "omega_ratio", "tail_ratio",
                    "payoff_ratio",
                ]
            ),
            ("c*", ["cagr", "calmar_ratio", "cross.fast", "cross.slow"]), ("sq?", ["sqn"]),
            ("win_rate, cagr", ["cagr", "win_rate"]), ("ca.{2,2}$", ["cagr"]),
        ] as [(String, [String]?)]
    )
    func `patterns fit as in DVC, or as in a shell`(text: String, expected: [String]?) throws {
        guard let expected else {
            #expect(throws: ReportError.self) { try NamePatterns([text]).select(from: names) }
            return
        }
        let found = try NamePatterns([text]).select(from: names)
        #expect(found == Set(expected), "\(text)")
    }

    @Test func `a lookahead leaves names out`() throws {
        let found = try NamePatterns(["(?!sharpe|cross).*"]).select(from: names)
        #expect(found == Set(MetricName.names.filter { !$0.hasPrefix("sharpe") }))
    }

    @Test(arguments: ["(", "[a", "sharpe**+("])
    func `what is no expression is refused with its text`(text: String) {
        let error = #expect(throws: ReportError.self) { try NamePatterns([text]) }
        #expect(error?.message.contains("'\(text)' is no pattern") == true)
    }

    @Test func `a pattern that fits nothing is a slip`() {
        let error = #expect(throws: ReportError.self) {
            try NamePatterns(["sharp_ratio"]).select(from: names)
        }
        #expect(error?.message.contains("did you mean 'sharpe_ratio'?") == true)
    }

    private func report(
        keep: [String] = [],
        drop: [String] = [],
        _ change: (inout ComparisonQuery) -> Void = { _ in }
    ) throws -> ComparisonReport {
        var query = ComparisonQuery()
        if !keep.isEmpty { query.keep = try NamePatterns(keep) }
        if !drop.isEmpty { query.drop = try NamePatterns(drop) }
        change(&query)
        return try Pairing.report(Pairing.sweep(3), Pairing.sweep(3) { _ in -0.5 }, query)
    }

    @Test func `keep holds against drop, and alone it chooses`() throws {
        #expect(try report(keep: ["sharpe"], drop: [".*"]).query.metrics == [.sharpeRatio])
        #expect(try report(keep: ["sharpe|cagr"]).query.metrics == [.cagr, .sharpeRatio])
        #expect(try report(drop: ["(?!sharpe).*"]).query.metrics == [.sharpeRatio])
        #expect(throws: ReportError.self) { try report(drop: [".*"]) }
    }

    @Test func `keep holds against only-changed`() throws {
        let metrics = try report(keep: ["cagr"]) { $0.hidesConstant = true }.query.metrics
        #expect(metrics == [.cagr, .sharpeRatio, .maxDrawdown])
    }

    @Test func `parameters are columns too`() throws {
        func columns(_ report: ComparisonReport) -> [String] {
            report.table(precision: nil).columns.map(\.name)
        }
        #expect(columns(try report()).contains("cross.fast"))
        #expect(!columns(try report(drop: ["cross"])).contains("cross.fast"))
        #expect(columns(try report(keep: ["cross|sharpe"], drop: [".*"])).contains("cross.fast"))
        #expect(!columns(try report(keep: ["sharpe"], drop: [".*"])).contains("cross.fast"))
    }

    @Test func `precision holds for every number`() throws {
        let report = try Pairing.report(
            Pairing.sweep(9),
            Pairing.sweep(9) { Double($0 - 4) * 1.2345678e-17 + ($0 == 8 ? 1.0 / 3 : 0) }
        )
        for format in [OutputFormat.table, .csv, .markdown] {
            let text = report.render(format, precision: 3)
            for number in text.matches(of: /-?\d+\.(\d+)(?:e-?\d+)?/) {
                #expect(number.output.1.count <= 3, "\(number.output.0)")
            }
            #expect(!text.contains("e-"))
        }
        var json = JSONWriter()
        report.write(&json, precision: 3)
        json.endObject()
        let document = try JSONValue.parse(json.out.array)
        #expect(document["containers"]?.elements.last?["metrics"]?["sharpe_ratio"]?["delta"]?.number == 0.333)
        #expect(document["summary"]?["sharpe_ratio"]?["p_value"]?.number == 1)
    }

    @Test func `pieces of CSV are one table`() throws {
        let count = 2_500
        let report = try Pairing.report(Pairing.sweep(count), Pairing.sweep(count) { _ in 0.25 })
        var pieces: [String] = []
        report.writeCSV(precision: nil) { pieces.append($0) }
        #expect(pieces.count == 4)
        #expect(pieces.joined() == report.table(precision: nil).render(.csv))
    }

    @Test func `JSON can be taken in pieces`() throws {
        let report = try Pairing.report(Pairing.sweep(50), Pairing.sweep(50) { _ in 0.25 })
        var whole = JSONWriter()
        report.write(&whole)
        var pieces: [UInt8] = []
        var json = JSONWriter()
        report.write(&json) { json in
            pieces += json.out.array
            json.out.removeAll()
        }
        #expect(pieces + json.out.array == whole.out.array)
    }
}
