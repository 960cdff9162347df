import Foundation
import Testing

/// `admf sql` on real trees.
@Suite(.serialized, .enabled(if: DuckDB.isThere, DuckDB.absence)) struct SQLTests {
    /// The project of `init`, run: 26 containers with trades and equity curves.
    static let project: Result<Scratch, any Error> = Result {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "-q").status == 0)
        return scratch
    }

    static func rows(_ admf: Admf, _ arguments: String...) throws -> [[String: Any]] {
        let outcome = try admf.run(arguments + ["--json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try RunTests.list(outcome.output)
    }

    @Test func `containers have parameters and metrics as columns`() throws {
        let scratch = try Self.project.get()
        let admf = Admf(folder: scratch.folder)
        let found = try Self.rows(
            admf,
            "sql",
            "demo",
            "SELECT * FROM containers ORDER BY sharpe_ratio DESC NULLS LAST, container_id"
        )
        let ranked = try Self.rows(admf, "rank", "demo", "--by", "sharpe_ratio", "--all")
        #expect(found.count == 26)
        #expect(
            found.map { $0["container_id"] as? String } == ranked.map { $0["container_id"] as? String }
        )
        for (a, b) in zip(found, ranked) {
            for group in ["parameters", "metrics"] {
                let values = try #require(b[group] as? [String: Any])
                #expect(!values.isEmpty)
                for (name, value) in values {
                    #expect(a[name] as? NSObject == value as? NSObject, "\(name)")
                }
            }
        }
    }

    @Test func `trades and equity are those of the files`() throws {
        let scratch = try Self.project.get()
        let admf = Admf(folder: scratch.folder)
        let counted = try Self.rows(
            admf,
            "sql",
            "demo",
            """
            SELECT c.container_id, total_trades, (SELECT count(*) FROM trades t WHERE t.container_id = c.container_id) AS n,
            final_equity, (SELECT last(equity ORDER BY timestamp) FROM equity e WHERE e.container_id = c.container_id) AS last
            FROM containers c
            """
        )
        #expect(counted.count == 26)
        for row in counted {
            #expect(row["n"] as? Double == row["total_trades"] as? Double)
            #expect(row["last"] as? Double == row["final_equity"] as? Double)
        }
        let times = try Self.rows(
            admf,
            "sql",
            "demo",
            "SELECT typeof(entry_time) AS t, min(entry_time) AS first FROM trades GROUP BY ALL"
        )
        #expect(times.first?["t"] as? String == "TIMESTAMP")
        #expect((times.first?["first"] as? String)?.hasSuffix("T00:00:00Z") == true)
    }

    @Test(arguments: [
        ("table", "a  b\n1  x\n"), ("csv", "a,b\n1,x\n"),
        ("markdown", "| a | b |\n| ---: | --- |\n| 1 | x |\n"),
        ("json", "[\n  {\n    \"a\": 1,\n    \"b\": \"x\"\n  }\n]\n"),
    ])
    func `every format`(format: String, expected: String) throws {
        let admf = Admf(folder: try Self.project.get().folder)
        let outcome = try admf("sql", "demo", "SELECT 1 AS a, 'x' AS b", "--format", format)
        #expect(outcome.status == 0 && outcome.output == expected)
    }

    @Test func `values of every type are shown`() throws {
        let admf = Admf(folder: try Self.project.get().folder)
        let sql = """
            SELECT 1.5 AS a, [1, 2] AS b, {'k': 'v'} AS c, DATE '2024-02-29' AS d, true AS e, NULL AS f, \
            TIMESTAMP '2024-01-01 12:00:00.5' AS g, sum(range) AS h, 9007199254740993 AS i, 2 AS a, \
            TIMESTAMP 'infinity' AS j, INTERVAL 1 DAY AS k FROM range(4); -- the end
            """
        let row = try #require(try Self.rows(admf, "sql", "demo", sql).first)
        #expect(row["a"] as? Double == 1.5 && row["a_1"] as? Double == 2 && row["b"] as? String == "[1, 2]")
        #expect(row["c"] as? String == "{'k': v}" || row["c"] as? String == "{'k': 'v'}")
        #expect(row["d"] as? String == "2024-02-29" && row["e"] as? Bool == true && row["f"] is NSNull)
        #expect(row["g"] as? String == "2024-01-01T12:00:00.500Z" && row["h"] as? Double == 6)
        #expect(row["i"] as? String == "9007199254740993" && row["j"] as? String == "infinity")
        #expect(row["k"] as? String == "1 day")
    }

    @Test(
        arguments: [
            ("SELEC 1", "^"), ("SELECT nothing FROM containers", "^"), ("SELECT * FROM nothing", "nothing"),
            ("SELECT 1; SELECT 2", "one SELECT"), ("DROP TABLE containers", "only a SELECT"),
            ("INSERT INTO runs VALUES (1)", "error"), ("COPY (SELECT 1) TO 'stolen.csv'", "no file"),
            ("WITH x AS (COPY (SELECT 1) TO 'stolen.csv') SELECT 1", "no file"),
            ("EXPLAIN ANALYZE COPY (SELECT 1) TO 'stolen.csv'", "error"), ("ATTACH 'stolen.db'", "error"),
            ("SELECT * FROM read_csv('/etc/passwd')", "no file"), ("SELECT * FROM '/etc/passwd'", "error"),
            ("SELECT * FROM read_text('config.yaml')", "no file"), ("SELECT * FROM glob('*')", "no file"),
            ("SELECT * FROM 'http://127.0.0.1/x.csv'", "no file"),
            ("SET enable_external_access = true", "error"),
            ("INSTALL httpfs", "error"), ("LOAD '/tmp/x'", "error"), (" ", "a SELECT such as"),
        ] as [(String, String)]
    )
    func `a statement can be wrong and can do no harm`(sql: String, message: String) throws {
        let scratch = try Self.project.get()
        let before = try FileManager.default.contentsOfDirectory(atPath: scratch.folder).sorted()
        let outcome = try Admf(folder: scratch.folder)("sql", "demo", sql)
        #expect(outcome.status == 2 && outcome.output.isEmpty)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder).sorted() == before)
    }

    @Test func `several runs, a whole tree, and none`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let none = try admf("sql", "SELECT 1")
        #expect(none.status == 2 && none.errors.contains("results: nothing is there"))
        for limit in ["2", "3"] {
            #expect(try admf("run", "config.yaml", "-q", "--limit", limit).status == 0)
        }
        let sql =
            "SELECT name, status, completed, count(*) AS n FROM runs JOIN containers USING (run, status) GROUP BY ALL ORDER BY n"
        for runs in [[], ["results"], ["results/demo/latest", "results"]] {
            let outcome = try admf.run(["sql"] + runs + [sql, "--json"])
            let rows = try RunTests.list(outcome.output)
            #expect(rows.map { $0["n"] as? Double } == [2, 3], "\(runs) \(outcome.errors)")
            #expect(
                rows.allSatisfy { $0["name"] as? String == "demo" && $0["status"] as? String == "completed" }
            )
        }
        // The same run under two paths keeps its rows apart.
        let copy = scratch.path("copy")
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: scratch.path("results/demo"), toPath: "\(copy)/demo")
        let both = try Self.rows(admf, "sql", "results", "copy", "SELECT DISTINCT run FROM runs")
        #expect(both.count == 4)
    }

    @Test func `odd names of parameters and folders are names`() throws {
        let scratch = try Scratch()
        let odd = "it's [a] *? \"run\"; --"
        let admf = Admf(folder: scratch.folder)
        let header = try Self.header()
        let metrics = header.drop { $0 != "initial_capital" }
        let parameters = ["a.x", "A.X", "b.\"q\"", "c.'; DROP TABLE x; --", "run"]
        let quoted = parameters.map { "\"\($0.replacing("\"", with: "\"\""))\"" }
        let values = ["1", "2.5", "text", "7", ""]
        let summary =
            (["container_id", "portfolio_id", "status"] + quoted + metrics).joined(separator: ",") + "\n"
            + (["c", "p", "completed"] + values + metrics.map { _ in "" }).joined(separator: ",") + "\n"
        let demo = try Self.project.get()
        let run = "results/\(odd)/20261120T101500Z-3fa9c1"
        let manifest = try demo.read("results/demo/latest/manifest.json")
        try scratch.write("\(run)/manifest.json", WideRun.manifest(manifest, of: 1))
        try scratch.write("\(run)/summary.csv", summary)
        let rows = try Self.rows(
            admf,
            "sql",
            run,
            "SELECT \"a.x\", \"A.X_2\", \"b.\"\"q\"\"\", \"c.'; DROP TABLE x; --\" AS d, total_return FROM containers"
        )
        let row = try #require(rows.first)
        #expect(row["a.x"] as? Double == 1 && row["A.X_2"] as? Double == 2.5)
        #expect(row["b.\"q\""] as? String == "text" && row["d"] as? Double == 7)
        #expect(row["total_return"] is NSNull)
        let exported = try admf("export", run)
        #expect(exported.status == 0, "\(exported.errors)")
        #expect(scratch.has("\(run)/summary.parquet"))
    }

    private static func header() throws -> [String] {
        let text = try project.get().read("results/demo/latest/summary.csv")
        return text.prefix { $0 != "\n" }.split(separator: ",").map(String.init)
    }

    @Test func `damaged and partial runs are named`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "-q", "--limit", "3").status == 0)
        let run = "results/demo/latest"
        let trades = try scratch.read("\(run)/trend_0000/trades.csv")
        try scratch.write("\(run)/trend_0000/trades.csv", String(trades.dropLast(5)))
        let cut = try admf("sql", "demo", "SELECT count(*) FROM trades")
        #expect(cut.status == 5 && cut.errors.contains("trend_0000/trades.csv: the last line is cut short"))
        try scratch.write("\(run)/trend_0000/trades.csv", trades.replacing(",long,", with: ",long,x,"))
        let torn = try admf("sql", "demo", "SELECT count(*) FROM trades")
        #expect(torn.status == 5 && torn.errors.contains("trend_0000/trades.csv: line 2"), "\(torn.errors)")
        #expect(try admf("sql", "demo", "SELECT count(*) FROM containers").status == 0, "it is not asked for")
        try scratch.write("\(run)/trend_0000/trades.csv", "other,header\n")
        #expect(try admf("sql", "demo", "SELECT 1 FROM trades").errors.contains("the header is not the one"))
        let manifest = try scratch.read("\(run)/manifest.json")
        try scratch.write(
            "\(run)/manifest.json",
            manifest.replacing(
                "\"status\": \"completed\",\n  \"name\"",
                with: "\"status\": \"interrupted\",\n  \"name\""
            )
        )
        try FileManager.default.removeItem(atPath: scratch.path("\(run)/summary.csv"))
        let partial = try admf("sql", "demo", "SELECT count(*) AS n FROM containers")
        #expect(partial.status == 0 && partial.errors.contains("is interrupted"))
        #expect(partial.output.hasSuffix("\n3\n") && partial.output.hasPrefix("n\n"))
        try scratch.write("\(run)/manifest.json", "{")
        #expect(try admf("sql", run, "SELECT 1").status == 5)
        let tree = try admf("sql", "results", "SELECT 1")
        #expect(tree.errors.contains("is left out"))
    }

    @Test func `what was not stored is a table without rows, and that is said`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let off = ["--set", "results.store_trades=false", "--set", "results.store_equity_curve=false"]
        #expect(try admf.run(["run", "config.yaml", "-q", "--limit", "2"] + off).status == 0)
        for (table, setting) in [
            ("trades", "results.store_trades"), ("equity", "store_equity_curve"),
            ("events", "storage_backend"),
        ] {
            let outcome = try admf("sql", "demo", "SELECT count(*) AS n FROM \(table)")
            #expect(outcome.status == 0 && outcome.output == "n\n0\n" && outcome.errors.contains(setting))
        }
        // A column whose name only ends like a table's asks for no such table.
        let other = try admf(
            "sql",
            "demo",
            "SELECT count(final_equity) AS n, max(total_trades) > 0 AS t FROM containers"
        )
        #expect(other.status == 0 && other.errors.isEmpty)
    }

    @Test func `without DuckDB it says what to do, and all else works`() throws {
        let scratch = try Self.project.get()
        let without = Admf(environment: DuckDB.nowhere, folder: scratch.folder)
        for arguments in [
            ["sql", "demo", "SELECT 1"], ["export", "demo"], ["trace", "sql", "demo", "SELECT 1"],
        ] {
            let outcome = try without.run(arguments)
            #expect(outcome.status == 5 && outcome.output.isEmpty)
            #expect(outcome.errors.contains("make setup") && outcome.errors.contains("ADMF_DUCKDB"))
        }
        let doctor = try without("doctor")
        #expect(doctor.status == 0 && doctor.output.contains("no SQL and no Parquet"))
        let config = try without("validate", "config.yaml", "--set", "results.parquet=true")
        #expect(config.status == 2 && config.errors.contains("Parquet needs DuckDB"))
        #expect(try without("validate", "config.yaml").status == 0)
        #expect(try without("rank", "demo").status == 0)
    }

    @Test func `stored events are a table`() throws {
        let (scratch, admf) = try TraceTests.traced()
        _ = scratch
        let counted = try Self.rows(
            admf,
            "trace",
            "sql",
            "demo",
            "SELECT event_type, count(*) AS n FROM events WHERE container_id = 'trend_0000' GROUP BY ALL"
        )
        let metrics = try RunTests.object(scratch.read("\(TraceTests.run)/trend_0000/metrics.json"))
        let expected = try #require(metrics["events"] as? [String: Double])
        let found = counted.compactMap { row -> (String, Double)? in
            guard let type = row["event_type"] as? String, let count = row["n"] as? Double else { return nil }
            return (type, count)
        }
        #expect(Dictionary(uniqueKeysWithValues: found) == expected)
        let chain = try Self.rows(
            admf,
            "sql",
            "demo",
            """
            SELECT f.event_id, f.causation_id, f.correlation_id, f.price, f.commission, o.event_type AS cause
            FROM events f JOIN events o ON o.event_id = f.causation_id AND o.run = f.run
            WHERE f.event_type = 'FILL' ORDER BY f.container_id, f.sequence LIMIT 3
            """
        )
        #expect(chain.count == 3 && chain.allSatisfy { $0["cause"] as? String == "ORDER" })
        #expect((chain[0]["correlation_id"] as? String)?.hasPrefix("trend_0000/T") == true)
    }
}
