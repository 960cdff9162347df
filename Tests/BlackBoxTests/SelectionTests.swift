import Foundation
import ProgramTestKit
import Testing

/// `--only` and `--limit`: what is not asked for costs nothing.
@Suite struct SelectionTests {
    private static func config(_ last: Int) -> String {
        """
        name: desk
        data:
          directory: \(Desk.trades.path)
          bars: [{symbol: GOOG, file: goog_daily.csv, timeframe: 1d}]
          end: 2004-12-31
        strategies: [{id: s, type: sma_cross}]
        portfolios: [{id: p, strategies: [s]}, {id: q, strategies: [s]}]
        sweep:
          parameters: {s.fast: "range(1, \(last), 1)", s.slow: "range(1, \(last), 1)"}
        """
    }

    @Test func `three containers of two millions take no longer than three`() throws {
        try Desk.with { desk in
            let outcome = try desk.attempt(Self.config(1_000), ["--quiet", "--limit", "3"])
            #expect(outcome.status == 0, "\(outcome)")
            let runs = try ResultsTree.runs(of: "desk", in: desk.folder.appendingPathComponent("out"))
            let tree = try ResultsTree(try #require(runs.first))
            #expect(tree.containers == ["p_000000", "p_000001", "p_000002"])
        }
    }

    @Test(arguments: [
        ("q_00[12]5", ["q_0015", "q_0025"]), ("?_0099", ["p_0099", "q_0099"]), ("p_0000", ["p_0000"]),
        ("*_009[!0-7]", ["p_0098", "p_0099", "q_0098", "q_0099"]),
    ])
    func `a pattern picks containers and changes none`(pattern: String, expected: [String]) throws {
        try Desk.with { desk in
            let whole = try desk.tree(Self.config(10))
            let some = try desk.tree(Self.config(10), ["--quiet", "--only", pattern])
            #expect(some.containers == expected)
            for id in expected {
                #expect(some.files["\(id)/metrics.json"] == whole.files["\(id)/metrics.json"])
            }
            #expect(try some.rows("summary.csv").map { $0["container_id"] } == expected)
        }
    }
}
