import Foundation
import Testing

/// Alerts as a user meets them: lines, files and commands.
@Suite(.serialized) struct AlertTests {
    /// The project of `init` with alerts, run for some containers.
    static func run(
        _ alerts: String,
        _ more: [String] = ["--only", "trend_*", "--limit", "3"]
    ) throws -> (scratch: Scratch, outcome: Admf.Outcome) {
        let scratch = try RunTests.project()
        let outcome = try Admf(folder: scratch.folder).run(
            ["run", "config.yaml", "--set", "tracing.alerts=\(alerts)"] + more
        )
        return (scratch, outcome)
    }

    static func objects(
        _ scratch: Scratch,
        _ file: String = "results/demo/latest/alerts.jsonl"
    ) throws
        -> [[String: Any]]
    {
        try scratch.read(file).split(separator: "\n").map { try RunTests.object(String($0)) }
    }

    @Test func `each closing trade of a kind is a line`() throws {
        let (scratch, outcome) = try Self.run("[{name: losers, when: 'net_pnl < 0', limit: 1000}]")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let found = try Self.objects(scratch)
        var losing = 0
        for id in ["trend_0000", "trend_0001", "trend_0002"] {
            let record = try RunTests.object(scratch.read("results/demo/latest/\(id)/metrics.json"))
            let metrics = record["metrics"] as? [String: Any]
            let count = metrics?["losing_trades"] as? Int ?? 0
            #expect(found.filter { $0["container_id"] as? String == id }.count == count)
            losing += count
        }
        #expect(losing > 3)
        #expect(found.count == losing)
        #expect(
            found.map { $0["container_id"] as? String ?? "" }
                == found.map { $0["container_id"] as? String ?? "" }.sorted()
        )
        for alert in found {
            let event = try #require(alert["event"] as? [String: Any])
            #expect(event["event_type"] as? String == "POSITION_CLOSE")
            let net = try #require((alert["values"] as? [String: Any])?["net_pnl"] as? Double)
            #expect(net < 0)
            #expect((event["payload"] as? [String: Any])?["net_pnl"] as? Double == net)
        }
        let lines = outcome.errors.split(separator: "\n").filter {
            $0.hasPrefix("admf: alert: losers: trend_")
        }
        #expect(lines.count == min(losing, 60))
    }

    @Test func `alerts are the same for any number of workers, and change no result`() throws {
        let alerts =
            "[{when: 'event_type == SIGNAL', limit: 5}, {when: 'event_type == BAR and bar == 3', to: file}]"
        let (one, first) = try Self.run(alerts, ["--jobs", "1", "-q"])
        let (two, second) = try Self.run(alerts, ["--jobs", "2", "-q"])
        #expect(first.status == 0 && second.status == 0)
        let files = try RunTests.files(one.path("results/demo/latest"))
        #expect(files == (try RunTests.files(two.path("results/demo/latest"))))
        #expect(files.keys.contains("alerts.jsonl"))
        // Containers in the order of the summary, with what was left out at the end of each.
        let order = try Self.objects(one).compactMap { $0["container_id"] as? String }
        let summary = try one.read("results/demo/latest/summary.csv").split(separator: "\n").dropFirst()
            .compactMap { $0.split(separator: ",").first.map(String.init) }
        #expect(order.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } } == summary)
        #expect(try Self.objects(one).contains { ($0["left_out"] as? Int ?? 0) > 0 })
        let plain = try FeatureExtractionTests.run([])
        #expect(
            try TraceTests.metrics(plain, "results/demo/latest", "trend_0001")
                == TraceTests.metrics(one, "results/demo/latest", "trend_0001")
        )
    }

    @Test func `once is the first time in a container, and the end is looked at once`() throws {
        let (scratch, _) = try Self.run(
            "[{name: first, when: 'event_type == FILL', repeat: once}, {name: end, when: 'final.total_trades > 0'},"
                + " {name: never, when: 'final.total_trades > 100000'}]"
        )
        let names = try Self.objects(scratch).compactMap { $0["alert"] as? String }
        #expect(names == ["first", "end", "first", "end", "first", "end"])
        let end = try Self.objects(scratch)[1]
        #expect(end["event"] is NSNull)
        #expect(((end["values"] as? [String: Any])?["final.total_trades"] as? Int ?? 0) > 0)
    }

    @Test func `a command gets its words and no shell`() throws {
        let scratch = try RunTests.project()
        try scratch.write("tell.sh", "#!/bin/sh\nfor word in \"$@\"; do echo \"$word\" >> told; done\n")
        chmod(scratch.path("tell.sh"), 0o755)
        let alerts =
            "[{name: 'a b; touch shell', when: 'event_type == SIGNAL', repeat: once, to: file,"
            + " command: ['\(scratch.path("tell.sh"))', '{alert}', '{container} {event}', '$(touch shell)', '{time}|{when}']}]"
        let outcome = try Admf(folder: scratch.folder).run(
            ["run", "config.yaml", "--only", "trend_0000", "--set", "tracing.alerts=\(alerts)"]
        )
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
        let told = try scratch.read("told").split(separator: "\n")
        #expect(told.count == 4)
        #expect(told[0] == "a b; touch shell")
        #expect(told[1].hasPrefix("trend_0000 trend_0000:"))
        #expect(told[2] == "$(touch shell)")
        #expect(told[3].hasSuffix("Z|event_type == SIGNAL"))
        #expect(!scratch.has("shell"))
    }

    @Test(
        arguments: [
            ("['/nowhere/at/all']", "cannot be started: No such file"), ("['false']", "exit status 1"),
            ("['sleep', '60']", "took too long"),
        ] as [(String, String)]
    )
    func `a command that fails is counted and changes nothing`(command: String, words: String) throws {
        let (scratch, outcome) = try Self.run(
            "[{name: broken, when: 'event_type == SIGNAL', repeat: once, to: file, command: \(command), timeout_ms: 300}]"
        )
        #expect(outcome.status == 0)
        #expect(
            outcome.errors.contains("the command of the alert 'broken' failed 3 times"),
            "\(outcome.errors)"
        )
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        let plain = try FeatureExtractionTests.run([])
        #expect(
            try TraceTests.metrics(plain, "results/demo/latest", "trend_0001")
                == TraceTests.metrics(scratch, "results/demo/latest", "trend_0001")
        )
    }

    @Test func `more than per_minute is held back and counted`() throws {
        let (scratch, outcome) = try Self.run(
            "[{name: busy, when: 'event_type == SIGNAL', per_minute: 2, limit: 50}]",
            ["--only", "trend_0000"]
        )
        let lines = outcome.errors.split(separator: "\n").filter { $0.contains("alert: busy:") }
        let written = try Self.objects(scratch).count
        #expect(written > 4)
        // The minute of the clock may turn over once meanwhile.
        #expect(lines.count == 2 || lines.count == 4)
        #expect(outcome.errors.contains("held back"), "\(outcome.errors)")
    }

    @Test(
        arguments: [
            ("[{when: 'event_typ == FILL'}]", "did you mean 'event_type'?"),
            ("[{when: 'price + 1'}]", "expected a condition"), ("[{name: x}]", "lacks 'when'"),
            ("[{when: 'price > 1', to: nobody}]", "stderr"),
            ("[{when: 'price > 1', to: []}]", "'to' is empty"),
            ("[{when: 'price > 1 and metrics.sharpe_ratio > 1'}]", "once a container has ended"),
            ("[{wen: 'price > 1'}]", "did you mean 'when'?"),
        ] as [(String, String)]
    )
    func `a wrong alert is refused with its place`(alerts: String, words: String) throws {
        let (_, outcome) = try Self.run(alerts)
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(outcome.errors.contains("--set tracing.alerts"), "\(outcome.errors)")
    }
}
