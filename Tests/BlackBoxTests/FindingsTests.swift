import Foundation
import ProgramTestKit
import Testing

/// What a run did that would mislead a user who is not told: said once, with counts, on standard error, in the manifest and in
/// the report.
@Suite struct FindingsTests {
    /// A config that brings a finding, and what must be said.
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var strategies = "[{id: s, rules: {enter_long: 'hour == 0', exit_long: 'close < 0'}}]"
        var portfolio = "{id: p, strategies: [s]}"
        var more = ""
        /// Closes of daily bars; each bar opens at the close before.
        var prices = (0..<60).map { 100 + Double($0 % 7) }
        var volume = 1_000.0
        var said: [String]

        var testDescription: String { name }
    }

    private static let rising = (0..<60).map { 100 + Double($0) }

    static let cases = [
        Case(
            name: "every entry was rejected",
            portfolio: "{id: p, strategies: [s], initial_capital: 50, sizing: {fractional: false}}",
            said: [
                "container p: no trade, because every entry was rejected (1 of 1; size 0: 1)",
                "initial_capital is 50, the lowest price 99.5", "sizing.fractional: true",
            ]
        ),
        Case(
            name: "entries that never fill",
            more: "execution: {limit: 50%}",
            said: ["container p: no order was ever filled"]
        ),
        Case(
            name: "signals that the direction drops",
            portfolio: "{id: p, strategies: [s], direction: short_only}",
            said: ["container p: signals led to no order: portfolio.direction"]
        ),
        Case(
            name: "rules that are never true",
            strategies: "[{id: s, rules: {enter_long: 'close < 0'}}]",
            said: ["strategy 's' never signalled in 1 container: its rules were never true"]
        ),
        Case(
            name: "rules that are never true in some containers",
            strategies: "[{id: s, rules: {enter_long: 'close > level'}, params: {level: 50}}]",
            more: "sweep: {parameters: {s.level: [50, 5000, 6000]}}",
            said: ["2 of 3 containers, first p_0001: no signal, so no trade"]
        ),
        Case(
            name: "ruin",
            portfolio: "{id: p, strategies: [s], direction: long_only, risk: {max_leverage: 5}, "
                + "sizing: {method: percent_of_equity, value: 500%}}",
            prices: [100, 100, 100, 60] + [Double](repeating: 55, count: 40),
            said: ["container p: equity fell to 0 or below (halted: insolvency); such containers rank behind"]
        ),
        Case(
            name: "a halt",
            portfolio: "{id: p, strategies: [s], risk: {max_drawdown: 5%}}",
            prices: [100, 100, 100, 80] + [Double](repeating: 80, count: 40),
            said: ["container p: halted by max_drawdown"]
        ),
        Case(
            name: "a sale at nothing",
            strategies: "[{id: s, rules: {enter_long: 'hour == 0', exit_long: 'close > 103'}}]",
            more: "execution: {slippage: {ticks: 200, tick_size: 1}}",
            said: ["slippage was larger than the price: ", "filled at 0 in 1 container, first p at"]
        ),
        Case(
            name: "more units than the bar's volume",
            portfolio: "{id: p, strategies: [s], initial_capital: 1000000}",
            more: "execution: {slippage: {volume_impact: 0.1}}",
            volume: 10,
            said: ["volume_impact: ", "fills were of more units than their bar's volume"]
        ),
        Case(
            name: "a jump",
            prices: rising.map { $0 < 130 ? $0 : $0 / 2 },
            said: ["the price jumps from", "near 1/2"]
        ),
        Case(name: "a short span", prices: Array(rising.prefix(12)), said: ["12 days"]),
    ]

    private static func yaml(_ this: Case) -> String {
        """
        name: desk
        data: {bars: [{symbol: X, file: X.csv, timeframe: 1d}]}
        strategies: \(this.strategies)
        portfolios: [\(this.portfolio)]
        \(this.more)

        """
    }

    private static func bars(_ this: Case) -> String {
        var lines = "timestamp,open,high,low,close,volume\n"
        var open = this.prices[0]
        for (day, close) in this.prices.enumerated() {
            let date = Date(timeIntervalSince1970: Double(19_000 + day) * 86_400)
            let stamp = date.formatted(.iso8601.year().month().day().dateSeparator(.dash))
            // A jump lies between a close and the next open.
            if abs(close / open - 1) > 0.3 { open = close }
            lines +=
                "\(stamp),\(open),\(max(open, close) + 0.5),\(min(open, close) - 0.5),\(close),\(this.volume)\n"
            open = close
        }
        return lines
    }

    /// The manifest's warnings of the only run.
    private static func warnings(_ tree: ResultsTree) throws -> [String] {
        let manifest = try Data(contentsOf: tree.folder.appendingPathComponent("manifest.json"))
        let facts = try JSONSerialization.jsonObject(with: manifest) as? [String: Any]
        return facts?["warnings"] as? [String] ?? []
    }

    @Test(arguments: cases) func isSaidOnceInEachPlace(this: Case) throws {
        try Desk.with { desk in
            try desk.write("X.csv", Self.bars(this))
            let outcome = try desk.attempt(Self.yaml(this), ["--jobs", "2"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let tree = try ResultsTree.only("desk", in: desk.folder.appendingPathComponent("out"))
            let warnings = try Self.warnings(tree)
            let report = try Program.run(
                ["report", tree.folder.path, "--output", "report.html"],
                in: desk.folder
            )
            #expect(report.status == 0, "\(report.errors)")
            let page = try String(
                contentsOf: desk.folder.appendingPathComponent("report.html"),
                encoding: .utf8
            )
            for text in this.said {
                let inManifest = warnings.count { $0.contains(text) }
                #expect(inManifest == 1, "\(text) in \(warnings)")
                let inErrors = outcome.errors.components(separatedBy: text).count - 1
                #expect(inErrors == 1, "\(text) in \(outcome.errors)")
                let escaped = text.replacingOccurrences(of: "'", with: "&#39;")
                #expect(page.contains(text) || page.contains(escaped), "\(text) in the report")
            }
        }
    }

    /// A run of which nothing is to be said says nothing.
    @Test func aSoundRunIsSilent() throws {
        let this = Case(
            name: "sound",
            strategies: "[{id: s, rules: {enter_long: 'close > open', exit_long: 'close < open'}}]",
            said: []
        )
        try Desk.with { desk in
            try desk.write("X.csv", Self.bars(this))
            let outcome = try desk.attempt(Self.yaml(this), [])
            #expect(outcome.status == 0 && !outcome.errors.contains("warning"), "\(outcome.errors)")
            let tree = try ResultsTree.only("desk", in: desk.folder.appendingPathComponent("out"))
            #expect(try Self.warnings(tree).isEmpty)
        }
    }

    /// The same sentences whatever the number of workers, and after a run is resumed that kept some of its containers.
    @Test func findingsDoNotDependOnTheWay() throws {
        let this = Case(
            name: "many",
            strategies: "[{id: s, rules: {enter_long: 'close > level'}, params: {level: 50}}]",
            portfolio: "{id: p, strategies: [s], risk: {max_drawdown: 5%}}",
            more: """
                sweep: {parameters: {s.level: [50, 5000, 104, 6000, 105, 1, 2]}}
                execution: {slippage: {volume_impact: 0.1}}
                """,
            prices: [100, 100, 101, 106, 104, 105, 106] + [Double](repeating: 80, count: 40),
            volume: 10,
            said: []
        )
        try Desk.with { desk in
            try desk.write("X.csv", Self.bars(this))
            var found: [[String]] = []
            for jobs in ["1", "3"] {
                let outcome = try desk.attempt(Self.yaml(this), ["--quiet", "--jobs", jobs])
                #expect(outcome.status == 0)
                let output = desk.folder.appendingPathComponent("out")
                found.append(try Self.warnings(try ResultsTree.only("desk", in: output)))
                if jobs == "1" { try FileManager.default.removeItem(at: output) }
            }
            let tree = try ResultsTree.only("desk", in: desk.folder.appendingPathComponent("out"))
            for id in ["p_0000", "p_0003"] {
                try FileManager.default.removeItem(at: tree.folder.appendingPathComponent(id))
            }
            let resumed = try Program.run(["resume", tree.folder.path, "--quiet"], in: desk.folder)
            #expect(resumed.status == 0, "\(resumed.errors)")
            found.append(
                try Self.warnings(try ResultsTree.only("desk", in: desk.folder.appendingPathComponent("out")))
            )
            #expect(found[0].count >= 3, "\(found[0])")
            #expect(found[1] == found[0] && found[2] == found[0], "\(found)")
        }
    }
}
