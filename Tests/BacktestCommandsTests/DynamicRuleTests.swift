import Foundation
import Testing

/// Settings that change while a container runs, and files chosen by pattern.
@Suite(.serialized) struct DynamicRuleTests {
    /// The project of `init` with trace settings, run for three containers.
    static func run(_ settings: String, limit: Int = 3) throws -> (scratch: Scratch, admf: Admf) {
        let scratch = try RunTests.project()
        let text = try scratch.read("config.yaml").split(separator: "\n", omittingEmptySubsequences: false)
        // The project's own tracing goes, so that the settings stand alone.
        var lines: [Substring] = []
        var isTracing = false
        for line in text {
            if let first = line.first, first != " " {
                isTracing = line.hasPrefix("tracing:") || line.hasPrefix("results:")
            }
            if !isTracing { lines.append(line) }
        }
        try scratch.write("config.yaml", lines.joined(separator: "\n") + "\n" + settings)
        let admf = Admf(folder: scratch.folder)
        let outcome = try admf.run(["run", "config.yaml", "-q", "--only", "trend_*", "--limit", "\(limit)"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return (scratch, admf)
    }

    static let latest = "results/demo/latest"

    @Test func `full trace to disk as soon as a container earns money`() throws {
        let (scratch, admf) = try Self.run(
            """
            trace_settings:
              container_settings:
                "trend_*":
                  enabled: true
                  events_to_trace: ["POSITION_CLOSE"]
                  dynamic_rules:
                    - condition: "metrics.total_pnl > 0"
                      action:
                        events_to_trace: "ALL"
                        storage_backend: "disk"

            """,
            limit: 13
        )
        var traced = 0
        for index in 0..<13 {
            let id = "trend_" + String(repeating: "0", count: index < 10 ? 3 : 2) + "\(index)"
            guard scratch.has("\(Self.latest)/\(id)/events.index.json") else { continue }
            traced += 1
            let events = try TraceTests.lines(scratch, id).map { try RunTests.object($0) }
            // The first event is the change, caused by the fill that closed the trade; from then on there is everything.
            let first = try #require(events.first)
            #expect(first["event_type"] as? String == "LIFECYCLE")
            #expect((first["payload"] as? [String: Any])?["stage"] as? String == "trace_level_changed")
            let sequences = events.compactMap { $0["sequence"] as? Int }
            #expect(sequences == Array(sequences[0]..<sequences[0] + sequences.count))
            #expect(
                Set(events.compactMap { $0["event_type"] as? String }).isSuperset(of: [
                    "BAR", "FEATURES", "SIGNAL",
                ])
            )
        }
        #expect(traced > 0)
        let explained = try admf("trace", "explain", "config.yaml", "trend_0000", "--format", "csv").output
        #expect(
            explained.contains("metrics.total_pnl > 0 -> {events_to_trace: ALL, storage_backend: file}"),
            "\(explained)"
        )
    }

    @Test func `rules that act one after the other add up`() throws {
        // Neither writes a file alone: the first keeps more in memory, the second names a place for what is kept.
        let (scratch, _) = try Self.run(
            """
            tracing:
              events_to_trace: [POSITION_CLOSE]
              dynamic_rules:
                - {condition: "metrics.total_trades >= 1", action: {events_to_trace: ALL}}
                - {condition: "metrics.total_trades >= 2", action: {storage_backend: disk}}

            """
        )
        for id in ["trend_0000", "trend_0001", "trend_0002"] {
            let record = try RunTests.object(scratch.read("\(Self.latest)/\(id)/metrics.json"))
            let trades = (record["metrics"] as? [String: Any])?["total_trades"] as? Int ?? 0
            #expect(trades >= 2)
            let events = try TraceTests.lines(scratch, id).map { try RunTests.object($0) }
            #expect(events.first?["event_type"] as? String == "LIFECYCLE")
            #expect(events.contains { $0["event_type"] as? String == "PORTFOLIO_UPDATE" })
        }
    }

    @Test func `trades are stored where a pattern says so`() throws {
        let (scratch, admf) = try Self.run(
            """
            results: {store_trades: true}
            tracing:
              overrides:
                "trend_0001": {results: {store_trades: false}}

            """
        )
        #expect(scratch.has("\(Self.latest)/trend_0000/trades.csv"))
        #expect(!scratch.has("\(Self.latest)/trend_0001/trades.csv"))
        #expect(scratch.has("\(Self.latest)/trend_0002/trades.csv"))
        // `resume` asks of each container for what its own settings say.
        try FileManager.default.removeItem(atPath: scratch.path("\(Self.latest)/trend_0002/trades.csv"))
        #expect(try admf("resume", Self.latest, "-q").status == 0)
        #expect(scratch.has("\(Self.latest)/trend_0002/trades.csv"))
        #expect(!scratch.has("\(Self.latest)/trend_0001/trades.csv"))
        let explained = try admf("trace", "explain", "config.yaml", "trend_0001", "--format", "csv").output
        #expect(
            explained.contains("store_trades,false,\"tracing.overrides.trend_0001, line "),
            "\(explained)"
        )
    }

    @Test func `the run stores none, a pattern some, a rule those that trade much`() throws {
        let (scratch, _) = try Self.run(
            """
            tracing:
              overrides:
                "trend_0000": {results: {store_trades: true}}
                "trend_0001":
                  dynamic_rules:
                    - {condition: "metrics.total_trades >= 2", action: {results: {store_trades: true}}}
                "trend_0002":
                  dynamic_rules:
                    - {condition: "metrics.total_trades >= 200000", action: {results: {store_trades: true}}}

            """
        )
        #expect(scratch.has("\(Self.latest)/trend_0000/trades.csv"))
        #expect(scratch.has("\(Self.latest)/trend_0001/trades.csv"))
        #expect(!scratch.has("\(Self.latest)/trend_0002/trades.csv"))
        // All of its trades, those before the rule acted too.
        let record = try RunTests.object(scratch.read("\(Self.latest)/trend_0001/metrics.json"))
        let trades = (record["metrics"] as? [String: Any])?["total_trades"] as? Int
        #expect(
            try scratch.read("\(Self.latest)/trend_0001/trades.csv").split(separator: "\n").count - 1
                == trades
        )
    }

    @Test func `what has no effect is said`() throws {
        let scratch = try RunTests.project()
        try scratch.write(
            "config.yaml",
            try scratch.read("config.yaml").replacing(/\ntracing:[^\n]*(\n +[^\n]*)*/, with: "") + """

                tracing:
                  results: {streaming_metrics: false}
                  dynamic_rules:
                    - {condition: "metrics.total_pnl > 0", action: {mode: full, latency: true, observers: [memory]}}
                  overrides:
                    execution_containers: {level: debug}
                    "trent_*": {level: normal}

                """
        )
        let outcome = try Admf(folder: scratch.folder)("validate", "config.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let said = outcome.output + outcome.errors
        for words in [
            "'streaming_metrics: false' has no effect",
            "'latency' has no effect in the action of a dynamic rule",
            "'observers' has no effect in the action", "a run has no execution containers of its own",
            "no container's id matches",
        ] {
            #expect(said.contains(words), "\(said)")
        }
    }

    @Test func `verify repeats a run without telling anybody`() throws {
        let collector = try Collector()
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let alerts =
            "[{name: told, when: 'event_type == SIGNAL', repeat: once, command: [touch, '\(scratch.path("told"))']}]"
        let ran = try admf.run(
            [
                "run", "config.yaml", "--only", "trend_*", "--limit", "2", "--set",
                "tracing.alerts=\(alerts)", "--set",
                "tracing.distributed_tracing.endpoint=\(collector.endpoint)", "--set",
                "tracing.feature_extraction.window=2",
            ]
        )
        #expect(ran.status == 0, "\(ran.errors)")
        let posted = try collector.bodies.count
        #expect(posted > 0 && scratch.has("told"))
        try FileManager.default.removeItem(atPath: scratch.path("told"))
        let verified = try admf("verify", Self.latest)
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(verified.output.contains("2 of 2 containers run again"), "\(verified.output)")
        #expect(!verified.errors.contains("alert"), "\(verified.errors)")
        #expect(try collector.bodies.count == posted)
        #expect(!scratch.has("told"))
        // A changed label is found.
        let file = "\(Self.latest)/trend_0001/features.csv"
        try scratch.write(file, try scratch.read(file).replacing("closed", with: "opened"))
        let changed = try admf("verify", Self.latest)
        #expect(changed.status == 1)
        #expect(changed.errors.contains("trend_0001/features.csv"), "\(changed.errors)")
    }
}
