import Foundation
import ProgramTestKit
import Testing

/// The figures that docs/tracing.md promises, as far as they can be counted: bytes, events and, with valgrind, instructions.
@Suite(.serialized) struct TraceFigureTests {
    private static func config(_ tracing: String, bars: String = "A", sweep: String = "") -> String {
        """
        name: desk
        data: {bars: [{symbol: A, file: \(bars).csv, timeframe: 1d}]}
        strategies:
          - {id: cross, type: sma_cross, params: {fast: 5, slow: 30}}
          - {id: dips, type: rsi_reversion}
        portfolios: [{id: p, strategies: [cross, dips], risk: {stop_loss: 4%}}]
        execution: {commission: {rate: 0.1%}}
        tracing: {\(tracing)}
        \(sweep)
        """
    }

    private static func full(_ storage: String) -> String { "mode: full, storage: {\(storage)}" }

    /// Bytes of the stored files, events in them, and the container's folder.
    private func stored(
        _ desk: Desk,
        _ storage: String
    ) throws -> (bytes: Int, events: Int, tree: ResultsTree) {
        let tree = try desk.tree(Self.config(Self.full(storage)))
        let index = try tree.object("p/events.index.json")
        let files = try #require(index["files"] as? [[String: Any]])
        let bytes = files.reduce(0) { $0 + ($1["bytes"] as? Int ?? 0) }
        return (bytes, try #require(index["stored"] as? Int), tree)
    }

    @Test func `an event takes less than 60 bytes in files and 100 in a database`() throws {
        try Desk.with { desk in
            try desk.write("A.csv", Workload.bars(count: 6_000, seed: 3))
            let plain = try stored(desk, "backend: file, compression: none")
            #expect(plain.events > 20_000)
            for (storage, limit) in [("gzip", 40), ("zstd", 30)] {
                let found = try stored(desk, "backend: file, compression: \(storage)")
                #expect(found.events == plain.events)
                let each = Double(found.bytes) / Double(found.events)
                #expect(each < Double(limit), "\(storage): \(each) bytes an event")
                // What stands beside the files is little.
                let blocks = found.tree.files["p/events.blocks"]?.count ?? 0
                #expect(blocks > 0 && blocks < found.bytes / 50)
                if storage == "zstd" { #expect(plain.bytes > 10 * found.bytes, "less than 10 to 1") }
            }
            let database = try stored(desk, "backend: sqlite")
            #expect(Double(database.bytes) / Double(database.events) < 100)
        }
    }

    @Test func `sampling drops nine tenths of what is not critical and keeps the rest with its context`()
        throws
    {
        try Desk.with { desk in
            try desk.write("A.csv", Workload.bars(count: 6_000, seed: 4))
            func lines(_ settings: String) throws -> [(sequence: Int, type: String)] {
                let tree = try desk.tree(
                    Self.config("mode: full, storage: {backend: file, compression: none}\(settings)")
                )
                let data = try #require(tree.files["p/events.jsonl"])
                return try data.split(separator: 0x0A).map { line in
                    let event = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
                    return (
                        try #require(event["sequence"] as? Int), try #require(event["event_type"] as? String)
                    )
                }
            }
            let all = try lines("")
            let kept = Set(try lines(", sample_rate: 0.1").map(\.sequence))
            let critical = ["SIGNAL", "ORDER", "FILL", "RISK_BREACH", "POSITION_OPEN", "POSITION_CLOSE"]
            var isNear = [Bool](repeating: false, count: all.count)
            for place in all.indices where critical.contains(all[place].type) {
                for near in max(0, place - 5)...min(all.count - 1, place + 5) { isNear[near] = true }
            }
            let near = all.indices.filter { isNear[$0] }
            let far = all.indices.filter { !isNear[$0] }
            #expect(near.allSatisfy { kept.contains(all[$0].sequence) })
            let share = Double(far.filter { kept.contains(all[$0].sequence) }.count) / Double(far.count)
            // 4 standard deviations of a tenth of `far`.
            let deviation = 4 * (0.09 / Double(far.count)).squareRoot()
            #expect(far.count > 5_000 && abs(share - 0.1) < deviation, "\(share) of \(far.count)")
        }
    }

    @Test func `1,000 containers at level minimal hold the events of open positions and no more`() throws {
        try Desk.with { desk in
            try desk.write("A.csv", Workload.bars(count: 700, seed: 5))
            let sweep = """
                sweep: {parameters: {cross.fast: \"range(1, 20, 1)\", cross.slow: \"range(21, 70, 1)\"}}
                results: {store_trades: true}
                """
            let tree = try desk.tree(Self.config("level: minimal", sweep: sweep), ["--quiet"])
            #expect(tree.containers.count == 1_000)
            var most = 0
            for id in tree.containers {
                let record = try tree.object("\(id)/metrics.json")
                let memory = try #require(record["memory"] as? [String: Int])
                let metrics = try #require(record["metrics"] as? [String: Any])
                let open = try #require(metrics["open_positions"] as? Int)
                // FILL and POSITION_OPEN of each open position; while one closes, its FILL and POSITION_CLOSE too.
                #expect(memory["events_in_memory"] == 2 * open)
                let peak = try #require(memory["peak_events_in_memory"])
                let together = try Self.mostOpen(try tree.rows("\(id)/trades.csv"), open: open)
                #expect(peak <= 2 * together + 2 && peak <= 4 * together)
                #expect(memory["events_dropped"] == 0)
                most = max(most, together)
            }
            #expect(most >= 2, "two sleeves were open at once somewhere")
        }
    }

    /// At least as many positions as were ever open at one time: those that end and begin on one bar both count.
    private static func mostOpen(_ trades: [[String: String]], open: Int) throws -> Int {
        var changes: [(time: String, isEnd: Bool)] = []
        for trade in trades {
            changes.append((try #require(trade["entry_time"]), false))
            changes.append((try #require(trade["exit_time"]), true))
        }
        changes.sort { ($0.time, $0.isEnd ? 1 : 0) < ($1.time, $1.isEnd ? 1 : 0) }
        var count = 0
        var most = 0
        for change in changes {
            count += change.isEnd ? -1 : 1
            most = max(most, count)
        }
        return most + open
    }

    // MARK: instructions, with `make test-all`

    /// Counting takes minutes and an optimised program: `ADMF_INSTRUCTIONS=1 ADMF=.build/release/admf`.
    static let countsInstructions = ProcessInfo.processInfo.environment["ADMF_INSTRUCTIONS"] == "1"

    /// Instructions of a run with one worker, counted on a copy without debug information.
    private func instructions(
        _ desk: Desk,
        _ tracing: String,
        sweep: String = "",
        strategies: Int = 2
    ) throws -> Int {
        var text = Self.config(tracing, sweep: sweep)
        if strategies == 1 {
            text = text.replacing("[cross, dips], risk: {stop_loss: 4%}", with: "[cross]")
                .replacing("  - {id: dips, type: rsi_reversion}\n", with: "")
        }
        try desk.write("desk.yaml", text)
        let script = """
            test -e admf || strip -o admf '\(Program.binary.path)'
            rm -rf out
            ADMF_VECTORS=avx2 valgrind --tool=callgrind --callgrind-out-file=/dev/null \
                ./admf run desk.yaml --output out --jobs 1 --quiet 2>&1 | sed -n 's/.*Collected : //p'
            """
        let outcome = try Program.shell(script, in: desk.folder)
        let text = outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
        return try #require(Int(text), "\(outcome)")
    }

    @Test(.enabled(if: countsInstructions, "counts instructions: set ADMF_INSTRUCTIONS=1"))
    func `level minimal costs at most 3 percent over level none on the standard workload`() throws {
        try Desk.with { desk in
            try desk.write("A.csv", Workload.bars(count: 2_148, seed: 6))
            let sweep = """
                sweep: {parameters: {cross.fast: "range(5, 24, 1)", cross.slow: "range(30, 120, 10)"}}
                """
            let none = try instructions(desk, "level: none", sweep: sweep, strategies: 1)
            let minimal = try instructions(desk, "level: minimal", sweep: sweep, strategies: 1)
            print("instructions: level none \(none), minimal \(minimal)")
            #expect(Double(minimal) <= 1.03 * Double(none))
        }
    }

    @Test(
        .enabled(if: countsInstructions, "counts instructions: set ADMF_INSTRUCTIONS=1"),
        arguments: [("gzip", 7_000), ("zstd", 9_500)]
    )
    func `a stored event costs few instructions`(compression: String, limit: Int) throws {
        try Desk.with { desk in
            try desk.write("A.csv", Workload.bars(count: 20_000, seed: 7))
            let none = try instructions(desk, "level: none")
            let full = try instructions(desk, Self.full("backend: file, compression: \(compression)"))
            let tree = try ResultsTree.only("desk", in: desk.folder.appendingPathComponent("out"))
            let events = try #require(try tree.object("p/events.index.json")["stored"] as? Int)
            let each = (full - none) / events
            print("instructions: \(each) an event, \(compression)")
            #expect(each < limit)
        }
    }
}
