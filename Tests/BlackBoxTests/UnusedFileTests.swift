import Foundation
import ProgramTestKit
import Testing

/// A data file that no strategy trades and no rule names changes no result.
@Suite struct UnusedFileTests {
    private static func config(
        _ bars: [String],
        portfolio: String,
        zone: String,
        rules: String = ""
    ) -> String {
        """
        name: desk
        data:
          directory: \(Program.top.path)/configs/data
          timezone: \(zone)
          bars:
        \(bars.map { "    - {\($0)}" }.joined(separator: "\n"))
        strategies:
          - {id: s, symbols: [A], \(rules)}
        portfolios:
          - {id: p, strategies: [s], \(portfolio)}
        results: {store_trades: true, store_equity_curve: true}
        """
    }

    private static let cross = "type: sma_cross, params: {fast: 10, slow: 30}"
    private static let paired =
        "rules: {enter_long: \"change(close, 5) / close > change(B.close, 5) / B.close\", exit_long: \"close < close[5]\"}"
    private static let daily = "symbol: A, file: SPX.csv, timeframe: 1d"
    private static let index = "symbol: B, file: NASDAQ.csv"
    private static let hourly = "symbol: A, file: BTCUSD.csv, timeframe: 1h"
    private static let euro = "symbol: E, file: EURUSD.csv, timeframe: 1h"
    private static let larger = "symbol: L, file: BTCUSD.csv, timeframe: 1h, resample: 4h"

    /// Every file of the results but for the run's own id.
    private static func results(_ yaml: String) throws -> [String: String] {
        let tree = try Desk.with { try $0.tree(yaml) }
        return tree.files.filter { $0.key.hasPrefix("p/") }.mapValues { data in
            String(decoding: data, as: UTF8.self).split(separator: "\n")
                .filter { !$0.contains("\"run_id\"") }.joined(separator: "\n")
        }
    }

    @Test(
        arguments: [
            ([daily], euro, "UTC", cross, "direction: long_short"),
            ([daily], euro, "America/New_York", cross, "risk: {daily_loss_limit: 1%}"),
            ([daily, index], euro, "UTC", paired, "direction: long_only"),
            ([hourly], larger, "America/New_York", cross, "risk: {daily_loss_limit: 3%}"),
            ([hourly], daily.replacingOccurrences(of: "symbol: A", with: "symbol: D"), "UTC", cross, ""),
        ]
    )
    func `nothing moves`(
        used: [String],
        unused: String,
        zone: String,
        rules: String,
        portfolio: String
    ) throws {
        let own = portfolio.isEmpty ? "initial_capital: 5000" : portfolio
        let alone = try Self.results(Self.config(used, portfolio: own, zone: zone, rules: rules))
        let beside = try Self.results(Self.config(used + [unused], portfolio: own, zone: zone, rules: rules))
        #expect(alone["p/metrics.json"]?.contains("sharpe_ratio") == true)
        #expect((alone["p/trades.csv"] ?? "").split(separator: "\n").count > 3)
        #expect(alone == beside)
    }

    @Test func `a fill at the vwap needs the column of what is traded alone`() throws {
        try Desk.with { desk in
            let rows = (1...28).map { "2024-01-\($0 < 10 ? "0" : "")\($0),10,12,9,11,100" }
            let header = "timestamp,open,high,low,close,volume"
            try desk.write("plain.csv", ([header] + rows).joined(separator: "\n") + "\n")
            let full = [header + ",vwap"] + rows.map { $0 + ",10.5" }
            try desk.write("full.csv", full.joined(separator: "\n") + "\n")
            for (traded, status) in [("[P]", Int32(2)), ("[F]", 0), ("[P, F]", 2)] {
                let outcome = try desk.attempt(
                    """
                    name: desk
                    data:
                      bars: [{symbol: P, file: plain.csv}, {symbol: F, file: full.csv}]
                    strategies: [{id: s, type: buy_and_hold, symbols: \(traded)}]
                    portfolios: [{id: p, strategies: [s]}]
                    execution: {fill: next_vwap}

                    """
                )
                let checked = try Program.run(["validate", "--data", "desk.yaml"], in: desk.folder)
                for outcome in [outcome, checked] {
                    #expect(outcome.status == status, "\(traded) \(outcome)")
                    #expect(outcome.errors.contains("plain.csv") == (status == 2), "\(traded) \(outcome)")
                }
            }
        }
    }

    @Test func `rows after the end of the bars are warned about once`() throws {
        try Desk.with { desk in
            let bars = (1...9).map { "2024-01-0\($0),10,12,9,11,100\n" }.joined()
            try desk.write("bars.csv", "timestamp,open,high,low,close,volume\n" + bars)
            try desk.write(
                "signals.csv",
                "timestamp,symbol,action\n2024-01-02,X,enter_long\n2024-02-01,X,exit_long\n"
            )
            let outcome = try desk.attempt(
                """
                name: desk
                data: {bars: [{symbol: X, file: bars.csv}]}
                strategies: [{id: s, signals: {file: signals.csv}}]
                portfolios: [{id: p, strategies: [s]}]

                """,
                []
            )
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.errors.components(separatedBy: "after the last bar").count == 2, "\(outcome)")
        }
    }
}
