import Foundation
import Testing

/// `admf statistics` as a user meets it; the numbers themselves are held in BacktestStatisticsTests.
@Suite(.serialized) struct StatisticsTests {
    /// 60 periods of three columns that differ.
    private static let matrix: String = {
        var lines = "date,a,b,market\n"
        for t in 0..<60 {
            let wave = sin(Double(t) * 1.7) / 100
            lines += "2024-01-\(t),\(wave + 0.001),\(cos(Double(t)) / 90),\(wave / 2 + 0.0005)\n"
        }
        return lines
    }()

    private static func object(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private let scratch: Scratch
    private let admf: Admf

    init() throws {
        scratch = try Scratch()
        try scratch.write("r.csv", Self.matrix)
        admf = Admf(folder: scratch.folder)
    }

    @Test func `a matrix from anywhere, in every format`() throws {
        let json = try admf("statistics", "--returns", "r.csv", "--json")
        #expect(json.status == 0, "\(json.errors)")
        let document = try Self.object(json.output)
        #expect(
            Array(document.keys).sorted() == [
                "best", "clusters", "intervals", "pbo", "reality_check", "reasons", "returns", "rows",
                "run", "schema_version", "spa", "stepm", "trials", "verdict",
            ]
        )
        let rows = try #require(document["rows"] as? [[String: Any]])
        #expect(rows.map { $0["container_id"] as? String } == ["a", "b", "market"])
        let csv = try admf("statistics", "--returns", "r.csv", "--format", "csv").output
        let lines = csv.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(lines.count == 4 && lines.allSatisfy { $0.count == 16 })
        #expect(lines[0].prefix(2) == ["container_id", "sharpe_ratio"])
        for (line, row) in zip(lines.dropFirst(), rows) {
            // Foundation reads numbers to their last digit but one.
            for (place, key) in [(1, "sharpe_ratio"), (7, "deflated_sharpe"), (9, "p_value")] {
                let number = try #require(row[key] as? Double)
                #expect(abs((Double(line[place]) ?? .nan) - number) <= 1e-14 * abs(number), "\(key)")
            }
        }
        let text = try admf("statistics", "--returns", "r.csv").output
        #expect(text.hasPrefix("verdict: "))
    }

    @Test func `the same seed gives the same bytes, another one other resamples`() throws {
        func run(_ more: String...) throws -> String {
            try admf.run(["statistics", "--returns", "r.csv", "--json"] + more).output
        }
        let first = try run()
        #expect(try first == run("--seed", "42"))
        #expect(try first != run("--seed", "43"))
        // Resamples from outside: the identity goes beyond nothing.
        let identity = (0..<60).map(String.init).joined(separator: ",")
        try scratch.write("i.csv", [String](repeating: identity, count: 100).joined(separator: "\n"))
        let given = try Self.object(run("--indices", "i.csv"))
        let check = try #require(given["reality_check"] as? [String: Any])
        #expect(check["exceedances"] as? Int == 0 && check["replicates"] as? Int == 100)
    }

    @Test func `a benchmark is no candidate`() throws {
        let outcome = try admf("statistics", "--returns", "r.csv", "--json", "--benchmark", "market")
        let rows = try #require(Self.object(outcome.output)["rows"] as? [[String: Any]])
        #expect(rows.count == 2)
        #expect(abs((rows[0]["beta"] as? Double ?? 0) - 2) < 1e-9, "a is twice the market")
        #expect(abs((rows[0]["benchmark_correlation"] as? Double ?? 0) - 1) < 1e-9)
        let unknown = try admf("statistics", "--returns", "r.csv", "--benchmark", "markt")
        #expect(unknown.status == 2 && unknown.errors.contains("did you mean 'market'?"))
    }

    @Test(arguments: [
        ("a,b\n0.1,\n0.2,0.1\n", "r.csv:2: column b: the cell is empty"),
        ("a,b\n0.1,0.2\n0.1,nan\n", "r.csv:3: column b: 'nan' is no return above -1"),
        ("a,b\n0.1,inf\n", "r.csv:2: column b: 'inf'"), ("a,b\n0.1,-1\n0.1,0.1\n", "r.csv:2: column b: '-1'"),
        ("a,b\n0.1,0,2\n", "r.csv:2: the row has 3 fields"), ("a,a\n1,1\n", "the id 'a' stands there twice"),
        ("a,\n0.1,0.1\n", "column 2: the column has no id"), ("0.1,0.2\n0.3,0.4\n", "the first line is data"),
        ("", "the file is empty"), ("a,b\n0.1,0.2\n", "the file has 1 periods"),
        ("date\n2024-01-01\n", "no ids"),
    ])
    func `what is no matrix of returns is refused at its place`(text: String, message: String) throws {
        try scratch.write("r.csv", text)
        let outcome = try admf("statistics", "--returns", "r.csv")
        #expect(outcome.status == 3, "\(outcome.errors)")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test(arguments: [
        ("statistics.pbo.blocks=7", "an even number from 4 to 20"),
        ("statistics.pbo.blocks=22", "from 4 to 20"),
        ("statistics.confidence=100%", "a share between 0 and 1"), ("statistics.confidence=0", "a share"),
        ("statistics.bootstrap.replicates=99", "from 100"), ("statistics.bootstrap.block=0.5", "from 1"),
        ("statistics.pbo.block=8", "did you mean 'statistics.pbo.blocks'?"), ("results.x=1", "no setting"),
        ("statistics.intervals=[alpha]", "a list of"), ("statistics.trials=0", "a whole number from 1"),
        ("statistics.effective_trials=0", "average_correlation"), ("statistics.returns=year", "auto, bar"),
        ("statistics.pbo.metric=mean_return", "sortino_ratio"),
        ("statistics.variance_floor=maybe", "true or false"),
    ])
    func `a wrong setting is said with what it may be`(setting: String, message: String) throws {
        let outcome = try admf("statistics", "--returns", "r.csv", "--set", setting)
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test func `settings move what they are for`() throws {
        func document(_ settings: String...) throws -> [String: Any] {
            let more = settings.flatMap { ["--set", "statistics.\($0)"] }
            return try Self.object(admf.run(["statistics", "--returns", "r.csv", "--json"] + more).output)
        }
        func deflated(_ document: [String: Any]) throws -> Double {
            let best = try #require(document["best"] as? [String: Any])
            return try #require(best["deflated_sharpe"] as? Double)
        }
        let plain = try document()
        #expect(try deflated(document("trials=5000")) < deflated(plain))
        let blocks = try document("pbo.blocks=6", "pbo.metric=total_return")
        #expect((blocks["pbo"] as? [String: Any])?["combinations"] as? Int == 20)
        let intervals = try document("intervals=[cagr,omega_ratio]")
        #expect((intervals["intervals"] as? [String: Any])?.keys.sorted() == ["cagr", "omega_ratio"])
        #expect(
            try document("bootstrap.block=3", "confidence=0.5", "effective_trials=2.5").count == plain.count
        )
    }

    @Test func `a run is judged by its equity curves`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(
            try admf.run(["run", "config.yaml", "-q", "--set", "results.store_equity_curve=false"]).status
                == 0
        )
        let without = try admf("statistics", "demo")
        #expect(without.status == 5 && without.errors.contains("results.store_returns=true"))
        let store = ["--set", "results.store_equity_curve=true"]
        #expect(try admf.run(["run", "config.yaml", "-q", "-j", "2"] + store).status == 0)
        let document = try Self.object(admf("statistics", "demo", "--json").output)
        let rows = try #require(document["rows"] as? [[String: Any]])
        let summary = try scratch.read("results/demo/latest/summary.csv").split(separator: "\n")
        #expect(document["run"] is String)
        let best = try #require(document["best"] as? [String: Any])
        let board = try RunTests.list(admf("rank", "demo", "--top", "1", "--json").output)
        #expect(best["container_id"] as? String == board.first?["container_id"] as? String)
        // Every container's Sharpe ratio is that of its own metrics.json: two ways to one number.
        var compared = 0
        let header = summary[0].split(separator: ",", omittingEmptySubsequences: false)
        let column = try #require(header.firstIndex(of: "sharpe_ratio"))
        for line in summary.dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard let sharpe = Double(fields[column]),
                let row = rows.first(where: { $0["container_id"] as? String == String(fields[0]) })
            else { continue }
            let found = try #require(row["sharpe_ratio"] as? Double)
            #expect(abs(found - sharpe) <= 1e-9 * max(1, abs(sharpe)), "\(fields[0])")
            compared += 1
        }
        #expect(compared == rows.count && compared > 20)
        // Longer periods are fewer.
        func periods(_ frequency: String) throws -> Int {
            let set = "statistics.returns=\(frequency)"
            let outcome = try admf("statistics", "demo", "--json", "--set", set)
            let returns = try #require(Self.object(outcome.output)["returns"] as? [String: Any])
            #expect(returns["frequency"] as? String == frequency)
            return try #require(returns["periods"] as? Int)
        }
        let counts = try ["bar", "day", "week", "month"].map(periods)
        #expect(counts == counts.sorted(by: >) && counts[3] > 1)
    }

    /// What a run stores itself says the same as its equity curves, for any number of workers, and after it is killed.
    @Test func `a run that stores its returns is judged at its end`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let store = [
            "--set", "results.store_returns=true", "--set",
            "sweep.parameters.crossover.slow=range(30, 60, 1)",
        ]
        let ran = try admf.run(["run", "config.yaml", "-j", "1", "--output", "one"] + store)
        #expect(ran.status == 0 && ran.output.contains("\nverdict: "), "\(ran.output)\(ran.errors)")
        #expect(
            try admf.run(["run", "config.yaml", "-q", "-j", "3", "--output", "three"] + store).status == 0
        )
        let names = ["returns.f64", "returns.json", "statistics.json", "statistics.csv"]
        func bytes(_ run: String, _ name: String) throws -> Data {
            try Data(contentsOf: URL(fileURLWithPath: scratch.path("\(run)/demo/latest/\(name)")))
        }
        /// Of statistics.json what does not name the run.
        func document(_ run: String) throws -> String {
            try String(decoding: bytes(run, "statistics.json"), as: UTF8.self)
                .replacing(/"run": "[^"]*"/, with: "")
        }
        for name in names where name != "statistics.json" {
            #expect(try bytes("one", name) == bytes("three", name))
        }
        #expect(try document("one") == document("three"))
        // The same from the curves, and from what is stored, by the command.
        func rows(_ arguments: [String]) throws -> String {
            try admf.run(["statistics"] + arguments + ["--format", "csv"]).output
        }
        #expect(try rows(["one/demo"]) == String(decoding: bytes("one", "statistics.csv"), as: UTF8.self))
        #expect(try rows(["one/demo", "--set", "statistics.returns=bar"]) == rows(["one/demo"]))
        let own = try Self.object(String(decoding: bytes("one", "statistics.json"), as: UTF8.self))
        let asked = try Self.object(admf("statistics", "one/demo", "--json").output)
        let top = try RunTests.list(admf("rank", "one/demo", "--top", "1", "--json").output)
        for document in [own, asked] {
            let best = try #require(document["best"] as? [String: Any])
            #expect(best["container_id"] as? String == top.first?["container_id"] as? String)
        }
        // Killed half way and resumed: the same bytes.
        let streams = try Scratch()
        let running = try admf.start(
            ["run", "config.yaml", "-q", "-j", "1", "--output", "cut"] + store,
            in: streams
        )
        let first = scratch.path("cut/demo/latest/trend_0000/metrics.json")
        for _ in 0..<12_000 where !FileManager.default.fileExists(atPath: first) { usleep(5_000) }
        running.send(SIGKILL)
        #expect(try running.wait().status == 137)
        #expect(try admf("resume", "cut/demo/latest", "-q").status == 0)
        for name in names where name != "statistics.json" {
            #expect(try bytes("one", name) == bytes("cut", name))
        }
        #expect(try document("one") == document("cut"))
        #expect(try admf("verify", "cut/demo/latest", "--sample", "2").status == 0)
        // Some containers alone: the same columns, closed up.
        let some = try admf.run(
            ["run", "config.yaml", "-q", "--only", "*_000[13]", "--output", "some"] + store
        )
        #expect(some.status == 0, "\(some.errors)")
        let chosen = try Self.object(String(decoding: bytes("some", "returns.json"), as: UTF8.self))
        let all = try Self.object(String(decoding: bytes("one", "returns.json"), as: UTF8.self))
        let ids = try #require(all["containers"] as? [String])
        let length = try #require(all["periods"] as? Int) * 8
        let kept = try #require(chosen["containers"] as? [String])
        #expect(kept.count >= 2 && kept.allSatisfy { ids.contains($0) })
        let (whole, part) = (try bytes("one", "returns.f64"), try bytes("some", "returns.f64"))
        #expect(part.count == kept.count * length)
        for (place, id) in kept.enumerated() {
            let from = try #require(ids.firstIndex(of: id)) * length
            #expect(part[place * length..<(place + 1) * length] == whole[from..<from + length], "\(id)")
        }
        // A column that is gone makes every container run again.
        try scratch.write("cut/demo/latest/returns.f64", "")
        try FileManager.default.removeItem(atPath: scratch.path("cut/demo/latest/trend_0001/metrics.json"))
        #expect(try admf("statistics", "cut/demo/latest").status == 5)
        #expect(try admf("resume", "cut/demo/latest", "-q").status == 0)
        #expect(try bytes("one", "returns.f64") == bytes("cut", "returns.f64"))
    }

    @Test func `it wants a run or a file, and not both`() throws {
        #expect(try admf("statistics").status == 2)
        #expect(try admf("statistics", "demo", "--returns", "r.csv").status == 2)
        #expect(try admf("statistics", "--returns", "none.csv").status == 2)
        #expect(try admf("statistics", "nothing").status == 2 || admf("statistics", "nothing").status == 5)
    }
}
