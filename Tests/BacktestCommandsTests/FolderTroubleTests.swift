import Foundation
import Testing

/// Folders that are damaged, half-written, of another version or nobody's: a clear message and the right status everywhere.
@Suite(.serialized) struct FolderTroubleTests {
    struct Trouble: CustomTestStringConvertible, Sendable {
        var name: String
        /// What is done to the run's folder.
        var damage: @Sendable (Scratch, String) throws -> Void
        /// What `compare` says, and what `check`, `rank` and `report` end with.
        var message: String
        var reading: Int32
        var comparing: Int32 = 6
        var testDescription: String { name }
    }

    static let troubles = [
        Trouble(
            name: "manifest cut short",
            damage: { scratch, run in
                try scratch.write(
                    "\(run)/manifest.json",
                    String(try scratch.read("\(run)/manifest.json").dropLast(100))
                )
            },
            message: "damaged",
            reading: 5
        ),
        Trouble(
            name: "older schema",
            damage: { scratch, run in
                try Self.replace(
                    "\"schema_version\": 1",
                    "\"schema_version\": 0",
                    "\(run)/manifest.json",
                    scratch
                )
            },
            message: "schema_version is 0, this admf knows 1",
            reading: 5
        ),
        Trouble(
            name: "newer schema",
            damage: { scratch, run in
                try Self.replace(
                    "\"schema_version\": 1",
                    "\"schema_version\": 2",
                    "\(run)/manifest.json",
                    scratch
                )
            },
            message: "schema_version is 2, this admf knows 1",
            reading: 5
        ),
        Trouble(
            name: "no manifest",
            damage: { scratch, run in
                try FileManager.default.removeItem(atPath: scratch.path("\(run)/manifest.json"))
            },
            message: "stopped before it wrote its manifest",
            reading: 5
        ),
        Trouble(
            name: "summary cut short",
            damage: { scratch, run in
                try scratch.write(
                    "\(run)/summary.csv",
                    String(try scratch.read("\(run)/summary.csv").dropLast(9))
                )
            },
            message: "summary.csv: damaged",
            reading: 5
        ),
        Trouble(
            name: "summary with a word for a number",
            damage: { scratch, run in
                let text = try scratch.read("\(run)/summary.csv")
                try scratch.write(
                    "\(run)/summary.csv",
                    text.replacing(/,100000,/, with: ",plenty,", maxReplacements: 1)
                )
            },
            message: "initial_capital is no number",
            reading: 5
        ),
        Trouble(
            name: "a foreign folder",
            damage: { scratch, run in
                try FileManager.default.removeItem(atPath: scratch.path(run))
                try scratch.write("\(run)/index.html", "<html>")
            },
            message: "stopped before it wrote its manifest",
            reading: 5
        ),
        Trouble(
            name: "nothing",
            damage: { scratch, run in
                try FileManager.default.removeItem(atPath: scratch.path(run))
            },
            message: "nothing is there",
            reading: 2
        ),
        Trouble(
            name: "summary without containers",
            damage: { scratch, run in
                let header = try scratch.read("\(run)/summary.csv").split(separator: "\n")[0]
                try scratch.write("\(run)/summary.csv", header + "\n")
            },
            message: "0 containers are there",
            reading: 5
        ),
    ]

    static func replace(_ old: String, _ new: String, _ path: String, _ scratch: Scratch) throws {
        let text = try scratch.read(path)
        #expect(text.contains(old))
        try scratch.write(path, text.replacingOccurrences(of: old, with: new))
    }

    @Test(arguments: troubles)
    func `every trouble has a message, a remedy and a status`(trouble: Trouble) throws {
        let runs = try CompareTests.TwoRuns()
        let admf = runs.admf
        try trouble.damage(runs.scratch, runs.second)
        for words in [[runs.first, runs.second], [runs.second, runs.first]] {
            let outcome = try admf.run(["compare"] + words)
            #expect(outcome.status == trouble.comparing, "\(outcome.output) \(outcome.errors)")
            #expect(outcome.errors.contains(trouble.message), "\(outcome.errors)")
            #expect(
                outcome.errors.split(separator: "\n").count == 2,
                "a message and a remedy: \(outcome.errors)"
            )
        }
        #expect(try admf("compare", "--events", runs.first, runs.second).status == 6)
        #expect(try admf("report", runs.first, runs.second).status == 6)
        #expect(try admf("rank", runs.second).status == trouble.reading)
        #expect(try admf("report", runs.second, "--output", "-").status == trouble.reading)
        let baseline = try admf("check", runs.first, "--baseline", runs.second)
        #expect(baseline.status == 6, "a baseline that cannot be read cannot be told")
        let check = try admf("check", runs.second, "--require", "max(sharpe_ratio) > -100")
        #expect(check.status == trouble.reading, "never a pass")
    }

    @Test func `a run that was interrupted compares as far as it got, and says so`() throws {
        let runs = try CompareTests.TwoRuns()
        try Self.replace(
            "\"status\": \"completed\"",
            "\"status\": \"interrupted\"",
            "\(runs.second)/manifest.json",
            runs.scratch
        )
        // As a killed run leaves it: no summary, some containers.
        for name in ["summary.csv", "mixed_0003", "trend_0005"] {
            try FileManager.default.removeItem(atPath: runs.scratch.path("\(runs.second)/\(name)"))
        }
        let outcome = try runs.admf("compare", runs.first, runs.second, "--json")
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("the run is interrupted: 24 containers are whole so far"))
        let counts = try #require(try RunTests.object(outcome.output)["counts"] as? [String: Int])
        #expect(counts == ["matched": 24, "only_a": 2, "only_b": 0])
        #expect(try runs.admf("check", runs.second, "--baseline", runs.first).status == 6)
        let page = try runs.admf("report", runs.second, "--output", "-")
        #expect(
            page.status == 0 && page.output.contains("The run is interrupted: not all containers are in it.")
        )
    }

    @Test(
        arguments: [
            ("sharpe_ratio / 0 > 1", 6), ("log(total_return - 1000) < 5", 6), ("max(no_such_metric) > 1", 6),
            ("all(profit_factor > 0) or max(no_such_metric) > 1", 6),
            ("quantile(sharpe_ratio, 0.5) > -100", 0),
            ("count(total_trades >= 0) == 26", 0), ("share(total_trades >= 1000) > 0", 1),
            ("all(max_drawdown) <= 30%", 0),
            ("any(sharpe_ratio) > 99", 1), ("best(crossover.fast) >= 5", 0), ("not any(total_trades < 0)", 0),
            ("mean(sharpe_ratio) < median(sharpe_ratio) + 100", 0),
            ("min(total_return) < 0 and max(total_return) > 99", 1),
            ("max(sharpe_ratio) >= ", 2), ("", 2), ("sharpe_ratio", 2), ("system(1) > 0", 2),
        ] as [(String, Int32)]
    )
    func `every form of a requirement, and what cannot be evaluated is never a pass`(
        text: String,
        status: Int32
    ) throws {
        let outcome = try Self.shared.admf(
            "check",
            Self.shared.first,
            "--require",
            text,
            "--verdict",
            "-v.json"
        )
        #expect(outcome.status == status, "\(text): \(outcome.output) \(outcome.errors)")
    }

    /// One project for all requirements, which only read it.
    private static let shared: CompareTests.TwoRuns = {
        guard let runs = try? CompareTests.TwoRuns() else { preconditionFailure("the demo must run") }
        return runs
    }()

    @Test func `a metric that no container defines is undefined, not zero`() throws {
        let runs = try CompareTests.TwoRuns()
        let lines = try runs.scratch.read("\(runs.first)/summary.csv").split(separator: "\n").map(String.init)
        let header = lines[0].split(separator: ",").map(String.init)
        let column = try #require(header.firstIndex(of: "sharpe_ratio"))
        let emptied = lines.enumerated().map { index, line in
            var fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            if index > 0 { fields[column] = "" }
            return fields.joined(separator: ",")
        }
        try runs.scratch.write("\(runs.first)/summary.csv", emptied.joined(separator: "\n") + "\n")
        for text in [
            "max(sharpe_ratio) < 100", "all(sharpe_ratio < 100)", "sharpe_ratio < 100",
            "not any(sharpe_ratio > 100)",
        ] {
            #expect(try runs.admf("check", runs.first, "--require", text).status == 6, "\(text)")
        }
        #expect(
            try runs.admf("check", runs.first, "--require", "count(sharpe_ratio > -100) >= 1").status == 6
        )
        #expect(try runs.admf("check", runs.second, "--baseline", runs.first).status == 6)
    }
}
