import Foundation
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
        try scratch.write(Self.summary, (rows[0...1] + rows[1...1] + rows[3...]).joined(separator: "\n"))
        #expect(try admf("verify", Self.run, "--sample", "0").status == 1)
        try FileManager.default.removeItem(atPath: scratch.path(Self.summary))
        #expect(try admf("verify", Self.run, "--sample", "0").errors.contains("summary.csv is missing"))
        #expect(try admf("resume", Self.run, "-q").status == 0)
        #expect(try scratch.read(Self.summary) == whole)
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
}
