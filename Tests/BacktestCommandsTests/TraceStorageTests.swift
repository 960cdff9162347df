import Foundation
import Testing

/// Where traces are stored, as a user meets it: back ends, lookups, folders, failures, overload and compaction.
@Suite(.serialized) struct TraceStorageTests {
    private static let run = "results/demo/latest"

    private static func settings(_ settings: [String]) -> [String] {
        (["tracing.mode=full", "tracing.storage_backend=file"] + settings).flatMap { ["--set", $0] }
    }

    /// The project of `init`, some of its containers run with full traces.
    private static func traced(
        _ more: [String] = [],
        limit: Int = 3
    ) throws -> (scratch: Scratch, admf: Admf) {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let arguments = ["run", "config.yaml", "-q", "--only", "trend_*", "--limit", "\(limit)"]
        let ran = try admf.run(arguments + settings(more))
        #expect(ran.status == 0, "\(ran.errors)")
        return (scratch, admf)
    }

    private static let queries = [
        [], ["--correlation", "T1", "--correlation", "T4"],
        ["--correlation", "trend_0001/T3", "--type", "POSITION_CLOSE"],
        ["--since", "2020-03-01", "--until", "2020-05-01", "--type", "BAR"],
    ]

    /// What every query of the list answers; the run's id depends on its settings.
    private static func answers(_ admf: Admf, _ run: String = run) throws -> [String] {
        try queries.map { query in
            try admf.run(["trace", "query", run, "trend_*", "--json"] + query).output
                .replacing(/"run_id":"[0-9a-f]*"/, with: "")
        }
    }

    // MARK: back ends

    @Test(arguments: [
        ["tracing.storage_backend=sqlite"], ["tracing.storage.compression=zstd", "tracing.batch_size=7"],
    ])
    func `every back end answers as the others do`(settings: [String]) throws {
        let (plain, admf) = try Self.traced()
        let (scratch, other) = try Self.traced(settings)
        #expect(try Self.answers(other) == Self.answers(admf))
        #expect(try other("trace", "integrity", Self.run).output.contains("3 traces: no damage"))
        #expect(try other("trace", "replay", Self.run, "trend_0001").status == 0)
        let verified = try other("verify", Self.run, "--sample", "2")
        #expect(verified.status == 0, "\(verified.errors)")
        for command in [["lineage", "T2"], ["lineage", "trend_0001:20"]] {
            let arguments = ["trace", command[0], Self.run, "trend_0001", command[1]]
            let outputs = try [other, admf].map { try $0.run(arguments).output }
            #expect(outputs[0] == outputs[1] && !outputs[0].isEmpty)
        }
        for id in ["trend_0000", "trend_0002"] {
            let path = "\(Self.run)/\(id)/metrics.json"
            let counts = try [plain, scratch].map {
                try RunTests.object($0.read(path))["events"] as? [String: Int]
            }
            #expect(counts[0] == counts[1])
        }
    }

    @Test func `a database can be asked with SQL and has its indexes`() throws {
        let (scratch, admf) = try Self.traced(["tracing.storage_backend=sqlite"])
        let sqlite = try #require(Tools.find("sqlite3"))
        let path = scratch.path("\(Self.run)/trend_0000/events.sqlite")
        func ask(_ sql: String) throws -> [String] {
            try Tools.run(sqlite, ["-readonly", path, sql]).output.split(separator: "\n").map(String.init)
        }
        let all = try RunTests.list(admf("trace", "query", Self.run, "trend_0000", "--json").output)
        #expect(try ask("SELECT count(*) FROM trace") == ["\(all.count)"])
        let fills = all.filter { $0["event_type"] as? String == "FILL" }
        let ids = fills.compactMap { $0["event_id"] as? String }
        #expect(try ask("SELECT event_id FROM trace WHERE event_type = 'FILL' ORDER BY sequence") == ids)
        let plan = try ask("EXPLAIN QUERY PLAN SELECT * FROM events WHERE container = 1 AND trade = 2")
        #expect(plan.joined().contains("events_by_trade"))
        #expect(try ask("PRAGMA integrity_check") == ["ok"])
        // Half of a database is damage, and said to be.
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
        #expect(try admf("trace", "integrity", Self.run, "trend_0000").status == 1)
        #expect(try admf("trace", "query", Self.run, "trend_0000").status == 5)
    }

    /// Compressors keep memory that nobody has cleared; what is in it must not show.
    @Test(arguments: ["gzip", "zstd"])
    func `the bytes of a trace do not depend on what was in memory before`(compression: String) throws {
        let scratch = try RunTests.project()
        let bash = try #require(Tools.find("bash"))
        let settings = Self.settings(["tracing.storage.compression=\(compression)", "tracing.batch_size=100"])
        var trees: [[String: Data]] = []
        for perturbed in [0, 90, 165, 255] {
            let line = (["run", "config.yaml", "-q", "--limit", "1", "--output", "m\(perturbed)"] + settings)
                .joined(separator: " ")
            let ran = try Tools.run(
                bash,
                ["-c", "cd \(scratch.folder); MALLOC_PERTURB_=\(perturbed) \(Admf.path) \(line)"]
            )
            #expect(ran.status == 0, "\(ran.output)")
            trees.append(try RunTests.files(scratch.path("m\(perturbed)/demo/latest")))
        }
        #expect(trees[0].keys.contains { $0.contains("events.jsonl") })
        #expect(trees.allSatisfy { $0 == trees[0] })
    }

    // MARK: lookups

    @Test(arguments: ["gzip", "zstd", "none"])
    func `a lookup answers alike with a good, missing, damaged or stale index`(compression: String) throws {
        let (scratch, admf) = try Self.traced([
            "tracing.batch_size=64", "tracing.storage.compression=\(compression)",
        ])
        func answer() throws -> String {
            try admf(
                "trace",
                "query",
                Self.run,
                "trend_*",
                "--correlation",
                "T2",
                "--correlation",
                "T5",
                "--json"
            )
            .output
        }
        let answers = try answer()
        let path = scratch.path("\(Self.run)/trend_0001/events.blocks")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let other = try Data(
            contentsOf: URL(fileURLWithPath: scratch.path("\(Self.run)/trend_0002/events.blocks"))
        )
        #expect(other != whole)
        for content in [nil, Data(), whole.prefix(whole.count / 2), other] {
            try FileManager.default.removeItem(atPath: path)
            if let content { try content.write(to: URL(fileURLWithPath: path)) }
            #expect(try answer() == answers)
            if content == nil { try Data().write(to: URL(fileURLWithPath: path)) }
        }
        try whole.write(to: URL(fileURLWithPath: path))
        #expect(try answer() == answers)
    }

    // MARK: folders

    @Test(arguments: ["file", "sqlite"])
    func `storage_path puts the files elsewhere`(backend: String) throws {
        let (scratch, admf) = try Self.traced([
            "tracing.storage_backend=\(backend)", "tracing.storage_path=./elsewhere/",
        ])
        let (unmoved, plain) = try Self.traced()
        defer { withExtendedLifetime(unmoved) {} }
        let name = backend == "file" ? "events.jsonl.gz" : "events.sqlite"
        let id = try FileManager.default.destinationOfSymbolicLink(atPath: scratch.path(Self.run))
        #expect(scratch.has("elsewhere/\(id)/trend_0000/\(name)"))
        #expect(!scratch.has("\(Self.run)/trend_0000/\(name)"))
        #expect(try Self.answers(admf) == Self.answers(plain))
        // From another folder, and after a file has gone.
        let away = Admf(folder: "/")
        #expect(try away("trace", "integrity", scratch.path(Self.run)).status == 0)
        let before = try RunTests.files(scratch.path("elsewhere"))
        try FileManager.default.removeItem(atPath: scratch.path("elsewhere/\(id)/trend_0001/\(name)"))
        #expect(try away("trace", "integrity", scratch.path(Self.run)).output.contains("missing"))
        let resumed = try RunTests.object(admf("resume", Self.run, "--json").output)
        #expect((resumed["containers"] as? [String: Int])?["kept"] == 2)
        #expect(try RunTests.files(scratch.path("elsewhere")) == before)
    }

    // MARK: failure

    /// Files end at N KiB: the Nth write of a file fails in its middle.
    @Test(arguments: ["file", "sqlite"])
    func `wherever the disk ends, the results are the same and what is lost is counted`(
        backend: String
    ) throws {
        let scratch = try RunTests.project()
        let bash = try #require(Tools.find("bash"))
        let arguments = ["run", "config.yaml", "-q", "--limit", "1"]
        let plain = try Admf(folder: scratch.folder).run(arguments + ["--output", "plain"])
        #expect(plain.status == 0)
        let metrics = try TraceTests.metrics(scratch, "plain/demo/latest", "trend_0000")
        var lost: [Int] = []
        for limit in stride(from: 88, through: 700, by: backend == "file" ? 153 : 204) {
            let settings = Self.settings([
                "tracing.storage_backend=\(backend)", "tracing.storage.compression=none",
                "tracing.batch_size=200",
            ])
            let line = ([Admf.path] + arguments + ["--output", "o\(limit)"] + settings).joined(separator: " ")
            let ran = try Tools.run(
                bash,
                ["-c", "cd \(scratch.folder); trap '' XFSZ; ulimit -f \(limit); \(line)"]
            )
            #expect(ran.status == 0, "\(limit): \(ran.output)")
            let run = "o\(limit)/demo/latest"
            #expect(try TraceTests.metrics(scratch, run, "trend_0000") == metrics)
            let index = try RunTests.object(scratch.read("\(run)/trend_0000/events.index.json"))
            let record = try RunTests.object(scratch.read("\(run)/trend_0000/metrics.json"))
            let total = try #require(record["events"] as? [String: Int]).values.reduce(0, +)
            let missing = try #require(index["lost"] as? Int)
            #expect(try #require(index["stored"] as? Int) + missing == total)
            let manifest = try scratch.read("\(run)/manifest.json")
            #expect(manifest.contains("lacks \(missing) events") == (missing > 0))
            lost.append(missing)
        }
        #expect(try #require(lost.first) > 0, "the smallest limit must hurt")
    }

    @Test func `a killed run leaves files that can be read up to the last flush`() throws {
        let counts = try killed(["tracing.storage.compression=gzip"]) {
            "gzip -dc < \($0) 2>/dev/null | head -c -1 | wc -l"
        }
        #expect(counts.contains { $0 > 5 }, "no kill came while a file was being written")
    }

    @Test func `a killed run leaves a database without half a batch`() throws {
        _ = try #require(Tools.find("sqlite3"))
        let counts = try killed(["tracing.storage_backend=sqlite"]) { file in
            "sqlite3 \(file) 'PRAGMA integrity_check' | grep -q '^ok$' && sqlite3 \(file) 'SELECT count(*) FROM trace'"
        }
        #expect(counts.contains { $0 > 5 } && counts.allSatisfy { $0 % 5 == 0 })
    }

    /// What a command counts in the files that are being written when a run is killed.
    private func killed(_ more: [String], count: (String) -> String) throws -> [Int] {
        let scratch = try RunTests.project()
        let bash = try #require(Tools.find("bash"))
        let settings = Self.settings(["tracing.batch_size=5"] + more).joined(separator: " ")
        var counts: [Int] = []
        for moment in 1...12 where counts.filter({ $0 > 5 }).count < 2 {
            let script = """
                cd \(scratch.folder)
                \(Admf.built) run config.yaml -q --output k\(moment) \(settings) >/dev/null 2>&1 & pid=$!
                while ! ls k\(moment)/demo/*/*/events.[js]*.partial >/dev/null 2>&1; do
                    kill -0 $pid 2>/dev/null || exit 0
                done
                sleep 0.0\(moment); kill -9 $pid; wait $pid 2>/dev/null
                for f in k\(moment)/demo/*/*/events.[js]*.partial; do \(count("$f")); done
                """
            let output = try Tools.run(bash, ["-c", script]).output
            counts += output.split(separator: "\n").compactMap {
                Int($0.trimmingCharacters(in: .whitespaces))
            }
        }
        return counts
    }

    // MARK: overload

    @Test func `under overload the metrics stay, critical events stay, and the rest is accounted for`() throws
    {
        let (plain, _) = try Self.traced()
        let (scratch, admf) = try Self.traced([
            "tracing.on_overload=degrade", "tracing.queue_size=1", "tracing.batch_size=1",
        ])
        let critical = ["SIGNAL", "ORDER", "FILL", "RISK_BREACH", "POSITION_OPEN", "POSITION_CLOSE"]
        let manifest = try scratch.read("\(Self.run)/manifest.json")
        for id in ["trend_0000", "trend_0001", "trend_0002"] {
            let metrics = try [plain, scratch].map { try $0.read("\(Self.run)/\(id)/metrics.json") }
            let hash = /"run_id": "[0-9a-f]*"/
            #expect(metrics[0].replacing(hash, with: "") == metrics[1].replacing(hash, with: ""))
            let index = try RunTests.object(scratch.read("\(Self.run)/\(id)/events.index.json"))
            let counts = try #require(RunTests.object(metrics[1])["events"] as? [String: Int])
            let events = try RunTests.list(admf("trace", "query", Self.run, id, "--json").output)
            for type in critical {
                #expect(
                    events.filter { $0["event_type"] as? String == type }.count == counts[type, default: 0]
                )
            }
            let leftOut = try #require(index["left_out"] as? Int)
            let notes = try #require(index["reductions"] as? [[String: Any]])
            #expect(events.count - notes.count + leftOut == counts.values.reduce(0, +))
            #expect((leftOut > 0) == manifest.contains("the trace of \(id) in the store was lowered"))
            for note in notes {
                let event = events.first { $0["sequence"] as? Int == note["sequence"] as? Int }
                #expect(event?["event_type"] as? String == "LIFECYCLE")
                let payload = try #require(event?["payload"] as? [String: Any])
                #expect(payload["trace_level"] as? String == note["trace_level"] as? String)
            }
            let replay = try admf("trace", "replay", Self.run, id)
            #expect(replay.status == (leftOut > 0 ? 2 : 0), "\(replay.errors)")
        }
        #expect(try admf("trace", "integrity", Self.run).status == 0)
    }

    // MARK: compaction

    @Test(arguments: [
        ["tracing.storage.rotation=hourly"],
        ["tracing.storage.compression=none", "tracing.storage_path=away", "tracing.batch_size=20"],
        [
            "tracing.storage.compression=zstd", "tracing.batch_size=50",
            "tracing.storage.max_file_size_mb=0.02",
        ],
    ])
    func `compacting keeps every line`(settings: [String]) throws {
        let (scratch, admf) = try Self.traced(settings)
        let answers = try Self.answers(admf)
        let exported = try admf("trace", "export", Self.run).output
        let compacted = try RunTests.list(admf("trace", "compact", Self.run, "--json").output)
        #expect(compacted.count == 3)
        for row in compacted {
            #expect(row["left_because"] is NSNull)
            #expect(try #require(row["bytes"] as? Int) <= (row["bytes_before"] as? Int ?? 0))
            #expect(try #require(row["files"] as? Int) <= (row["files_before"] as? Int ?? 0))
        }
        #expect(try Self.answers(admf) == answers)
        #expect(try admf("trace", "export", Self.run).output == exported)
        #expect(try admf("trace", "integrity", Self.run).status == 0)
        #expect(try admf("trace", "replay", Self.run, "trend_0002").status == 0)
        let verified = try admf("verify", Self.run, "--sample", "1")
        #expect(verified.status == 0, "\(verified.errors)")
        let files = try RunTests.files(scratch.path(Self.run))
        let again = try RunTests.list(admf("trace", "compact", Self.run, "--json").output)
        #expect(again.allSatisfy { $0["left_because"] as? String == "it is compact already" })
        #expect(try RunTests.files(scratch.path(Self.run)) == files)
        #expect(try admf("trace", "compact", Self.run, "--compression", "zstd").status == 0)
        #expect(try admf("trace", "export", Self.run).output == exported)
    }

    @Test func `the hot window and what is no file of lines stay as they are`() throws {
        let (scratch, admf) = try Self.traced()
        let files = try RunTests.files(scratch.path(Self.run))
        #expect(try admf("trace", "compact", Self.run, "--older-than", "1h").status == 0)
        #expect(try RunTests.files(scratch.path(Self.run)) == files)
        #expect(try admf("trace", "compact", Self.run, "--older-than", "soon").status == 2)
        let (other, database) = try Self.traced(["tracing.storage_backend=sqlite"])
        defer { withExtendedLifetime(other) {} }
        let rows = try RunTests.list(database("trace", "compact", Self.run, "--json").output)
        #expect(
            rows.allSatisfy { ($0["left_because"] as? String)?.contains("no file of JSON lines") == true }
        )
    }

    @Test func `compaction that is interrupted or runs out of space harms nothing`() throws {
        let (scratch, admf) = try Self.traced(["tracing.batch_size=20", "tracing.storage.compression=none"])
        let bash = try #require(Tools.find("bash"))
        let exported = try admf("trace", "export", Self.run).output
        let full = try Tools.run(
            bash,
            [
                "-c",
                "cd \(scratch.folder); trap '' XFSZ; ulimit -f 40; \(Admf.path) trace compact \(Self.run)",
            ]
        )
        #expect(full.status == 1 && full.output.contains("its trace is what it was"), "\(full.output)")
        #expect(try admf("trace", "export", Self.run).output == exported)
        for moment in 0..<6 {
            let line = """
                cd \(scratch.folder); \(Admf.path) trace compact \(Self.run) --compression \
                \(moment % 2 == 0 ? "gzip" : "zstd") >/dev/null 2>&1 & pid=$!
                sleep 0.\(moment < 3 ? "0" : "")\(moment + 2); kill -9 $pid; wait $pid 2>/dev/null; true
                """
            _ = try Tools.run(bash, ["-c", line])
            #expect(try admf("trace", "integrity", Self.run).status == 0)
            #expect(try admf("trace", "export", Self.run).output == exported)
        }
        #expect(try admf("trace", "compact", Self.run, "--compression", "gzip").status == 0)
        #expect(try admf("trace", "export", Self.run).output == exported)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: scratch.path("\(Self.run)/trend_0000")
        )
        #expect(
            names.filter { $0.hasPrefix("events") }.sorted() == [
                "events-compact.jsonl.gz", "events.blocks", "events.index.json",
            ]
        )
    }

    @Test func `a damaged trace is not compacted`() throws {
        let (scratch, admf) = try Self.traced()
        let path = URL(fileURLWithPath: scratch.path("\(Self.run)/trend_0001/events.jsonl.gz"))
        var bytes = try Data(contentsOf: path)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: path)
        let outcome = try admf("trace", "compact", Self.run)
        #expect(
            outcome.status == 1 && outcome.errors.contains("trend_0001") && outcome.errors.contains("SHA-256")
        )
        #expect(try Data(contentsOf: path) == bytes)
        #expect(!scratch.has("\(Self.run)/trend_0000/events.jsonl.gz"), "the others are compacted")
    }
}
