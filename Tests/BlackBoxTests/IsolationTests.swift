import Foundation
import ProgramTestKit
import Testing

/// What one container is, traces or needs changes nothing for another, nor for itself.
@Suite struct IsolationTests {
    /// Bars whose volume is so thin that `volume_impact` costs more than the position is worth.
    private static let thin = (0..<80).reduce(into: "timestamp,open,high,low,close,volume\n") { text, day in
        let date = Calendar(identifier: .gregorian).date(
            byAdding: .day,
            value: day,
            to: Date(timeIntervalSince1970: 0)
        )
        let stamp = ISO8601DateFormatter().string(from: date ?? Date(timeIntervalSince1970: 0))
        let close = 100 + 8 * Foundation.sin(Double(day) / 5)
        text += "\(stamp),\(close),\(close + 1),\(close - 1),\(close),5\n"
    }

    @Test func `a traced container halts where an untraced one does`() throws {
        try Desk.with { desk in
            try desk.write("thin.csv", Self.thin)
            let tree = try desk.tree(
                """
                name: desk
                data: {bars: [{symbol: T, file: thin.csv, timeframe: 1d}]}
                strategies: [{id: s, type: sma_cross, params: {fast: 3, slow: 8}}]
                portfolios:
                  - {id: plain, strategies: [s]}
                  - {id: traced, strategies: [s], event_tracing: {mode: full, storage_backend: file}}
                execution: {slippage: {volume_impact: 20%}}
                """
            )
            let plain = try tree.object("plain/metrics.json")
            let traced = try tree.object("traced/metrics.json")
            let halt = try #require(plain["halted"] as? [String: Any])
            #expect(halt["reason"] as? String == "insolvency")
            #expect((traced["halted"] as? [String: Any])?["time"] as? String == halt["time"] as? String)
            #expect(try tree.metrics("plain") == tree.metrics("traced"))
        }
    }

    @Test func `a swept method finds the column that another axis asks for`() throws {
        try Desk.with { desk in
            let tree = try desk.tree(
                """
                name: desk
                data:
                  directory: \(Desk.trades.path)
                  bars: [{symbol: GOOG, file: goog_daily.csv, timeframe: 1d}]
                strategies: [{id: s, type: sma_cross, params: {fast: 10, slow: 30}}]
                portfolios: [{id: p, strategies: [s], sizing: {value: 10%}}]
                sweep:
                  parameters:
                    p.sizing.method: [percent_of_equity, volatility_target]
                    p.sizing.lookback: [20, 60]
                """
            )
            let trades = try ["p_0000", "p_0001", "p_0002", "p_0003"].map {
                try tree.metrics($0)["total_trades"]
            }
            #expect(trades.allSatisfy { $0 == trades[0] && $0 != 0 }, "\(trades)")
        }
    }

    @Test func `every signal that became an order knows its trade, with 200 strategies on one bar`() throws {
        try Desk.with { desk in
            let ids = (0..<200).map { "s\($0)" }
            let output = desk.folder.appendingPathComponent("out")
            let outcome = try desk.attempt(
                """
                name: desk
                data:
                  directory: \(Desk.trades.path)
                  bars: [{symbol: GOOG, file: goog_daily.csv, timeframe: 1d}]
                  end: 2004-09-30
                strategies:
                \(ids.map { "  - {id: \($0), type: buy_and_hold}" }.joined(separator: "\n"))
                portfolios:
                  - id: p
                    strategies: [\(ids.joined(separator: ", "))]
                    event_tracing: {mode: full, storage_backend: file}
                """
            )
            #expect(outcome.status == 0, "\(outcome)")
            let run = try #require(try ResultsTree.runs(of: "desk", in: output).first)
            let query = try Program.run(
                ["trace", "query", run.path, "--type", "SIGNAL", "--json"],
                in: desk.folder
            )
            let events = try #require(
                try JSONSerialization.jsonObject(with: Data(query.output.utf8)) as? [[String: Any]]
            )
            #expect(events.count == 200)
            let trades = Set(events.compactMap { $0["correlation_id"] as? String })
            #expect(trades.count == 200)
        }
    }

    @Test func `portfolios without a sweep are shared out, and an interruption counts them`() throws {
        try Desk.with { desk in
            let ids = (0..<400).map { "p\($0)" }
            let config = """
                name: desk
                data:
                  directory: \(Desk.trades.path)
                  bars: [{symbol: GOOG, file: goog_daily.csv, timeframe: 1d}]
                strategies: [{id: s, type: sma_cross, params: {fast: 3, slow: 8}}]
                portfolios:
                \(ids.map { "  - {id: \($0), strategies: [s]}" }.joined(separator: "\n"))
                """
            let one = try desk.tree(config, ["--quiet", "--jobs", "1"])
            let three = try desk.tree(config, ["--quiet", "--jobs", "3"])
            #expect(three.differences(from: one).isEmpty)
            #expect(one.containers.count == 400)
        }
    }
}
