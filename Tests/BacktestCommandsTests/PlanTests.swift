import Foundation
import Testing

/// `validate` and `plan` on the project that `init` makes.
@Suite struct PlanTests {
    private static func project() throws -> Scratch {
        let scratch = try Scratch()
        #expect(try Admf(folder: scratch.folder)("init").status == 0)
        return scratch
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func `a new project is valid`() throws {
        let scratch = try Self.project()
        let outcome = try Admf(folder: scratch.folder)("validate", "--data", "config.yaml")
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first == "config.yaml: valid, 26 containers")
        #expect(
            lines.dropFirst() == ["  DEMO  2019-01-01T00:00:00Z to 2023-12-29T00:00:00Z, 1,304 bars of 1d"]
        )
        #expect(outcome.errors.isEmpty)
        #expect(try Admf(folder: scratch.folder)("validate", "config.yaml", "--json").output == "[]\n")
    }

    @Test func `every error is said, with its place`() throws {
        let scratch = try Self.project()
        let text = try scratch.read("config.yaml").replacing("initial_capital", with: "initial_captial")
        try scratch.write("bad.yaml", text)
        let admf = Admf(folder: scratch.folder)
        let outcome = try admf("validate", "bad.yaml", "config.yaml")
        #expect(outcome.status == 2)
        #expect(outcome.output == "config.yaml: valid, 26 containers\n")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let wrong = lines.indices.filter { lines[$0].contains("initial_captial") }.map { $0 + 1 }
        #expect(wrong.count == 2)
        for line in wrong { #expect(outcome.errors.contains("bad.yaml:\(line):5: error: ")) }
        #expect(outcome.errors.contains("initial_capital"), "the nearest key is named")
        let json = try admf("validate", "bad.yaml", "--json")
        #expect(json.status == 2)
        #expect(json.errors.isEmpty)
        let list = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
        )
        #expect(list.map { $0["line"] as? Int } == wrong)
        #expect(
            list.allSatisfy { $0["severity"] as? String == "error" && $0["file"] as? String == "bad.yaml" }
        )
    }

    /// A sweep too large to walk: a limit cuts it, `--only` would have to look at all of it.
    @Test func `a huge sweep is planned and run under a limit, refused with only`() throws {
        let scratch = try Self.project()
        var text = try scratch.read("config.yaml")
        if let sweep = text.range(of: "\nsweep:") { text = String(text[..<sweep.lowerBound]) + "\n" }
        text += "sweep:\n  parameters:\n"
        for key in ["stop_loss", "take_profit", "trailing_stop", "max_drawdown", "daily_loss_limit"] {
            text += "    trend.risk.\(key): range(0.01, 0.9, 0.01)\n"
        }
        try scratch.write("huge.yaml", text)
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("plan", "huge.yaml", "--limit", "3").status == 0)
        #expect(try admf("run", "huge.yaml", "--limit", "2", "--output", "out").status == 0)
        #expect(try admf("verify", "out/demo/latest").status == 0)
        let refused = try admf("run", "huge.yaml", "--limit", "2", "--only", "*_0001", "--output", "no")
        #expect(refused.status == 2)
        #expect(refused.errors.contains("--limit N without --only"))
    }

    @Test func `missing data is status 3, bad bars too, a wrong config outweighs both`() throws {
        let scratch = try Self.project()
        let admf = Admf(folder: scratch.folder)
        try scratch.write("bad.yaml", scratch.read("config.yaml").replacing("DEMO.csv", with: "NONE.csv"))
        #expect(try admf("validate", "bad.yaml").status == 3)
        try scratch.write("data/NONE.csv", "timestamp,open,high,low,close,volume\n2024-01-01,1,1,2,1,1\n")
        #expect(try admf("validate", "bad.yaml").status == 0)
        let outcome = try admf("validate", "--data", "bad.yaml")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("data/NONE.csv:2"))
        #expect(outcome.output.isEmpty)
        #expect(try admf("plan", "bad.yaml").status == 3)
        try scratch.write("worse.yaml", "name: 3\nnonsense: 1\n")
        #expect(try admf("validate", "--data", "bad.yaml", "worse.yaml").status == 2)
        #expect(try admf("validate", "none.yaml").status == 2)
    }

    @Test func `the plan names containers, lists and wiring`() throws {
        let scratch = try Self.project()
        let outcome = try Admf(folder: scratch.folder)("plan", "config.yaml", "--json", "--jobs", "2")
        #expect(outcome.status == 0)
        let plan = try Self.object(outcome.output)
        #expect(plan["schema_version"] as? Int == 1)
        let lists = try #require(plan["parameters"] as? [String: [Int]])
        #expect(lists == ["crossover.fast": [5, 10, 15, 20, 25], "crossover.slow": [20, 50, 100]])
        let containers = try #require(plan["containers"] as? [[String: Any]])
        #expect(containers.count == 26)
        #expect(containers[0]["id"] as? String == "trend_0000")
        #expect(containers[13]["id"] as? String == "mixed_0000")
        #expect(containers[13]["filters"] as? [String] == ["crossover", "dip_buyer"])
        #expect(containers[1]["parameters"] as? [String: Int] == ["crossover.fast": 5, "crossover.slow": 50])
        let counts = try #require(plan["counts"] as? [String: Int])
        #expect(
            counts == ["parameter_sets": 13, "dropped_by_constraints": 2, "containers": 26, "selected": 26]
        )
        let estimates = try #require(plan["estimates"] as? [String: Any])
        #expect(estimates["bar_evaluations"] as? Int == 26 * 1_304)
        #expect(estimates["jobs"] as? Int == 2)
        #expect(!scratch.has("results"), "plan writes nothing")
    }

    @Test func `the plan as text`() throws {
        let scratch = try Self.project()
        let outcome = try Admf(folder: scratch.folder)("plan", "config.yaml", "--jobs", "2")
        try expectGolden(outcome.output, "plan.txt")
        #expect(outcome.errors.isEmpty)
    }

    @Test func `a part of the containers`() throws {
        let scratch = try Self.project()
        let admf = Admf(folder: scratch.folder)
        let csv = try admf("plan", "config.yaml", "--only", "mixed_*", "--limit", "2", "--format", "csv")
        let expected = """
            id,portfolio_id,hears,crossover.fast,crossover.slow
            mixed_0000,mixed,crossover dip_buyer,5,20
            mixed_0001,mixed,crossover dip_buyer,5,50

            """
        #expect(csv.output == expected)
        let none = try admf("plan", "config.yaml", "--only", "trend_*", "--only", "nothing*")
        #expect(none.status == 2)
        #expect(none.output.isEmpty)
        #expect(none.errors.contains("--only 'nothing*' matches no container"))
        #expect(none.errors.contains("trend_0000 to mixed_0012"))
    }

    @Test func `settings change the plan and its hash`() throws {
        let scratch = try Self.project()
        let admf = Admf(folder: scratch.folder)
        let plain = try Self.object(admf("plan", "config.yaml", "--json").output)
        let changed = try Self.object(
            admf("plan", "config.yaml", "--json", "--set", "sweep.parameters.crossover.fast=[5, 6]").output
        )
        #expect((changed["counts"] as? [String: Int])?["containers"] == 12)
        #expect(plain["config_sha256"] as? String != changed["config_sha256"] as? String)
        let wrong = try admf("plan", "config.yaml", "--set", "execution.comission.rate=1")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("--set execution.comission.rate=1"))
    }
}
