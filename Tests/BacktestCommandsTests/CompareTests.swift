import Foundation
import FoundationXML
import Testing

/// `compare` and `check` on real runs.
@Suite struct CompareTests {
    /// A project with two runs, the second with dearer trades.
    struct TwoRuns {
        let scratch: Scratch
        let admf: Admf
        let first: String
        let second: String

        init() throws {
            scratch = try RunTests.project()
            admf = Admf(folder: scratch.folder)
            #expect(try admf("run", "config.yaml", "-q").status == 0)
            first = try TwoRuns.latest(scratch)
            let dearer = try admf("run", "config.yaml", "-q", "--set", "execution.commission.rate=0.2%")
            #expect(dearer.status == 0)
            second = try TwoRuns.latest(scratch)
            #expect(first != second)
        }

        static func latest(_ scratch: Scratch) throws -> String {
            let link = scratch.path("results/demo/latest")
            return "results/demo/" + (try FileManager.default.destinationOfSymbolicLink(atPath: link))
        }

        func verdict(_ run: String) throws -> [String: Any] {
            try RunTests.object(scratch.read("\(run)/verdict.json"))
        }
    }

    @Test func `a run is equal to itself`() throws {
        let runs = try TwoRuns()
        let text = try runs.admf("compare", runs.second, "demo")
        #expect(text.status == 0)
        #expect(text.output.contains("No differences in 26 containers."))
        let json = try RunTests.object(
            runs.admf("compare", runs.second, "results/demo/latest", "--json").output
        )
        #expect((json["containers"] as? [Any])?.isEmpty == true)
        let changes = try #require(json["changes"] as? [String: Any])
        #expect(
            (changes["config"] as? [Any])?.isEmpty == true && (changes["data"] as? [Any])?.isEmpty == true
        )
        #expect(changes["engine"] is NSNull)
    }

    @Test func `two runs, value by value`() throws {
        let runs = try TwoRuns()
        let outcome = try runs.admf("compare", runs.first, runs.second, "--json")
        #expect(outcome.status == 0)
        let json = try RunTests.object(outcome.output)
        #expect(json["schema_version"] as? Int == 1)
        #expect(json["runs"] as? [String] == [runs.first, runs.second])
        let config = (json["changes"] as? [String: Any])?["config"] as? [[String: Any]]
        #expect(config?.compactMap { $0["path"] as? String } == ["--set execution.commission.rate"])
        let containers = try #require(json["containers"] as? [[String: Any]])
        #expect(containers.count == 26)
        let sharpe = try #require((containers[0]["metrics"] as? [String: [String: Any]])?["sharpe_ratio"])
        let (a, b) = (try #require(sharpe["a"] as? Double), try #require(sharpe["b"] as? Double))
        #expect(abs((sharpe["delta"] as? Double ?? 0) - (b - a)) < 1e-12)
        #expect(abs((sharpe["relative"] as? Double ?? 0) - (b - a) / abs(a)) < 1e-12)
        #expect(sharpe["verdict"] as? String == "worse")
        let stored = try RunTests.object(runs.scratch.read("\(runs.first)/trend_0000/metrics.json"))
        #expect((stored["metrics"] as? [String: Any])?["sharpe_ratio"] as? Double == a)
        let summary = try #require((json["summary"] as? [String: [String: Any]])?["sharpe_ratio"])
        #expect(summary["worse"] as? Int == 26)
        #expect(abs((summary["p_value"] as? Double ?? 1) - 0x1p-25) < 1e-15)
        #expect((summary["interval"] as? [Double])?.count == 2)
        #expect(try runs.verdict(runs.second)["verdict"] as? String == "pass")
    }

    @Test func `formats and selections`() throws {
        let runs = try TwoRuns()
        func compare(_ words: String...) throws -> Admf.Outcome {
            try runs.admf.run(["compare", runs.first, runs.second] + words)
        }
        let csv = try compare("--csv", "--metrics", "sharpe_ratio", "--sort-by", "sharpe_ratio")
        let lines = csv.output.split(separator: "\n")
        #expect(lines.count == 27)
        #expect(lines[0] == "container_id,crossover.fast,crossover.slow,metric,a,b,delta,relative,verdict")
        let deltas = lines.dropFirst().compactMap { Double($0.split(separator: ",")[6]) }
        #expect(deltas.count == 26 && deltas == deltas.sorted())
        #expect(try compare("--md", "--top", "2").output.contains("| metric | better | worse |"))
        #expect(try compare("--rtol", "1000%", "--atol", "100000").output.contains("No differences") == false)
        #expect(try compare("--metrics", "win_rate", "--rtol", "1").output.contains("What led to it"))
        #expect(try compare("--json", "--csv").status == 2)
        #expect(try compare("--metrics", "sharp").status == 2)
        #expect(try compare("--sort-by", "nothing").errors.contains("neither a metric nor a swept parameter"))
        #expect(try compare("--sort", "cagr", "--sort-by", "cagr").status == 2)
    }

    @Test func `a condition that holds ends with 1`() throws {
        let runs = try TwoRuns()
        let bad = try runs.admf(
            "compare",
            runs.first,
            runs.second,
            "--fail-on",
            "sharpe_ratio < -0.05",
            "--verdict",
            "v.json"
        )
        #expect(bad.status == 1)
        let verdict = try RunTests.object(runs.scratch.read("v.json"))
        #expect(verdict["verdict"] as? String == "fail")
        #expect(verdict["run"] as? String == runs.second)
        #expect(verdict["baseline"] as? String == runs.first)
        let row = try #require((verdict["requirements"] as? [[String: Any]])?.first)
        #expect(row["threshold"] as? Double == -0.05)
        #expect((row["observed"] as? Double ?? 0) < -0.05)
        #expect(try runs.verdict(runs.second)["run"] as? String == ".")
        #expect(
            try runs.admf("compare", runs.second, runs.first, "--fail-on", "sharpe_ratio < -0.05").status == 0
        )
    }

    @Test func `the run before has a name of its own`() throws {
        let runs = try TwoRuns()
        let admf = runs.admf
        let named = try RunTests.object(admf("compare", runs.first, runs.second, "--json").output)
        for words in [
            ["demo"], ["demo~1", "demo"], ["results/demo~1", "demo~0"], [runs.second],
            ["\(runs.second)~1", "demo"],
        ] {
            let json = try RunTests.object(admf.run(["compare", "--json"] + words).output)
            #expect((json["counts"] as? [String: Int]) == ["matched": 26, "only_a": 0, "only_b": 0])
            #expect(
                NSDictionary(dictionary: json["summary"] as? [String: Any] ?? [:])
                    == NSDictionary(dictionary: named["summary"] as? [String: Any] ?? [:]),
                "\(words)"
            )
        }
        let one = try admf(
            "compare",
            "demo~1/trend_0002",
            "demo/trend_0002",
            "--csv",
            "--metrics",
            "sharpe_ratio"
        )
        #expect(one.status == 0 && one.output.split(separator: "\n").count == 2)
        #expect(
            try admf("compare", "demo/trend_0002", "--csv", "--metrics", "sharpe_ratio").output == one.output
        )
        #expect(try admf("show", "demo~1").output.contains(String(runs.first.suffix(6))))
        let none = try admf("compare", "demo~1")
        #expect(none.status == 6 && none.errors.contains("0 earlier runs are there, not 1"), "\(none.errors)")
        #expect(try admf("show", "demo~2").status == 2)
        #expect(try admf("show", "demo~x").status == 2)
    }

    @Test func `rank shows the metrics that are asked for`() throws {
        let runs = try TwoRuns()
        let table = try runs.admf(
            "rank",
            "demo",
            "--metrics",
            "calmar_ratio,turnover",
            "--format",
            "csv",
            "--top",
            "1"
        ).output
        #expect(
            table.hasPrefix(
                "rank,container_id,crossover.fast,crossover.slow,sharpe_ratio,calmar_ratio,turnover\n"
            )
        )
        let json = try RunTests.list(runs.admf("rank", "demo", "--metrics", "cagr", "--json").output)
        #expect((json[0]["metrics"] as? [String: Any])?.keys.sorted() == ["cagr"])
        #expect(try runs.admf("rank", "demo", "--metrics", "carg").errors.contains("did you mean 'cagr'?"))
    }

    @Test func `runs that cannot be compared end with 6`() throws {
        let runs = try TwoRuns()
        let admf = runs.admf
        #expect(try admf("compare", "nowhere", runs.first).status == 6)
        #expect(try admf("compare", runs.first, "data").status == 6)
        let config = try runs.scratch.read("config.yaml").replacingOccurrences(
            of: "[20, 50, 100]",
            with: "[300]"
        )
        .replacingOccurrences(of: "name: demo", with: "name: other")
        try runs.scratch.write("other.yaml", config)
        #expect(try admf("run", "other.yaml", "-q").status == 0)
        let other = try admf("compare", runs.first, "other")
        #expect(other.status == 6)
        #expect(other.errors.contains("no container of other"))
        #expect(try runs.verdict("results/other/latest")["verdict"] as? String == "cannot_tell")
        try runs.scratch.write("\(runs.second)/summary.csv", "container_id,portfolio_id\n")
        #expect(try admf("compare", runs.first, runs.second).status == 6)
        try runs.scratch.write("\(runs.second)/manifest.json", "{\"schema_version\": 99}")
        #expect(try admf("compare", runs.first, runs.second).status == 6)
    }

    @Test func `single containers, and more than two runs`() throws {
        let runs = try TwoRuns()
        let two = try runs.admf("compare", "\(runs.first)/trend_0000", "\(runs.first)/trend_0004", "--csv")
        #expect(two.status == 0)
        #expect(two.output.contains("sharpe_ratio"))
        let one = try RunTests.object(
            runs.admf("compare", "\(runs.first)/trend_0002", runs.second, "--json").output
        )
        #expect((one["containers"] as? [Any])?.count == 1)
        let three = try RunTests.object(
            runs.admf("compare", runs.first, runs.second, runs.first, "--json").output
        )
        #expect((three["runs"] as? [Any])?.count == 3)
        #expect((three["others"] as? [Any])?.count == 1)
    }
}

@Suite struct CheckTests {
    @Test func `requirements pass, fail and cannot be told`() throws {
        let runs = try CompareTests.TwoRuns()
        let admf = runs.admf
        let good = try admf(
            "check",
            runs.first,
            "--require",
            "max(sharpe_ratio) > 0",
            "--require",
            "all(max_drawdown) <= 90%"
        )
        #expect(good.status == 0)
        #expect(good.output.hasSuffix("pass\n"))
        let bad = try admf(
            "check",
            runs.first,
            "--require",
            "max(sharpe_ratio) >= 100",
            "--json",
            "--junit",
            "j.xml"
        )
        #expect(bad.status == 1)
        let verdict = try RunTests.object(bad.output)
        #expect(verdict["verdict"] as? String == "fail")
        let row = try #require((verdict["requirements"] as? [[String: Any]])?.first)
        #expect(row["expression"] as? String == "max(sharpe_ratio) >= 100")
        #expect(row["threshold"] as? Double == 100)
        #expect(try runs.verdict(runs.first)["verdict"] as? String == "fail")
        let xml = try runs.scratch.read("j.xml")
        #expect(xml.contains("tests=\"1\" failures=\"1\" errors=\"0\""))
        #expect(xml.contains("name=\"max(sharpe_ratio) &gt;= 100\""))
        #expect(xml.hasSuffix("    </testcase>\n  </testsuite>\n</testsuites>\n"))
        let unknown = try admf("check", runs.first, "--require", "max(sharp_ratio) >= 1")
        #expect(unknown.status == 6)
        #expect(unknown.output.contains("did you mean 'sharpe_ratio'?"))
        #expect(try admf("check", runs.first).status == 2)
        #expect(try admf("check", runs.first, "--require", "max(sharpe_ratio").status == 2)
    }

    @Test func `JUnit has the elements and attributes that its readers know`() throws {
        let runs = try CompareTests.TwoRuns()
        let evil = "max(sharpe_ratio) >= 100 and 1 < 2"
        _ = try runs.admf(
            "check",
            runs.first,
            "--require",
            evil,
            "--require",
            "max(cagr) > -9",
            "--require",
            "max(nothing) > 1",
            "--junit",
            "j.xml"
        )
        // The attributes of Jenkins' junit-10.xsd, which GitLab and GitHub's viewers read too.
        let known: [String: Set<String>] = [
            "testsuites": ["name", "time", "tests", "failures", "errors"],
            "testsuite": [
                "name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id",
            ],
            "testcase": ["name", "time", "classname"], "failure": ["type", "message"],
            "error": ["type", "message"],
        ]
        let parents = [
            "testsuites": "", "testsuite": "testsuites", "testcase": "testsuite", "failure": "testcase",
            "error": "testcase",
        ]
        let document = try XMLDocument(contentsOf: URL(fileURLWithPath: runs.scratch.path("j.xml")))
        var waiting = try [(#require(document.rootElement()), "")]
        var counts: [String: Int] = [:]
        while let (element, parent) = waiting.popLast() {
            let name = try #require(element.name)
            counts[name, default: 0] += 1
            #expect(parents[name] == parent)
            for attribute in element.attributes ?? [] {
                #expect(known[name]?.contains(attribute.name ?? "") == true)
            }
            if name.hasPrefix("test") && name != "testsuites" {
                #expect(element.attribute(forName: "name") != nil)
            }
            if name == "failure" || name == "error" {
                #expect(element.stringValue?.isEmpty == false, "GitLab shows the text, not the message")
            }
            for case let child as XMLElement in element.children ?? [] { waiting.append((child, name)) }
        }
        #expect(counts == ["testsuites": 1, "testsuite": 1, "testcase": 3, "failure": 1, "error": 1])
        let first = try #require(try document.nodes(forXPath: "//testcase").first as? XMLElement)
        #expect(first.attribute(forName: "name")?.stringValue == evil)
    }

    @Test func `requirements of the config count`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let config =
            try scratch.read("config.yaml")
            + "\nchecks: [count(total_trades >= 1) >= 1, total_return > 1000]\n"
        try scratch.write("config.yaml", config)
        #expect(try admf("run", "config.yaml", "-q").status == 0)
        let outcome = try admf("check", "demo", "--format", "csv")
        #expect(outcome.status == 1)
        #expect(outcome.output.split(separator: "\n").map { $0.prefix(5) } == ["verdi", "pass,", "fail,"])
        try scratch.write("config.yaml", config + "  \n")
        let wrong = config.replacingOccurrences(of: "total_return > 1000", with: "total_retrun > 1000")
        try scratch.write("wrong.yaml", wrong)
        let invalid = try admf("validate", "wrong.yaml")
        #expect(invalid.status == 2)
        #expect(invalid.errors.contains("did you mean 'total_return'?"))
    }

    @Test func `held against a baseline`() throws {
        let runs = try CompareTests.TwoRuns()
        let admf = runs.admf
        #expect(try admf("check", runs.second, "--baseline", "main").status == 6, "none is there yet")
        #expect(try admf("check", runs.first, "--save-baseline", "main").status == 0)
        #expect(runs.scratch.has("results/demo/baselines/main/summary.csv"))
        let worse = try admf(
            "check",
            runs.second,
            "--baseline",
            "main",
            "--metrics",
            "sharpe_ratio,max_drawdown",
            "--md"
        )
        #expect(worse.status == 1)
        #expect(worse.output.hasPrefix("### admf check: fail"))
        #expect(worse.output.components(separatedBy: "no worse than the baseline").count == 3)
        #expect(try admf("check", runs.first, "--baseline", "main").status == 0)
        #expect(try admf("check", runs.first, "--baseline", runs.second).status == 0, "it is better")
        let sibling = String(runs.first.split(separator: "/").last ?? "")
        #expect(try admf("check", runs.second, "--baseline", sibling).status == 1)
        #expect(try admf("check", runs.second, "--baseline", "main", "--noise-threshold", "900%").status == 0)
        let kept = try admf("check", runs.second, "--baseline", "main", "--save-baseline", "main")
        #expect(kept.errors.contains("is not kept"))
        #expect(try admf("check", runs.first, "--save-baseline", "../x").status == 2)
        #expect(try admf("list").output.contains("baselines") == false)
    }

    @Test func `GitHub hears of it`() throws {
        let runs = try CompareTests.TwoRuns()
        var admf = runs.admf
        admf.environment = ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": runs.scratch.path("summary.md")]
        let outcome = try admf("check", runs.first, "--require", "share(sharpe_ratio > 0) > 100%", "-q")
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.contains(
                "::error title=admf check%3A fail::share(sharpe_ratio > 0) > 100%25: does not hold"
            )
        )
        #expect(try admf("check", runs.first, "--require", "max(sharpe_ratio) > 0").status == 0)
        let summary = try runs.scratch.read("summary.md")
        #expect(summary.contains("### admf check: fail") && summary.contains("### admf check: pass"))
    }

    @Test func `a run that is not whole is no pass`() throws {
        let runs = try CompareTests.TwoRuns()
        let manifest = try runs.scratch.read("\(runs.first)/manifest.json")
        let partial = manifest.replacingOccurrences(
            of: "\"status\": \"completed\"",
            with: "\"status\": \"interrupted\""
        )
        #expect(partial != manifest)
        try runs.scratch.write("\(runs.first)/manifest.json", partial)
        let outcome = try runs.admf("check", runs.first, "--require", "max(sharpe_ratio) > 0", "--json")
        #expect(outcome.status == 6)
        #expect(outcome.output.contains("the run is interrupted"))
    }

    @Test func `make targets for other repositories`() throws {
        let runs = try CompareTests.TwoRuns()
        let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        func make(_ words: String...) throws -> (status: Int32, output: String) {
            try Tools.run(try #require(Tools.find("make")), ["-C", top, "ADMF=\(Admf.path)"] + words)
        }
        let (a, b) = (runs.scratch.path(runs.first), runs.scratch.path(runs.second))
        let compared = try make("compare", "A=\(a)", "B=\(b)", "ARGS=--fail-on 'sharpe_ratio < -0.05'")
        #expect(compared.status == 2, "make knows no other failure")
        #expect(try runs.verdict(runs.second)["exit_status"] as? Int == 1, "the verdict does")
        #expect(try make("compare", "A=\(a)", "B=\(a)").output.contains("No differences in 26 containers."))
        #expect(try make("check", "RUN=\(a)", "REQUIRE=max(sharpe_ratio) > 0").status == 0)
        #expect(try make("check", "RUN=\(a)", "REQUIRE=max(sharpe_ratio) > 100").status == 2)
        #expect(try make("report", "RUN=\(a)", "ARGS=--output \(runs.scratch.path("r.html"))").status == 0)
        #expect(runs.scratch.has("r.html"))
        #expect(try make("check").output.contains("usage: make check"))
    }
}
