import BacktestColumnar
import Foundation
import Testing

/// `admf export`, `results.parquet` and Parquet from the shell.
@Suite(.serialized, .enabled(if: DuckDB.isThere, DuckDB.absence)) struct ExportTests {
    private func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

    @Test func `summary and trades go into the run's folder as Parquet`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "-q", "--limit", "4").status == 0)
        let outcome = try admf("export", "demo")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(lines(outcome.output).count == 2 && outcome.output.contains("/summary.parquet  4 rows"))
        for name in ["summary", "trades"] {
            let data = try Data(
                contentsOf: URL(fileURLWithPath: scratch.path("results/demo/latest/\(name).parquet"))
            )
            #expect(data.starts(with: Data("PAR1".utf8)) && data.suffix(4) == Data("PAR1".utf8))
        }
        let again = try admf("export", "demo")
        #expect(again.output == outcome.output, "the same rows make the same bytes")
    }

    @Test func `CSV and JSON lines say what the run's files say`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "-q", "--limit", "4").status == 0)
        let tables = ["summary", "trades", "equity"].flatMap { ["--table", $0] }
        for format in ["csv", "jsonl", "parquet"] {
            let outcome = try admf.run(["export", "demo", "--format", format, "-o", "out/deep"] + tables)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let csv = lines(try scratch.read("out/deep/trades.csv"))
        var stored: [Substring] = []
        for id in ["trend_0000", "trend_0001", "trend_0002", "trend_0003"] {
            stored += lines(try scratch.read("results/demo/latest/\(id)/trades.csv")).dropFirst()
        }
        #expect(csv.count == stored.count + 1)
        #expect(csv[1].contains("Z,"), "times as everywhere else")
        let first = try RunTests.object(String(lines(try scratch.read("out/deep/trades.jsonl"))[0]))
        let fields = stored[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        #expect(
            first["trade_id"] as? Double == Double(fields[0]) && first["entry_time"] as? String == fields[4]
        )
        #expect(lines(try scratch.read("out/deep/trades.jsonl"))[0].contains("\"net_pnl\":\(fields[12]),"))
        #expect(lines(try scratch.read("out/deep/summary.csv")).count == 5)
        #expect(lines(try scratch.read("out/deep/equity.jsonl")).count > 1_000)
        let own = try scratch.read("results/demo/latest/summary.csv")
        #expect(try admf("export", "demo", "--format", "csv").status == 0)
        #expect(try scratch.read("results/demo/latest/summary.csv") == own, "the run's own file stays")
        let refused = try admf("export", "demo", "--format", "csv", "--table", "summary")
        #expect(refused.status == 2 && refused.errors.contains("is there already"))
    }

    @Test func `what cannot be exported is said`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "-q", "--limit", "1").status == 0)
        let events = try admf("export", "demo", "--table", "events")
        #expect(events.status == 2 && events.errors.contains("storage_backend"))
        try scratch.write("file", "")
        let inTheWay = try admf("export", "demo", "-o", "file/x")
        #expect(inTheWay.status == 5 && inTheWay.errors.contains("file/x"))
        #expect(try admf("export", "nobody").status == 2)
        #expect(try admf("export", "demo", "--table", "runs").status == 2)
    }

    @Test func `a run writes its summary where the config says so`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let set = ["--set", "results.parquet=true"]
        #expect(try admf.run(["run", "config.yaml", "-q", "--limit", "3"] + set).status == 0)
        let latest = "results/demo/latest"
        #expect(scratch.has("\(latest)/summary.parquet") && scratch.has("\(latest)/trades.parquet"))
        try FileManager.default.removeItem(atPath: scratch.path("\(latest)/summary.parquet"))
        #expect(try admf("resume", latest, "-q").status == 0)
        #expect(scratch.has("\(latest)/summary.parquet"))
        // Refused before anything runs where it cannot be written.
        let without = try Admf(environment: DuckDB.nowhere, folder: scratch.folder).run(
            ["run", "config.yaml", "-q", "--output", "other"] + set
        )
        #expect(without.status == 2 && !scratch.has("other"))
        #expect(try admf("verify", "demo").status == 0)
        // What stands in the way of the file is said and fails no run.
        let path = scratch.path("\(latest)/summary.parquet")
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: "\(path)/x", withIntermediateDirectories: true)
        let blocked = try admf("resume", latest, "-q", "--log-level", "warning")
        #expect(blocked.status == 0)
        let loud = try admf("resume", latest)
        #expect(loud.status == 0 && loud.errors.contains("summary.parquet is not written"))
    }

    @Test func `failed containers have NULL metrics`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "-q", "--limit", "2").status == 0)
        let path = "results/demo/latest/summary.csv"
        let rows = try scratch.read(path).split(separator: "\n", omittingEmptySubsequences: false)
        let fields = rows[1].split(separator: ",", omittingEmptySubsequences: false)
        let swept = rows[0].split(separator: ",").firstIndex(of: "initial_capital") ?? 0
        let failed = fields.enumerated().map { $0 == 2 ? "failed" : $0 < swept ? String($1) : "" }
        try scratch.write(
            path,
            ([String(rows[0]), failed.joined(separator: ",")] + rows[2...].map(String.init)).joined(
                separator: "\n"
            )
        )
        let found = try SQLTests.rows(
            admf,
            "sql",
            "demo",
            "SELECT status, sharpe_ratio, total_trades FROM containers ORDER BY container_id"
        )
        #expect(found.map { $0["status"] as? String } == ["failed", "completed"])
        #expect(found[0]["sharpe_ratio"] is NSNull && found[0]["total_trades"] is NSNull)
        #expect(try admf("export", "demo").status == 0)
    }

    @Test func `events are exported in every format, to a file or not`() throws {
        let (scratch, admf) = try TraceTests.traced()
        let shown = try admf("trace", "export", "demo", "trend_000*", "--type", "FILL")
        #expect(shown.status == 0 && !shown.output.isEmpty)
        let path = scratch.path("events.jsonl")
        let written = try admf("trace", "export", "demo", "trend_000*", "--type", "FILL", "-o", path)
        #expect(written.status == 0 && written.output == "\(path)\n")
        #expect(try scratch.read("events.jsonl") == shown.output)
        #expect(try admf("trace", "export", "demo", "--format", "parquet").status == 2, "it is no text")
        let parquet = try admf(
            "trace",
            "export",
            "demo",
            "trend_000*",
            "--type",
            "FILL",
            "--format",
            "parquet",
            "-o",
            "fills.parquet"
        )
        #expect(parquet.status == 0, "\(parquet.errors)")
        let connection = try ColumnarDatabase(DuckDBLibrary.shared()).connect()
        let file = SQLText.literal(scratch.path("fills.parquet"))
        let count = try connection.query(
            "SELECT count(*) FROM \(file) WHERE event_type = 'FILL' AND price > 0"
        )
        #expect(try count.firstInteger() == Int64(lines(shown.output).count))
        let all = try connection.query(
            "SELECT count(*) FROM \(file) WHERE event_id IS NULL OR commission IS NULL"
        )
        #expect(try all.firstInteger() == 0)
        #expect(try admf("trace", "export", "demo", "-o", "no/such/folder.jsonl").status == 5)
    }

    @Test func `bars in Parquet give the same results as in CSV, to the byte`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let config = try scratch.read("config.yaml")
        let name = String(try #require(config.firstMatch(of: /file: ([A-Za-z_.]+)\.csv/)).1)
        let (csv, parquet) = (scratch.path("data/\(name).csv"), scratch.path("data/\(name).parquet"))
        let connection = try ColumnarDatabase(DuckDBLibrary.shared()).connect()
        try connection.execute(
            "COPY (FROM read_csv(\(SQLText.literal(csv)))) TO \(SQLText.literal(parquet)) (FORMAT parquet)"
        )
        var trees: [[String: String]] = []
        for (folder, file) in [("a", "\(name).csv"), ("b", "\(name).parquet")] {
            try scratch.write("\(folder).yaml", config.replacing("\(name).csv", with: file))
            let ran = try admf("run", "\(folder).yaml", "-q", "--output", folder)
            #expect(ran.status == 0, "\(ran.errors)")
            // The config names another file, so its hash differs; nothing else may.
            let files = try RunTests.files(scratch.path("\(folder)/demo/latest"))
            trees.append(
                files.filter { $0.key != "config.yaml" }.mapValues {
                    String(decoding: $0, as: UTF8.self).replacing(/"run_id": "[0-9a-f]*"/, with: "")
                }
            )
        }
        #expect(trees[0] == trees[1] && trees[0].count > 26 * 3)
        let validated = try admf("validate", "--data", "b.yaml")
        #expect(validated.status == 0)
        let without = try Admf(environment: DuckDB.nowhere, folder: scratch.folder)(
            "validate",
            "--data",
            "b.yaml"
        )
        #expect(without.status == 3 && without.errors.contains("that needs DuckDB"))
    }
}
