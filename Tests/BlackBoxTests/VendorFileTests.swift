import Foundation
import ProgramTestKit
import Testing

/// Files of vendors, spreadsheets and models as a user meets them: cases from public reports, and what they are examples of.
@Suite struct VendorFileTests {
    private static let days = (0..<120).map { day in
        let date = Date(timeIntervalSince1970: Double(19_000 + day) * 86_400)
        return date.formatted(.iso8601.year().month().day().dateSeparator(.dash))
    }

    private static func row(_ day: Int, _ price: Double) -> String {
        "\(price),\(price + 1),\(price - 1),\(price + 0.5),1000"
    }

    private static func wave(_ day: Int) -> Double { 100 + (8 * sin(Double(day) / 4)).rounded() / 2 }

    private static let header = "timestamp,open,high,low,close,volume"

    private static func config(_ data: String, signals: String? = nil) -> String {
        let strategy = signals ?? "type: sma_cross, params: {fast: 3, slow: 10}"
        return """
            name: desk
            data: {\(data)}
            strategies: [{id: s, \(strategy)}]
            portfolios: [{id: p, strategies: [s]}]
            results: {store_trades: true, store_equity_curve: true}
            """
    }

    private static func lines(_ rows: [String], header: String = header) -> String {
        ([header] + rows).map { $0 + "\n" }.joined()
    }

    /// Runs a config that must work; its tree and what it says on standard error.
    private static func run(_ yaml: String, _ desk: Desk) throws -> (tree: ResultsTree, errors: String) {
        let outcome = try desk.attempt(yaml, [])
        guard outcome.status == 0 else { throw DeskProblem(text: "\(outcome) \(outcome.errors)") }
        let output = desk.folder.appendingPathComponent("out")
        defer { try? FileManager.default.removeItem(at: output) }
        return (try ResultsTree.only("desk", in: output), outcome.errors)
    }

    /// A file that runs backwards gives what the same file the right way round does, under `drop` as well.
    @Test(arguments: ["", ", on_bad_row: drop"]) func `newest-first-drop`(policy: String) throws {
        try Desk.with { desk in
            let rows = Self.days.indices.map { "\(Self.days[$0]),\(Self.row($0, Self.wave($0)))" }
            let yaml = Self.config("bars: [{symbol: X, file: X.csv}]" + policy)
            try desk.write("X.csv", Self.lines(rows))
            let forward = try Self.run(yaml, desk).tree
            try desk.write("X.csv", Self.lines(rows.reversed()))
            let (backward, errors) = try Self.run(yaml, desk)
            #expect(errors.contains("from the newest bar to the oldest"))
            for file in ["p/trades.csv", "p/equity.csv"] {
                #expect(forward.files[file] == backward.files[file])
                #expect(try forward.rows(file).count > 2)
            }
        }
    }

    /// Never a series made of two: the rows of the configured symbol alone, or a refusal that names those there are.
    @Test func `two-symbols-one-file`() throws {
        try Desk.with { desk in
            let rows = Self.days.indices.map {
                "\(Self.days[$0]),\(Self.row($0, $0 % 2 == 0 ? Self.wave($0) : 10)),\($0 % 2 == 0 ? "AAA" : "BBB")"
            }
            try desk.write("bars.csv", Self.lines(rows, header: Self.header + ",Ticker"))
            let (tree, errors) = try Self.run(Self.config("bars: [{symbol: AAA, file: bars.csv}]"), desk)
            #expect(errors.contains("60 rows of other symbols left out: 'BBB'"))
            #expect(try tree.rows("p/equity.csv").count == 60)
            let other = try desk.attempt(Self.config("bars: [{symbol: CCC, file: bars.csv}]"))
            #expect(other.status == 3)
            #expect(other.errors.contains("'AAA', 'BBB'") && other.errors.contains("Ticker"))
        }
    }

    /// Rows of a signal file from before the first bar act on nothing, and that is said.
    @Test func `signals-before-first-bar`() throws {
        try Desk.with { desk in
            let rows = Self.days.indices.map { "\(Self.days[$0]),\(Self.row($0, Self.wave($0)))" }
            try desk.write("X.csv", Self.lines(rows))
            let old = "timestamp,symbol,action\n2019-05-02,X,enter_long\n2020-01-02,X,enter_long\n"
            try desk.write("s.csv", old + "\(Self.days[20]),X,enter_long\n\(Self.days[40]),X,exit_long\n")
            let yaml = Self.config("bars: [{symbol: X, file: X.csv}]", signals: "signals: {file: s.csv}")
            let (tree, errors) = try Self.run(yaml, desk)
            #expect(errors.contains("2 rows stand before the first bar"))
            let trades = try tree.rows("p/trades.csv")
            #expect(trades.map { $0["entry_time"]?.prefix(10) } == [Self.days[21].prefix(10)])
        }
    }

    /// Day numbers of a spreadsheet are refused with the remedy, and the remedy works, for bars and for signals.
    @Test func `epoch-excel-serial`() throws {
        try Desk.with { desk in
            let serial = Self.days.indices.map { "\(19_000 + 25_569 + $0),\(Self.row($0, Self.wave($0)))" }
            try desk.write("X.csv", Self.lines(serial))
            let refused = try desk.attempt(Self.config("bars: [{symbol: X, file: X.csv}]"))
            #expect(refused.status == 3 && !desk.hasResults)
            #expect(refused.errors.contains("data.csv.time_format: excel"))
            #expect(refused.errors.split(separator: "\n").count { $0.contains("X.csv") } == 1)
            try desk.write("s.csv", "timestamp,symbol,action\n44590.5,X,enter_long\n44600,X,exit_long\n")
            let data = "bars: [{symbol: X, file: X.csv}], csv: {time_format: excel}"
            let signals = "signals: {file: s.csv}"
            let half = try desk.attempt(Self.config(data, signals: signals))
            #expect(half.status == 3 && half.errors.contains("signals.time_format: excel"))
            let tree = try desk.tree(Self.config(data, signals: "signals: {file: s.csv, time_format: excel}"))
            #expect(try tree.rows("p/trades.csv").count == 1)
            let equity = try tree.rows("p/equity.csv")
            #expect(
                equity.first?["timestamp"] == "\(Self.days[0].prefix(10))T00:00:00Z" && equity.count == 120
            )
        }
    }
}
