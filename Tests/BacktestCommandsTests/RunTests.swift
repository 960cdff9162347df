import Foundation
import Testing

/// `run`, `resume`, `list`, `show` and `rank` on the project that `init` makes.
@Suite struct RunTests {
    static func project() throws -> Scratch {
        let scratch = try Scratch()
        #expect(try Admf(folder: scratch.folder)("init").status == 0)
        return scratch
    }

    static func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    static func list(_ text: String) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }

    /// Files of a run but the manifest, which knows the clock, by path.
    static func files(_ folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        let real = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        for case let path as String in FileManager.default.enumerator(atPath: real) ?? .init() {
            let data = FileManager.default.contents(atPath: "\(real)/\(path)")
            if path != "manifest.json", let data { found[path] = data }
        }
        return found
    }

    @Test func `a new project runs at once`() throws {
        let scratch = try Self.project()
        let admf = Admf(folder: scratch.folder)
        let outcome = try admf("run", "config.yaml", "--top", "3")
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines[0].contains("completed, 26 of 26 containers"))
        #expect(lines[1] == "by sharpe_ratio:")
        #expect(lines.count == 7, "a heading, three rows and a footer")
        let latest = "results/demo/latest"
        for file in [
            "manifest.json", "config.yaml", "summary.csv", "verdict.json", "root_container/metrics.json",
        ] {
            #expect(scratch.has("\(latest)/\(file)"), "\(file)")
        }
        for file in ["metrics.json", "trades.csv", "equity.csv"] {
            #expect(scratch.has("\(latest)/mixed_0012/\(file)"))
        }
        let verdict = try Self.object(scratch.read("\(latest)/verdict.json"))
        #expect(verdict["verdict"] as? String == "pass")
        #expect(verdict["run"] as? String == ".")
        #expect(try scratch.read("\(latest)/config.yaml") == scratch.read("config.yaml"))
    }

    @Test func `the summary for programs`() throws {
        let scratch = try Self.project()
        let admf = Admf(folder: scratch.folder)
        let outcome = try admf(
            "run",
            "config.yaml",
            "--json",
            "--quiet",
            "--only",
            "trend_*",
            "--limit",
            "4",
            "--jobs",
            "1",
            "--verdict",
            "v.json",
            "--output",
            "elsewhere"
        )
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        let summary = try Self.object(outcome.output)
        #expect(
            summary["containers"] as? [String: Int] == ["total": 4, "completed": 4, "failed": 0, "kept": 0]
        )
        #expect(summary["status"] as? String == "completed")
        let run = try #require(summary["run"] as? String)
        #expect(run.hasPrefix("elsewhere/demo/"))
        let board = try #require(summary["leaderboard"] as? [[String: Any]])
        #expect(
            Set(board.compactMap { $0["container_id"] as? String }).isSubset(of: [
                "trend_0000", "trend_0001", "trend_0002", "trend_0003",
            ])
        )
        let sharpes = board.compactMap { ($0["metrics"] as? [String: Any])?["sharpe_ratio"] as? Double }
        #expect(sharpes == sharpes.sorted(by: >))
        #expect(try Self.object(scratch.read("v.json"))["run"] as? String == run)
        #expect(!scratch.has("results"))
    }

    @Test func `what is refused leaves nothing`() throws {
        let scratch = try Self.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "--only", "nothing*").status == 2)
        #expect(try admf("run", "config.yaml", "--set", "execution.commission.rate=2").status == 2)
        #expect(try admf("run", "config.yaml", "--jobs", "0").status == 2)
        #expect(try admf("run", "config.yaml", "--environment", "nowhere").status == 2)
        #expect(try admf("run", "none.yaml").status == 2)
        try scratch.write("data/DEMO.csv", "timestamp,open,high,low,close,volume\n2024-01-01,1,1,2,1,1\n")
        let data = try admf("run", "config.yaml")
        #expect(data.status == 3)
        #expect(data.errors.contains("data/DEMO.csv:2"))
        #expect(data.output.isEmpty)
        #expect(!scratch.has("results"))
    }

    @Test func `results that cannot be written`() throws {
        let scratch = try Self.project()
        try scratch.write("results", "a file")
        let outcome = try Admf(folder: scratch.folder)("run", "config.yaml")
        #expect(outcome.status == 5)
        #expect(outcome.errors.contains("results"))
        #expect(outcome.errors.contains("--output"))
        #expect(outcome.output.isEmpty)
    }

    @Test func `list, show and rank read the run`() throws {
        let scratch = try Self.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("list").output.contains("no runs"))
        #expect(try admf("list", "--json").output == "[]\n")
        #expect(try admf("run", "config.yaml", "-q").status == 0)
        let runs = try Self.list(admf("list", "--json").output)
        #expect(runs.count == 1)
        #expect(runs[0]["name"] as? String == "demo")
        #expect(runs[0]["status"] as? String == "completed")
        #expect(try Self.list(admf("list", "other", "--json").output).isEmpty)
        let path = try #require(runs[0]["path"] as? String)
        let ranks = try Self.list(admf("rank", path, "--by", "total_return", "--all", "--json").output)
        #expect(ranks.count == 26)
        let returns = ranks.compactMap { ($0["metrics"] as? [String: Any])?["total_return"] as? Double }
        #expect(returns.count == 26 && returns == returns.sorted(by: >))
        let drawdowns = try Self.list(
            admf("rank", "demo", "--by", "max_drawdown", "--top", "5", "--json").output
        )
        .compactMap { ($0["metrics"] as? [String: Any])?["max_drawdown"] as? Double }
        #expect(drawdowns.count == 5 && drawdowns == drawdowns.sorted(), "less drawdown is better")
        let best = try #require(ranks[0]["container_id"] as? String)
        let shown = try Self.list(admf("show", "results/demo/latest", best, "--json").output)
        #expect(shown.count == 1)
        let stored = try Self.object(scratch.read("\(path)/\(best)/metrics.json"))
        #expect(NSDictionary(dictionary: shown[0]).isEqual(to: stored))
        #expect(try admf("show", "\(path)/\(best)").output.contains("sharpe_ratio"))
        #expect(try admf("show", "demo").output.contains("26 completed"))
    }

    @Test func `questions that have no answer`() throws {
        let scratch = try Self.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "--limit", "2", "-q").status == 0)
        #expect(try admf("show", "results/none").status == 2)
        #expect(try admf("show", "data").status == 2)
        #expect(try admf("show", "demo", "trend_9999").status == 2)
        let name = try admf("rank", "demo", "--by", "sharp_ratio")
        #expect(name.status == 2)
        #expect(name.errors.contains("did you mean 'sharpe_ratio'?"))
        let condition = try admf("rank", "demo", "--where", "total_trades >=")
        #expect(condition.status == 2)
        #expect(condition.errors.contains("column "))
        #expect(try admf("rank", "demo", "--where", "total_trades + 1").errors.contains("not a number"))
        #expect(try admf("rank", "demo", "--all", "--top", "3").status == 2)
        #expect(try admf("rank", "demo", "--ascending", "--descending").status == 2)
        #expect(try admf("resume", "results/none").status == 2)
    }
}
