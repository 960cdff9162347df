import BacktestCommands
import BacktestResults
import BacktestSweep
import BacktestTracing
import Foundation
import Synchronization
import Testing

/// What `verify`, and all who read a summary, make of a tree that has lost or gained something.
@Suite(.serialized) struct VerifyTests {
    static let run = "results/demo/latest"
    static let summary = "\(run)/summary.csv"

    private static func project() throws -> (scratch: Scratch, admf: Admf) {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "-q", "--only", "trend_*", "--limit", "6").status == 0)
        return (scratch, admf)
    }

    @Test func `a summary that says something else than the containers is found`() throws {
        let (scratch, admf) = try Self.project()
        let whole = try scratch.read(Self.summary)
        let clean = try admf("verify", Self.run, "--sample", "0")
        #expect(
            clean.status == 0 && clean.output.contains("a row for each of 6 containers"),
            "\(clean.errors)"
        )
        let rows = whole.split(separator: "\n", omittingEmptySubsequences: false)
        let forged = [
            (
                "the row of trend_0003",
                whole.replacing(/(trend_0003,trend,completed,)[^,]*/, with: { "\($0.1)77" })
            ),
            ("the header", whole.replacing("sharpe_ratio,sortino_ratio", with: "sortino_ratio,sharpe_ratio")),
        ]
        for (named, text) in forged {
            try scratch.write(Self.summary, text)
            let found = try admf("verify", Self.run, "--sample", "0")
            #expect(found.status == 1 && found.errors.contains(named), "\(named): \(found.errors)")
        }
        // A doubled row has the right count and the wrong container.
        for (changed, named) in [
            (rows[0...1] + rows[1...1] + rows[3...], ["trend_0000 has two rows", "trend_0001 has no row"]),
            (rows[0...2] + rows[4...], ["trend_0002 has no row"]),
            (rows[0...4] + rows[4...], ["trend_0003 has two rows"]),
        ] {
            try scratch.write(Self.summary, changed.joined(separator: "\n"))
            let found = try admf("verify", Self.run, "--sample", "0")
            #expect(found.status == 1)
            #expect(named.allSatisfy { found.errors.contains($0) }, "\(named): \(found.errors)")
        }
        try FileManager.default.removeItem(atPath: scratch.path(Self.summary))
        #expect(try admf("verify", Self.run, "--sample", "0").errors.contains("summary.csv is missing"))
        #expect(try admf("resume", Self.run, "-q").status == 0)
        #expect(try scratch.read(Self.summary) == whole)
        #expect(try admf("verify", Self.run, "--sample", "0").status == 0)
    }

    @Test func `the totals of a run are what its containers add up to`() throws {
        let (scratch, admf) = try Self.project()
        let path = "\(Self.run)/root_container/metrics.json"
        let whole = try scratch.read(path)
        #expect(try admf("verify", Self.run, "--sample", "0").output.contains("totals: "))
        for pattern in ["completed", "total_trades", "total_commission", "value", "FILL", "events_pruned"] {
            let number = try Regex("\"\(pattern)\": [0-9.]+")
            try scratch.write(path, whole.replacing(number, with: "\"\(pattern)\": 7.25"))
            let found = try admf("verify", Self.run, "--sample", "0")
            #expect(found.status == 1, "\(pattern)")
            #expect(found.errors.contains("root_container/metrics.json is not what"), "\(found.errors)")
        }
        try FileManager.default.removeItem(atPath: scratch.path(path))
        let missing = try admf("verify", Self.run, "--sample", "0")
        #expect(missing.errors.contains("root_container/metrics.json is missing"), "\(missing.errors)")
        #expect(try admf("resume", Self.run, "-q").status == 0)
        #expect(try scratch.read(path) == whole)
    }

    /// Sums are taken piece by piece, and a condition keeps containers from being the best.
    @Test func `totals of several portfolios agree to the last bit`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let more = ["--set", "sweep.parameters.crossover.slow=range(30, 180, 1)"]
        #expect(try admf.run(["run", "config.yaml", "-q", "-j", "2"] + more).status == 0)
        let verified = try admf("verify", Self.run, "--sample", "0")
        #expect(verified.status == 0, "\(verified.errors)")
    }

    @Test func `a trace without its index is missed`() throws {
        let (scratch, admf) = try TraceTests.traced()
        let index = scratch.path("\(Self.run)/trend_0003/events.index.json")
        try FileManager.default.removeItem(atPath: index)
        let found = try admf("verify", Self.run, "--sample", "0")
        #expect(found.status == 1)
        #expect(found.errors.contains("trend_0003/events.index.json: it is missing"), "\(found.errors)")
        let query = try admf("trace", "query", Self.run, "trend_0003")
        #expect(query.status == 5 && query.errors.contains("events.index.json"), "\(query.errors)")
        #expect(try admf("resume", Self.run, "-q").status == 0)
        #expect(try admf("verify", Self.run, "--sample", "0").status == 0)
    }

    /// A requirement over all containers must not hold because some have gone.
    @Test func `a run that has lost containers is damaged`() throws {
        let (scratch, admf) = try Self.project()
        let whole = try scratch.read(Self.summary)
        let rows = whole.split(separator: "\n", omittingEmptySubsequences: false)
        try scratch.write(Self.summary, (rows[0...4] + [""]).joined(separator: "\n"))
        for command in [["rank"], ["show"], ["check", "--require", "all(max_drawdown) <= 1"], ["report"]] {
            let found = try admf.run([command[0], Self.run] + command.dropFirst())
            #expect(found.status == 5, "\(command)")
            #expect(found.errors.contains("4 containers are there, the run had 6"), "\(found.errors)")
        }
        try scratch.write(Self.summary, whole)
        try FileManager.default.removeItem(atPath: scratch.path("\(Self.run)/trend_0002"))
        let lost = try admf("verify", Self.run, "--sample", "0")
        #expect(lost.status == 1 && lost.errors.contains("trend_0002"))
        try FileManager.default.removeItem(atPath: scratch.path(Self.summary))
        #expect(try admf("rank", Self.run).errors.contains("5 containers are there, the run had 6"))
    }

    @Test func `the copy of the config must be the config that ran`() throws {
        let (scratch, admf) = try Self.project()
        let copy = "\(Self.run)/config.yaml"
        let text = try scratch.read(copy)
        try scratch.write("config.yaml", text + "# a comment\n")
        #expect(try admf("verify", Self.run, "--sample", "0").status == 0)
        try scratch.write(copy, text + "seed: 7\n")
        #expect(try admf("verify", Self.run, "--sample", "0").errors.contains("is not the config that ran"))
        try scratch.write(copy, String(text.prefix(text.count / 2)))
        #expect(try admf("verify", Self.run, "--sample", "0").status == 1)
        try FileManager.default.removeItem(atPath: scratch.path(copy))
        #expect(try admf("verify", Self.run, "--sample", "0").errors.contains("config.yaml is missing"))
    }

    @Test func `a run is verified from any folder`() throws {
        let (scratch, _) = try Self.project()
        let elsewhere = Admf(folder: scratch.path("results"))
        let verified = try elsewhere("verify", "demo/latest", "--sample", "2")
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(verified.output.contains("2 of 6 containers run again"))
    }

    @Test func `traces are checked on several threads, and the first damage by id is named`() throws {
        let (scratch, admf) = try TraceTests.traced()
        let progress = Steps()
        let verification = TraceVerification(
            try RunReader.open(scratch.path(Self.run)),
            TracingPlan(),
            jobs: 3
        )
        #expect(try verification.run(progress) == (6, 6))
        #expect(progress.finished.withLock { $0.sorted() } == [1, 2, 3, 4, 5, 6])
        for id in ["trend_0004", "trend_0001", "trend_0005"] {
            try scratch.write("\(Self.run)/\(id)/events.jsonl.gz", "{}\n")
        }
        for jobs in ["1", "3"] {
            let found = try admf("verify", Self.run, "--sample", "0", "-j", jobs)
            #expect(found.status == 1)
            #expect(
                found.errors.contains("trend_0001: events.jsonl.gz is cut short: 3 of"),
                "\(found.errors)"
            )
        }
    }

    @Test func `a named pipe in place of a file is refused, and hangs nobody`() throws {
        let (scratch, admf) = try Self.project()
        func pipe(_ name: String) throws {
            try FileManager.default.removeItem(atPath: scratch.path(name))
            #expect(mkfifo(scratch.path(name), 0o600) == 0)
        }
        try pipe(Self.summary)
        for command in [["rank"], ["verify"], ["check", "--require", "all(max_drawdown) <= 1"]] {
            let found = try admf.run([command[0], Self.run] + command.dropFirst())
            #expect(found.status != 0, "\(command)")
            #expect(found.errors.contains("summary.csv: it is not a regular file"), "\(found.errors)")
        }
        #expect(try admf("resume", Self.run, "-q").status == 0)
        try pipe("\(Self.run)/config.yaml")
        #expect(try admf("verify", Self.run).errors.contains("config.yaml is not the config that ran"))
        try pipe("data/DEMO.csv")
        try FileManager.default.removeItem(atPath: scratch.path("\(Self.run)/config.yaml"))
        try scratch.write("\(Self.run)/config.yaml", scratch.read("config.yaml"))
        let data = try admf("verify", Self.run)
        #expect(data.status != 0)
        #expect(data.errors.contains("DEMO.csv' is no regular file"), "\(data.errors)")
    }
}

/// Remembers what a check says of how it gets on.
private final class Steps: SweepProgress {
    let finished = Mutex<[Int]>([])

    func advanced(finished count: Int, failed: Int, total: Int) {
        #expect(failed == 0 && total == 6)
        finished.withLock { $0.append(count) }
    }
    func entered(phase: String) {}
}
