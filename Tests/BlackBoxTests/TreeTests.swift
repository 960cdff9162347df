import Foundation
import ProgramTestKit
import Testing

/// What stands in the results tree, checked from outside: its form, and every number that can be recomputed from it.
@Suite struct TreeTests {
    private static func config(_ strategies: String, portfolios: String) -> String {
        """
        name: desk
        data:
          directory: \(Program.top.path)/configs/data
          bars:
            - {symbol: SPX, file: SPX.csv, timeframe: 1d}
            - {symbol: NASDAQ, file: NASDAQ.csv, timeframe: 1d}
          end: 2003-12-31
        strategies:
        \(strategies)
        portfolios:
        \(portfolios)
        execution: {commission: 0.1%, slippage: 2bps, borrow_rate: 3%}
        metrics: {risk_free: 2%}
        results: {store_trades: true, store_equity_curve: true}
        """
    }

    private static let cross = "  - {id: cross, type: sma_cross, params: {fast: 8, slow: 30}}"
    private static let reversion = "  - {id: reversion, type: rsi_reversion}"
    private static let small =
        "  - {id: small, strategies: [cross], direction: long_short, risk: {stop_loss: 4%}}"
    private static let large = """
          - {id: large, strategies: [cross, reversion], direction: long_short, allocation: {cross: 2, reversion: 1}}
        """

    @Test func `every JSON file parses, repeats no key and ends in a line feed`() throws {
        let tree = try Desk.with { desk in
            try desk.tree(Self.config(Self.cross, portfolios: Self.small), ["--jobs", "1"])
        }
        var names = tree.files.keys.filter { $0.hasSuffix(".json") }
        #expect(names.count == 3)
        names.append("manifest.json")
        for name in names where name != "manifest.json" {
            let data = try #require(tree.files[name])
            #expect(data.last == 0x0A, "\(name)")
            #expect(JSONKeys.repeated(in: data) == [], "\(name)")
            _ = try JSONSerialization.jsonObject(with: data)
        }
    }

    @Test func `the manifest repeats no key and gives every file its size`() throws {
        try Desk.with { desk in
            try desk.write("signals.csv", "timestamp,symbol,action\n2001-02-05,SPX,enter_long\n")
            let strategies = "  - {id: s, signals: {file: signals.csv}}"
            let yaml = Self.config(strategies, portfolios: "  - {id: p, strategies: [s]}")
            let outcome = try desk.attempt(yaml)
            #expect(outcome.status == 0, "\(outcome)")
            let runs = try ResultsTree.runs(of: "desk", in: desk.folder.appendingPathComponent("out"))
            let data = try Data(contentsOf: try #require(runs.first).appendingPathComponent("manifest.json"))
            #expect(JSONKeys.repeated(in: data) == [])
            let manifest = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let files = try #require(manifest["data"] as? [[String: Any]])
            #expect(files.count == 3)
            for file in files {
                let path = try #require(file["path"] as? String)
                let place = path.hasPrefix("/") ? path : desk.folder.appendingPathComponent(path).path
                let size = try FileManager.default.attributesOfItem(atPath: place)[.size] as? Int
                #expect(file["bytes"] as? Int == size, "\(path)")
            }
        }
    }

    @Test(arguments: ["resume", "show", "rank"])
    func `a damaged manifest is refused, and nobody is sent in a circle`(command: String) throws {
        try Desk.with { desk in
            let outcome = try desk.attempt(Self.config(Self.cross, portfolios: Self.small))
            #expect(outcome.status == 0, "\(outcome)")
            try desk.write("out/desk/latest/manifest.json", "{\"schema_version\": 1,")
            let refused = try Program.run([command, "out/desk/latest"], in: desk.folder)
            #expect(refused.status == 5 && refused.output.isEmpty, "\(refused)")
            #expect(refused.errors.contains("manifest.json: damaged"), "\(refused)")
            #expect(!refused.errors.contains("admf resume"), "\(refused)")
        }
    }

    @Test func `metrics.json has the keys of the contract in their order`() throws {
        let tree = try Desk.with { desk in
            try desk.tree(Self.config(Self.cross, portfolios: Self.small))
        }
        let data = try #require(tree.files["small/metrics.json"])
        let text = String(decoding: data, as: UTF8.self)
        let top = [
            "schema_version", "container_id", "portfolio_id", "run_id", "status", "halted", "parameters",
            "strategies", "symbols", "period", "metrics", "by_strategy", "by_symbol", "events", "memory",
        ]
        let found = text.split(separator: "\n").filter { $0.hasPrefix("  \"") }
            .map { String($0.dropFirst(3).prefix { $0 != "\"" }) }
        #expect(found == top)
        #expect(!text.contains("nan") && !text.contains("inf\n") && !text.contains("Infinity"))
    }

    @Test func `metrics follow from equity.csv and trades.csv`() throws {
        let tree = try Desk.with { desk in
            let both = Self.cross + "\n" + Self.reversion
            return try desk.tree(Self.config(both, portfolios: Self.small + "\n" + Self.large))
        }
        let summary = try tree.rows("summary.csv")
        #expect(summary.count == 2)
        for row in summary {
            let id = try #require(row["container_id"])
            let metrics = try tree.metrics(id)
            let expected = Recomputed(
                capital: 100_000,
                equity: try tree.rows("\(id)/equity.csv").map { $0.number("equity") },
                profits: try tree.rows("\(id)/trades.csv").map { $0.number("net_pnl") },
                periods: 252,
                riskFree: 0.02
            )
            #expect(expected.metrics.count >= 14)
            for (name, value) in expected.metrics {
                #expect(isClose(metrics[name] ?? .nan, value), "\(id) \(name)")
                // Foundation reads the last digit of JSON numbers differently.
                #expect(isClose(row.number(name), metrics[name] ?? .nan, 1e-14), "\(id) \(name)")
            }
        }
    }

    @Test func `the order of portfolios and strategies changes no number`() throws {
        let first = try Desk.with { desk in
            let strategies = Self.cross + "\n" + Self.reversion
            return try desk.tree(Self.config(strategies, portfolios: Self.small + "\n" + Self.large))
        }
        let second = try Desk.with { desk in
            let large = Self.large.replacingOccurrences(of: "[cross, reversion]", with: "[reversion, cross]")
            let strategies = Self.reversion + "\n" + Self.cross
            return try desk.tree(Self.config(strategies, portfolios: large + "\n" + Self.small))
        }
        for id in ["small", "large"] {
            #expect(try first.metrics(id) == second.metrics(id))
            #expect(first.files["\(id)/equity.csv"] == second.files["\(id)/equity.csv"])
        }
    }

    @Test(arguments: ["1999-03-17", "2000-04-14", "2002-10-09"])
    func `what comes later changes nothing earlier`(end: String) throws {
        let portfolios = Self.small + "\n" + Self.large
        let yaml = Self.config(Self.cross + "\n" + Self.reversion, portfolios: portfolios)
        let whole = try Desk.with { try $0.tree(yaml) }
        let cut = try Desk.with {
            try $0.tree(yaml.replacingOccurrences(of: "end: 2003-12-31", with: "end: \(end)"))
        }
        for id in ["small", "large"] {
            func equity(_ tree: ResultsTree) throws -> [[String: String]] {
                try tree.rows("\(id)/equity.csv").filter { $0["timestamp", default: ""] < "\(end)T99" }
            }
            func trades(_ tree: ResultsTree) throws -> [[String: String]] {
                try tree.rows("\(id)/trades.csv").filter { $0["exit_time", default: ""] < "\(end)T99" }
            }
            #expect(try equity(whole) == equity(cut))
            #expect(try trades(whole) == trades(cut))
            #expect(try !equity(cut).isEmpty)
        }
    }
}
