import BacktestCommands
import Foundation
import Testing

/// What `doctor` and the defaults make of a machine that is held short.
@Suite struct MachineTests {
    private static func doctor(after limit: String) throws -> [String: [String: Any]] {
        let bash = try #require(Tools.find("bash"))
        let outcome = try Tools.run(
            bash,
            ["-c", "cd / && \(limit) '\(Admf.path)' doctor --json --output /tmp"]
        )
        let rows = try RunTests.list(outcome.output)
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["name"] as? String ?? "", $0) })
    }

    @Test(.enabled(if: Tools.find("taskset") != nil)) func `cores are those that the process may use`() throws
    {
        let found = try Self.doctor(after: "taskset -c 0")
        #expect(found["cores"]?["version"] as? String == "1")
    }

    @Test func `few descriptors are told`() throws {
        let found = try Self.doctor(after: "ulimit -n 32;")
        #expect(found["file descriptors"]?["version"] as? String == "32")
        #expect(found["file descriptors"]?["state"] as? String == "limited")
        #expect(try Self.doctor(after: "ulimit -n 256;")["file descriptors"]?["state"] as? String == "fine")
    }

    @Test func `memory and cores have sensible numbers`() throws {
        #expect((1...ProcessInfo.processInfo.processorCount).contains(Machine.usableCores))
        let memory = try #require(Machine.availableMemory)
        #expect(memory > 1 << 20 && memory <= Int(ProcessInfo.processInfo.physicalMemory))
    }
}

/// The estimate of `plan` grows with what it is about.
@Suite struct PlanEstimateTests {
    private func estimate(_ words: String...) throws -> [String: Double] {
        let scratch = try RunTests.project()
        let outcome = try Admf(folder: scratch.folder).run(
            ["plan", "config.yaml", "--json", "--jobs", "1"] + words
        )
        let plan = try RunTests.object(outcome.output)
        return try #require(plan["estimates"] as? [String: Double])
    }

    @Test func `containers and bars count`() throws {
        let all = try estimate()
        let half = try estimate("--only", "trend_*")
        #expect(half["bar_evaluations"] == all["bar_evaluations"].map { $0 / 2 })
        #expect(try #require(half["seconds"]) < #require(all["seconds"]))
        let short = try estimate("--set", "data.start=2021-01-01")
        #expect(try #require(short["bar_evaluations"]) < #require(all["bar_evaluations"]))
        #expect(try #require(short["memory_bytes"]) < #require(all["memory_bytes"]))
    }

    /// The same bars, columns and containers, and a rule that holds on no bar, on the last half of them or on all.
    @Test func `signals count`() throws {
        let scratch = try Scratch()
        let rows = (0..<3_000).map { bar in
            let date = Date(timeIntervalSince1970: Double(bar) * 86_400)
            return "\(date.formatted(.iso8601)),\(bar + 1),\(bar + 1),\(bar + 1),\(bar + 1),1\n"
        }
        try scratch.write("A.csv", "timestamp,open,high,low,close,volume\n" + rows.joined())
        func estimates(above level: Double) throws -> (seconds: Double, bytes: Double) {
            let config = """
                name: signals
                data: {bars: [{symbol: A, file: A.csv, timeframe: 1d}]}
                strategies: [{id: s, trigger: level, rules: {enter_long: "close > \(level)", exit_long: "close < 0"}}]
                portfolios: [{id: p, strategies: [s]}]

                """
            try scratch.write("signals.yaml", config)
            let outcome = try Admf(folder: scratch.folder)("plan", "signals.yaml", "--json", "--jobs", "1")
            #expect(outcome.status == 0, "\(outcome)")
            let found = try #require(try RunTests.object(outcome.output)["estimates"] as? [String: Double])
            return (try #require(found["seconds"]), try #require(found["memory_bytes"]))
        }
        let (none, half, all) = try (
            estimates(above: 3_000), estimates(above: 1_500), estimates(above: 0.5)
        )
        #expect(none.seconds < half.seconds && half.seconds < all.seconds)
        #expect(none.bytes < half.bytes && half.bytes < all.bytes)
        #expect(abs((all.bytes - none.bytes) / (half.bytes - none.bytes) - 2) < 0.01)
    }
}
