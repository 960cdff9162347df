import Foundation
import ProgramTestKit
import Testing

/// Whatever is wrong: one clear message with its place, the right status, nothing written, no crash.
@Suite struct BadInputTests {
    /// Text of the base config replaced by damaged text, the status that this must end with and what must be said.
    struct Case: Sendable, CustomTestStringConvertible {
        var old: String
        var new: String
        var status: Int32
        var says: String
        var testDescription: String { "\(new.prefix(60))" }

        init(_ old: String, _ new: String, _ status: Int32 = 2, says: String) {
            self.old = old
            self.new = new
            self.status = status
            self.says = says
        }
    }

    private static let base = """
        name: desk
        data:
          bars: [{symbol: G, file: goog.csv, timeframe: 1d}]
        strategies: [{id: s, type: sma_cross, params: {fast: 3, slow: 8}}]
        portfolios: [{id: p, strategies: [s]}]

        """

    private static let cases = [
        Case("name: desk", "name: desk\nname: twice", says: "desk.yaml:2:1: error"),
        Case("portfolios:", "portfolos:", says: "did you mean 'portfolios'?"),
        Case("strategies: [s]", "strategies: [x]", says: "desk.yaml:5:35: error"),
        Case("{id: p, strategies: [s]}", "{id: p}", says: "lacks 'strategies'"),
        Case("strategies: [s]", "strategies: []", says: "the list is empty"),
        Case("{id: p,", "{id: s,", says: "the id 's' is taken"),
        Case("{id: p,", "{id: latest,", says: "latest"),
        Case("{id: p,", "{id: ../p,", says: "desk.yaml:5:19: error"),
        Case("sma_cross", "sma_crss", says: "did you mean 'sma_cross'?"),
        Case("fast: 3", "fats: 3", says: "did you mean 'fast'?"),
        Case("fast: 3", "fast: 0", says: "found 0"),
        Case("fast: 3", "fast: three", says: "found 'three'"),
        Case("[s]}]", "[s], risk: {stop_loss: 100%}}]", says: "must lie in (0, 1)"),
        Case("[s]}]", "[s], risk: {stop_los: 1%}}]", says: "did you mean 'stop_loss'?"),
        Case("[s]}]", "[s], initial_capital: -5}]", says: "-5"),
        Case("[s]}]", "[s], sizing: {method: risk_per_trade, value: 1%}}]", says: "stop"),
        Case("portfolios:", "execution: {commission: 2}\nportfolios:", says: "[0, 1]"),
        Case("portfolios:", "sweep: {parameters: {s.fast: \"range(5, 1, 1)\"}}\nportfolios:", says: "range"),
        Case("portfolios:", "sweep: {parameters: {s.fast: [5], s.nope: [1]}}\nportfolios:", says: "s.nope"),
        Case(
            "portfolios:",
            "sweep: {parameters: {s.fast: \"range(1, 9999, 1)\", s.slow: \"range(1, 9999, 1)\"}}\nportfolios:",
            says: "99980001 containers"
        ),
        Case("type: sma_cross, params", "rules: {enter_long: \"close[-1] > 1\"}, params", says: "look"),
        Case("name: desk", "name: desk\u{0}", says: "control characters"),
        Case("name: desk", "name: &a [*a]", says: "desk.yaml:1:"),
        Case("name: desk", "seed: *nowhere", says: "'*nowhere'"),
        Case("name: desk", "x: \(String(repeating: "[", count: 5_000))", says: "64"),
        Case("name: desk", laughs, says: "aliases expand"),
        Case("goog.csv", "gog.csv", 3, says: "did you mean 'goog.csv'?"),
        Case("goog.csv", ".", 3, says: "is a folder"),
        Case("goog.csv", "empty.csv", 3, says: "empty.csv:1"),
        Case("goog.csv", "rubbish.csv", 3, says: "rubbish.csv:1"),
        Case("type: sma_cross, params: {fast: 3, slow: 8}", "signals: {file: no.csv}", 3, says: "'no.csv'"),
    ]

    /// Nine lists of nine aliases each: 9^9 values if anybody expanded them.
    private static let laughs: String = {
        var lines = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
        for (last, next) in zip("abcdefgh", "bcdefghi") {
            let list = Array(repeating: "*\(last)", count: 9).joined(separator: ", ")
            lines.append("\(next): &\(next) [\(list)]")
        }
        return lines.joined(separator: "\n")
    }()

    @Test(arguments: cases)
    func `is refused in plain words`(bad: Case) throws {
        try Desk.with { desk in
            let goog = Desk.trades.appendingPathComponent("goog_daily.csv")
            try FileManager.default.copyItem(at: goog, to: desk.folder.appendingPathComponent("goog.csv"))
            try desk.write("empty.csv", "")
            try Data((0...255).map { UInt8($0) })
                .write(to: desk.folder.appendingPathComponent("rubbish.csv"))
            #expect(Self.base.contains(bad.old))
            let outcome = try desk.attempt(Self.base.replacingOccurrences(of: bad.old, with: bad.new))
            #expect(outcome.status == bad.status, "\(outcome)")
            #expect(outcome.errors.contains(bad.says), "\(outcome)")
            #expect(outcome.output.isEmpty && !desk.hasResults, "\(outcome)")
            if bad.status == 2 { #expect(outcome.errors.contains("| "), "\(outcome)") }
        }
    }

    @Test func `nothing in a file steers the terminal`() throws {
        try Desk.with { desk in
            let title = "\u{1B}]0;owned\u{7}\u{1B}[31m"
            let config = try desk.attempt(Self.base.replacingOccurrences(of: "desk", with: title))
            #expect(config.status == 2, "\(config)")
            try desk.write("goog.csv", "timestamp,open,high,low,close,volume\n\(title),1,1,1,1,1\n")
            let data = try desk.attempt(Self.base)
            #expect(data.status == 3, "\(data)")
            for outcome in [config, data] {
                let controls = outcome.errors.unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" }
                #expect(controls.isEmpty, "\(outcome)")
                #expect(outcome.errors.contains("owned"), "\(outcome)")
            }
        }
    }

    @Test func `validate says the same as an array of objects, and nothing else on standard output`() throws {
        try Desk.with { desk in
            let goog = Desk.trades.appendingPathComponent("goog_daily.csv").path
            let whole = Self.base.replacingOccurrences(of: "goog.csv", with: goog)
            let damaged = whole.replacingOccurrences(of: "fast: 3", with: "fast: 0, x: 1")
            let objective = "{maximize: sharp_ratio, where: totl_trades > 1}"
            try desk.write(
                "desk.yaml",
                damaged + "sweep: {parameters: {s.slow: [9]}, objective: \(objective)}\n"
            )
            let outcome = try Program.run(["validate", "--json", "desk.yaml"], in: desk.folder)
            #expect(outcome.status == 2, "\(outcome)")
            let parsed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
            let rows = try #require(parsed as? [[String: Any]])
            let codes = rows.compactMap { $0["code"] as? String }
            #expect(codes == ["out_of_range", "unknown_key", "unknown_reference", "formula"], "\(outcome)")
            for row in rows {
                let keys = Set(["file", "line", "column", "severity", "code", "message", "hint"])
                #expect(Set(row.keys) == keys, "\(row)")
            }
        }
    }
}
