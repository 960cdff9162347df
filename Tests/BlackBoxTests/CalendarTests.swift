import Foundation
import ProgramTestKit
import Testing

/// Days, years and other symbols' bars as a user meets them: cases from public reports, and what they are examples of.
@Suite struct CalendarTests {
    private struct Ran {
        var tree: ResultsTree
        var errors: String
        var manifest: [String: Any]

        var warnings: [String] { manifest["warnings"] as? [String] ?? [] }
        var annualization: [String: Any] { manifest["annualization"] as? [String: Any] ?? [:] }
        var periods: Double { annualization["periods_per_year"] as? Double ?? .nan }
    }

    private static let fixtures = Program.top.appendingPathComponent("Tests/BlackBoxTests/Fixtures/calendars")

    /// Runs a case of the fixtures in its folder; answers its tree and what it says on standard error.
    private static func run(_ name: String) throws -> Ran {
        try Desk.with { desk in
            let folder = fixtures.appendingPathComponent(name)
            for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
            where file.hasSuffix(".csv") {
                try desk.write(file, String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8))
            }
            let yaml = try String(contentsOf: folder.appendingPathComponent("config.yaml"), encoding: .utf8)
            return try run(yaml, desk)
        }
    }

    private static func run(_ yaml: String, _ desk: Desk) throws -> Ran {
        let output = desk.folder.appendingPathComponent("out")
        try? FileManager.default.removeItem(at: output)
        let outcome = try desk.attempt(yaml, [])
        guard outcome.status == 0 else { throw DeskProblem(text: "\(outcome)") }
        let name = yaml.split(separator: "\n").first.map { String($0.dropFirst("name: ".count)) } ?? ""
        let tree = try ResultsTree.only(name, in: output)
        let manifest = try Data(contentsOf: tree.folder.appendingPathComponent("manifest.json"))
        let facts = try JSONSerialization.jsonObject(with: manifest) as? [String: Any]
        return Ran(tree: tree, errors: outcome.errors, manifest: facts ?? [:])
    }

    /// A day of 25 hours: its bar is known an hour later than 24 hours after its stamp.
    @Test func `lookahead-daily-25h`() throws {
        let tree = try Self.run("lookahead-daily-25h").tree
        let entries = try tree.rows("p/trades.csv").map { $0["entry_time"] }
        let expected = (1...8).map { "2024-11-0\($0)T0\($0 < 4 ? 4 : 5):00:00Z" }
        #expect(entries == expected)
    }

    /// Days are those that the stamps name, not those of UTC.
    @Test func `p365-offset-east`() throws {
        let ran = try Self.run("p365-offset-east")
        #expect(ran.periods == 252)
        #expect(
            (ran.annualization["periods_per_year_reason"] as? String)?.contains("Monday to Friday") == true
        )
        #expect(!ran.errors.contains("missing") && ran.warnings.isEmpty)
        #expect(isClose(try #require(try ran.tree.metrics("p_0001")["sharpe_ratio"]), -0.82236, 1e-5))
    }

    /// Rare bars are counted as they come.
    @Test func `cagr-sparse`() throws {
        let ran = try Self.run("cagr-sparse")
        #expect(isClose(ran.periods, 184 * 365.25 / 728))
        #expect(ran.errors.contains("only 184 of 728 days have bars"))
        #expect(ran.warnings.contains { $0.contains("only 184 of 728 days have bars") })
        let cagr = try #require(try ran.tree.metrics("p")["cagr"])
        #expect(abs(cagr - 0.41) < 0.005)
    }

    private static let header = "timestamp,open,high,low,close,volume\n"

    private static func bars(_ stamps: [String], _ close: (Int) -> Int = { $0 + 100 }) -> String {
        header
            + stamps.enumerated().map { index, stamp in
                "\(stamp),\(close(index)),\(close(index) + 1),\(close(index) - 1),\(close(index)),10\n"
            }.joined()
    }

    private static func days(_ count: Int, from first: String = "2024-01-01") -> [String] {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withFullDate]
        let start = formatter.date(from: first) ?? Date()
        return (0..<count).map { formatter.string(from: start.addingTimeInterval(Double($0) * 86_400)) }
    }

    /// A symbol whose bars end is not carried for ever.
    @Test func `a symbol that stopped trading is undefined after a week, and that is said`() throws {
        try Desk.with { desk in
            try desk.write("A.csv", Self.bars(Self.days(60)))
            try desk.write("Q.csv", Self.bars(Self.days(20)))
            func config(_ data: String) -> String {
                """
                name: stale
                data: {\(data) bars: [{symbol: A, file: A.csv}, {symbol: Q, file: Q.csv}]}
                strategies:
                  - {id: s, symbols: [A], rules: {enter_long: Q.close > 0, exit_long: not (Q.close > 0)}}
                portfolios: [{id: p, strategies: [s]}]
                results: {store_trades: true}
                """
            }
            for (data, last, filled) in [
                ("", "2024-01-28", "2024-01-29"), ("stale_after: 2d,", "2024-01-23", "2024-01-24"),
                ("stale_after: 15d,", "2024-02-05", "2024-02-06"),
            ] {
                let ran = try Self.run(config(data), desk)
                // The decision falls on the first bar that is too late, the fill on the one after.
                let exit = try #require(try ran.tree.rows("p/trades.csv").first?["exit_time"])
                let stale = ran.errors.split(separator: "\n").filter {
                    $0.contains("is too old on A's bar of \(last)T00:00:00Z")
                }
                #expect(stale.count == 1, "\(ran.errors)")
                #expect(exit.hasPrefix(filled), "\(data) \(exit)")
                #expect(ran.warnings.contains { $0.contains("is too old on A's bar of \(last)") })
            }
            try desk.write("desk.yaml", config(""))
            let spans = try Program.run(["validate", "--data", "desk.yaml"], in: desk.folder)
            #expect(
                spans.output.contains("  A  2024-01-01T00:00:00Z to 2024-02-29T00:00:00Z, 60 bars of 1d\n")
            )
            #expect(
                spans.output.contains("  Q  2024-01-01T00:00:00Z to 2024-01-20T00:00:00Z, 20 bars of 1d\n")
            )
            #expect(
                spans.output.contains(
                    "all symbols have bars from 2024-01-01T00:00:00Z to 2024-01-20T00:00:00Z\n"
                )
            )
        }
    }

    /// An average over a weekly symbol is one of weeks, whatever is evaluated.
    @Test func `a weekly average among daily bars`() throws {
        try Desk.with { desk in
            let days = Self.days(70)
            try desk.write("A.csv", Self.bars(days))
            try desk.write(
                "W.csv",
                Self.bars(days.indices.filter { $0 % 7 == 0 }.map { days[$0] }) { 200 + $0 }
            )
            let tree = try Self.run(
                """
                name: weekly
                data: {bars: [{symbol: A, file: A.csv, timeframe: 1d}, {symbol: W, file: W.csv, timeframe: 1w}]}
                strategies:
                  - {id: mean, symbols: [A], rules: {enter_long: "sma(W.close, 3) >= 201", exit_long: close < 0}}
                  - {id: back, symbols: [A], rules: {enter_long: "W.close[2] == 200", exit_long: close < 0}}
                portfolios: [{id: p, strategies: [mean, back]}]
                execution: {close_at_end: true}
                results: {store_trades: true}
                """,
                desk
            ).tree
            // The third week ends with the 21st day, on which the rule holds; the next bar fills.
            #expect(
                try tree.rows("p/trades.csv").map { $0["entry_time"] }
                    == [days[21], days[21]].map { $0 + "T00:00:00Z" }
            )
        }
    }

    /// Cut off anywhere, the data before tell the same trades: no larger bar is seen before it has ended.
    @Test func `cutting the data changes nothing earlier, over a clock change`() throws {
        try Desk.with { desk in
            let first = 1_730_174_400  // 2024-10-29T04:00Z, midnight in New York.
            let formatter = ISO8601DateFormatter()
            func stamp(_ hour: Int) -> String {
                formatter.string(from: Date(timeIntervalSince1970: Double(first + hour * 3_600)))
            }
            let hours = (0..<(24 * 12 + 1)).map(stamp)
            let days = Self.days(12, from: "2024-10-29")
            func wave(_ index: Int) -> Int { 100 + [0, 3, -2, 5, 1, -4, 2][index % 7] + index / 9 % 5 }
            func trades(until count: Int) throws -> [[String: String]] {
                // A day is written down when it has ended: the one of 25 hours, number 5, an hour later.
                let ended = days.indices.filter { ($0 + 1) * 24 + ($0 >= 5 ? 1 : 0) <= count }
                try desk.write("H.csv", Self.bars(Array(hours.prefix(count)), wave))
                try desk.write("D.csv", Self.bars(ended.map { days[$0] }) { 100 + ($0 * 37) % 11 })
                return try Self.run(
                    """
                    name: cut
                    data:
                      timezone: America/New_York
                      bars: [{symbol: H, file: H.csv, timeframe: 1h}, {symbol: D, file: D.csv, timeframe: 1d}]
                    strategies:
                      - {id: a, symbols: [H], rules: {enter_long: "D.close > sma(D.close, 2)", exit_long: "D.close < D.close[1]"}}
                      - {id: b, symbols: [H], rules: {enter_long: "close > open[3] and change(D.close, 1) > 0", exit_long: "close < D.close - 4"}}
                      - {id: c, symbols: [D], type: sma_cross, params: {fast: 1, slow: 2}}
                    portfolios: [{id: p, strategies: [a, b, c]}]
                    results: {store_trades: true}
                    """,
                    desk
                ).tree.rows("p/trades.csv")
            }
            func keys(_ rows: [[String: String]], before time: String) -> [String] {
                rows.filter { ($0["exit_time"] ?? "") < time }
                    .map { "\($0["strategy_id"] ?? "") \($0["entry_time"] ?? "") \($0["exit_time"] ?? "")" }
            }
            let whole = try trades(until: hours.count)
            #expect(whole.count > 5)
            // Around the end of the long day, and elsewhere.
            for count in [50, 97, 143, 144, 145, 146, 169, 170, 200, 266] {
                let part = try trades(until: count)
                let last = hours[count - 1]
                #expect(keys(part, before: last) == keys(whole, before: last), "cut after \(last)")
            }
        }
    }
}
