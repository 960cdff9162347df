import Foundation
import ProgramTestKit
import Testing

/// The series with gaps and same-bar stops, and the damaged files, as a user meets them.
@Suite struct TrapTests {
    private struct Good: Decodable {
        struct Order: Decodable {
            var side: String
            var qty: Double
            var stop: Double
            var target: Double
        }
        struct Fill: Decodable {
            var timestamp: String
            var price: Double
        }
        struct Answer: Decodable {
            var fills: [Fill]
            var equity_at_close: [Double]
            var final_equity: Double
            var max_drawdown: Double
        }
        struct Series: Decodable {
            var orders_at_close_of_bar: [String: Order]
            var answers: [String: Answer]
            var answers_optimistic: [String: Answer]?
        }
        var series: [String: Series]
    }

    @Test(
        arguments: ["a_gaps", "b_same_bar"],
        ["no_costs", "commission_0.1pct_slippage_5bps"]
    )
    func `fixed stops and targets from a signal file`(name: String, costs: String) throws {
        let file = Desk.traps.appendingPathComponent("good/expected.json")
        let good = try JSONDecoder().decode(Good.self, from: Data(contentsOf: file))
        let series = try #require(good.series[name])
        let pessimistic = try #require(series.answers[costs])
        try Self.check(name, series, costs, "stop_first", pessimistic)
        let optimistic = series.answers_optimistic?[costs] ?? pessimistic
        try Self.check(name, series, costs, "target_first", optimistic)
    }

    private static func check(
        _ name: String,
        _ series: Good.Series,
        _ costs: String,
        _ intrabar: String,
        _ answer: Good.Answer
    ) throws {
        let tree = try Desk.with { desk in
            let bars = Desk.traps.appendingPathComponent("good/\(name).csv")
            let stamps = try String(contentsOf: bars, encoding: .utf8).split(separator: "\n").dropFirst()
                .map { String($0.prefix { $0 != "," }) }
            var signals = "timestamp,symbol,action,quantity,stop,target\n"
            for (bar, order) in series.orders_at_close_of_bar.sorted(by: {
                Int($0.key) ?? 0 < Int($1.key) ?? 0
            }) {
                let action = order.side == "buy" ? "enter_long" : "enter_short"
                signals += "\(stamps[Int(bar) ?? 0]),X,\(action),\(order.qty),\(order.stop),\(order.target)\n"
            }
            try desk.write("signals.csv", signals)
            let cost = costs == "no_costs" ? "" : "execution: {commission: 0.1%, slippage: 5bps}"
            return try desk.tree(
                """
                name: desk
                data: {bars: [{symbol: X, file: \(bars.path), timeframe: 1d}]}
                strategies: [{id: s, signals: {file: signals.csv}}]
                portfolios:
                  - id: p
                    strategies: [s]
                    initial_capital: 10000
                    direction: long_short
                    risk: {intrabar: \(intrabar)}
                \(cost)
                results: {store_trades: true, store_equity_curve: true}
                """
            )
        }
        let title = "\(name), \(costs), \(intrabar)"
        let equity = try tree.rows("p/equity.csv").map { $0.number("equity") }
        #expect(equity.count == answer.equity_at_close.count, "\(title)")
        #expect(zip(equity, answer.equity_at_close).allSatisfy { isClose($0, $1, 1e-12) }, "\(title)")
        let metrics = try tree.metrics("p")
        #expect(isClose(metrics["final_equity"] ?? .nan, answer.final_equity, 1e-12), "\(title)")
        #expect(isClose(metrics["max_drawdown"] ?? .nan, answer.max_drawdown, 1e-12), "\(title)")
        let fills = try tree.rows("p/trades.csv").flatMap {
            [
                ($0["entry_time"], $0.number("entry_price")),
                ($0["exit_time"], $0.number("exit_price")),
            ]
        }
        #expect(fills.count == answer.fills.count, "\(title)")
        for (ours, theirs) in zip(fills, answer.fills) {
            #expect(ours.0 == theirs.timestamp && isClose(ours.1, theirs.price, 1e-12), "\(title)")
        }
    }

    private struct Bad: Decodable {
        struct File: Decodable {
            var file: String
            var line: Int
            var column: String?
            var accepted_columns: [String]?
            var expect: String
        }
        struct Fine: Decodable { var file: String }
        var bad: [File]
        var ok: [Fine]
    }

    private static func attempt(_ file: String) throws -> (Program.Outcome, hasResults: Bool) {
        try Desk.with { desk in
            let outcome = try desk.attempt(
                """
                name: desk
                data: {bars: [{symbol: X, file: \(Desk.traps.path)/\(file), timeframe: 1h}]}
                strategies: [{id: s, type: buy_and_hold}]
                portfolios: [{id: p, strategies: [s]}]
                """,
                []
            )
            return (outcome, desk.hasResults)
        }
    }

    @Test func `damaged files are refused with line and column, and odd ones are read`() throws {
        let file = Desk.traps.appendingPathComponent("bad/expected.json")
        let expected = try JSONDecoder().decode(Bad.self, from: Data(contentsOf: file))
        for damaged in expected.bad {
            let (outcome, hasResults) = try Self.attempt(damaged.file)
            #expect(outcome.errors.contains("\(damaged.file):\(damaged.line)"), "\(outcome)")
            if damaged.expect == "refuse_or_report" {
                #expect(outcome.status == 0 && outcome.errors.contains("3 bars are missing"), "\(outcome)")
                continue
            }
            #expect(outcome.status == 3 && !hasResults && outcome.output.isEmpty, "\(outcome)")
            let columns = damaged.accepted_columns ?? [damaged.column].compactMap(\.self)
            let namesOne = columns.contains { outcome.errors.contains("column \($0)") }
            #expect(columns.isEmpty || namesOne, "\(outcome)")
        }
        for odd in expected.ok {
            let (outcome, hasResults) = try Self.attempt(odd.file)
            #expect(outcome.status == 0 && hasResults, "\(odd.file): \(outcome)")
        }
    }
}
