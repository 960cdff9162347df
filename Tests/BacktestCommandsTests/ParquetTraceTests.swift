import BacktestColumnar
import Foundation
import Testing

/// `storage_backend: parquet` from the shell: every command reads such a trace as it reads JSON lines.
@Suite(.serialized, .enabled(if: DuckDB.isThere, DuckDB.absence)) struct ParquetTraceTests {
    static let full = ["--set", "tracing.mode=full"]

    /// The project of `init`, three containers traced as JSON lines in `lines` and as Parquet in `columns`.
    static func traced() throws -> (scratch: Scratch, admf: Admf) {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        for (folder, backend) in [("lines", "file"), ("columns", "parquet")] {
            let ran = try admf.run(
                ["run", "config.yaml", "-q", "--limit", "3", "--output", folder] + full
                    + ["--set", "tracing.storage_backend=\(backend)"]
            )
            #expect(ran.status == 0, "\(ran.errors)")
        }
        return (scratch, admf)
    }

    /// Text without the run's hash, which knows the back end.
    private func plain(_ text: String) -> String {
        text.replacing(/"run_id": ?"[0-9a-f]*"/, with: "").replacing("columns/", with: "lines/")
    }

    @Test func `every command says the same of both`() throws {
        let (scratch, admf) = try Self.traced()
        let id = "trend_0001"
        #expect(scratch.has("columns/demo/latest/\(id)/events/events.parquet"))
        #expect(!scratch.has("columns/demo/latest/\(id)/events.jsonl.gz"))
        #expect(
            try TraceTests.metrics(scratch, "lines/demo/latest", id)
                == TraceTests.metrics(scratch, "columns/demo/latest", id)
        )
        for words in [
            ["trace", "query", "RUN", id, "--json"],
            ["trace", "query", "RUN", id, "--correlation", "T2", "--json"],
            ["trace", "query", "RUN", "--type", "FILL", "--since", "2021-01-01", "--json"],
            ["trace", "lineage", "RUN", id, "T1"], ["trace", "integrity", "RUN"],
            ["trace", "replay", "RUN", id],
            ["why", "RUN", id, "1"], ["trace", "export", "RUN"],
            [
                "trace", "sql", "RUN",
                "SELECT * EXCLUDE (run, run_id) FROM events WHERE event_type = 'FILL' ORDER BY event_id",
            ],
            [
                "trace", "sql", "RUN",
                "SELECT event_type, count(*), sum(equity) FROM events GROUP BY ALL ORDER BY ALL",
            ],
        ] {
            var said: [String] = []
            for folder in ["lines", "columns"] {
                let outcome = try admf.run(words.map { $0 == "RUN" ? "\(folder)/demo" : $0 })
                #expect(outcome.status == 0, "\(words) \(outcome.errors)")
                said.append(plain(outcome.output))
            }
            #expect(said[0] == said[1] && !said[0].isEmpty, "\(words)")
        }
        let verified = try admf("verify", "columns/demo")
        #expect(verified.status == 0 && verified.output.contains("3 replayed to their metrics.json"))
    }

    @Test func `the same run writes the same bytes, and damage is found`() throws {
        let (scratch, admf) = try Self.traced()
        let again = try admf.run(
            ["run", "config.yaml", "-q", "--limit", "3", "--output", "again", "--jobs", "1"] + Self.full
                + ["--set", "tracing.storage_backend=parquet"]
        )
        #expect(again.status == 0)
        let file = "demo/latest/trend_0002/events/events.parquet"
        let path = scratch.path("columns/\(file)")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path("again/\(file)"))) == bytes)
        var damaged = bytes
        damaged[bytes.count / 2] ^= 0xFF
        try damaged.write(to: URL(fileURLWithPath: path))
        let integrity = try admf("trace", "integrity", "columns/demo")
        #expect(integrity.status == 1 && integrity.output.contains("SHA-256"))
        #expect(try admf("verify", "columns/demo").status == 1)
        try Data(bytes.prefix(bytes.count / 2)).write(to: URL(fileURLWithPath: path))
        let query = try admf("trace", "query", "columns/demo", "trend_0002")
        #expect(query.status == 5 && query.errors.contains("events.parquet"))
        let sql = try admf("sql", "columns/demo", "SELECT count(*) FROM events")
        #expect(sql.status == 5 && sql.errors.contains("events.parquet"), "\(sql.errors)")
        #expect(try admf("sql", "columns/demo", "SELECT count(*) FROM containers").status == 0)
        try FileManager.default.removeItem(atPath: path)
        #expect(try admf("trace", "integrity", "columns/demo").status == 1)
    }

    /// A dropped row is no damage to Parquet, and is found all the same.
    @Test func `a forged file is found by its events`() throws {
        let (scratch, admf) = try Self.traced()
        let path = scratch.path("columns/demo/latest/trend_0000/events/events.parquet")
        let connection = try ColumnarDatabase(DuckDBLibrary.shared()).connect()
        let source = SQLText.literal(path)
        try connection.execute("CREATE TABLE t AS FROM \(source)")
        try connection.execute(
            "COPY (FROM t WHERE event_type <> 'FILL' OR trade <> 2) TO \(source) (FORMAT parquet)"
        )
        let integrity = try admf("trace", "integrity", "columns/demo", "trend_0000")
        #expect(integrity.status == 1)
        #expect(
            integrity.output.contains("gap") || integrity.output.contains("missing"),
            "\(integrity.output)"
        )
        #expect(try admf("trace", "replay", "columns/demo", "trend_0000").status != 0)
    }

    @Test func `without DuckDB such a config is refused, and such a trace says what it needs`() throws {
        let (scratch, _) = try Self.traced()
        let without = Admf(environment: DuckDB.nowhere, folder: scratch.folder)
        let refused = try without.run(
            ["validate", "config.yaml", "--set", "tracing.storage_backend=parquet"]
        )
        #expect(refused.status == 2 && refused.errors.contains("Parquet needs DuckDB"))
        let query = try without("trace", "query", "columns/demo")
        #expect(query.status == 5 && query.errors.contains("make setup"))
        #expect(try without("trace", "query", "lines/demo").status == 0)
    }

    @Test func `a run that is killed is completed`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let words = ["run", "config.yaml", "-q"] + Self.full + ["--set", "tracing.storage_backend=parquet"]
        #expect(try admf.run(words + ["--output", "whole"]).status == 0)
        let process = try admf.start(words + ["--output", "cut", "--jobs", "1"], in: try Scratch())
        while !FileManager.default.fileExists(atPath: scratch.path("cut/demo")) { usleep(1_000) }
        usleep(150_000)
        process.send(SIGKILL)
        _ = try process.wait()
        let runs = try FileManager.default.contentsOfDirectory(atPath: scratch.path("cut/demo"))
        let run = try #require(runs.first { $0 != "latest" })
        #expect(try admf("resume", "cut/demo/\(run)", "-q").status == 0)
        let (a, b) = (
            try RunTests.files(scratch.path("whole/demo/latest")),
            try RunTests.files(scratch.path("cut/demo/\(run)"))
        )
        let names = a.keys.filter { $0 != "verdict.json" }
        #expect(names.contains { $0.hasSuffix("events.parquet") })
        for name in names { #expect(a[name] == b[name], "\(name)") }
        #expect(Set(b.keys) == Set(a.keys), "no part is left")
    }
}
