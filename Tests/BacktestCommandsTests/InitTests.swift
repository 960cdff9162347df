import BacktestCommands
import Testing

@Suite struct InitTests {
    private let files = ["data/DEMO.csv", "config.yaml", "Makefile", ".gitignore", "README.md"]

    @Test func `a project appears`() throws {
        let scratch = try Scratch()
        let outcome = try Admf(folder: scratch.folder)("init", "a/demo")
        #expect(outcome.status == 0)
        #expect(outcome.output == files.map { "a/demo/\($0)\n" }.joined())
        #expect(outcome.errors == "admf: next: cd a/demo && admf run config.yaml\n")
        for file in files { #expect(scratch.has("a/demo/\(file)")) }
        #expect(try scratch.read("a/demo/Makefile").contains("\nrun:\n\t$(ADMF) run $(CONFIG)\n"))
    }

    @Test func `nothing is overwritten, and nothing is written beside it`() throws {
        let scratch = try Scratch()
        try scratch.write("Makefile", "mine\n")
        let outcome = try Admf(folder: scratch.folder)("init")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("already has Makefile; nothing was written"))
        #expect(try scratch.read("Makefile") == "mine\n")
        #expect(!scratch.has("config.yaml") && !scratch.has("data"))
    }

    @Test func `its Makefile works`() throws {
        let make = try #require(Tools.find("make"))
        let scratch = try RunTests.project()
        let words = ["-s", "-C", scratch.folder, "ADMF=\(Admf.path)"]
        let valid = try Tools.run(make, words + ["validate"])
        #expect(valid.status == 0)
        #expect(valid.output.hasPrefix("config.yaml: valid, 26 containers\n  DEMO  2019-01-01T00:00:00Z to "))
        #expect(try Tools.run(make, words + ["run"]).status == 0)
        #expect(scratch.has("results/demo/latest/summary.csv"))
        #expect(try Tools.run(make, words + ["clean"]).status == 0)
        #expect(!scratch.has("results"))
        #expect(try Tools.run(make, words).output.contains("make validate"))
    }

    @Test func `a folder that cannot be made`() throws {
        let scratch = try Scratch()
        try scratch.write("file", "")
        let outcome = try Admf(folder: scratch.folder)("init", "file/demo")
        #expect(outcome.status == 5)
        #expect(outcome.errors.contains("Not a directory") || outcome.errors.contains("File exists"))
    }

    @Test func `the bars are the same everywhere and keep the rules of bars`() throws {
        let text = DemoBars.csv()
        #expect(text == DemoBars.csv())
        let rows = text.split(separator: "\n")
        #expect(rows.first == "timestamp,open,high,low,close,volume")
        #expect(rows.count == 1_305)
        var last: Substring = ""
        for row in rows.dropFirst() {
            let fields = row.split(separator: ",")
            let (open, high, low, close) = try (
                number(fields[1]), number(fields[2]), number(fields[3]), number(fields[4])
            )
            #expect(fields[0] > last && low > 0 && low <= min(open, close) && high >= max(open, close))
            last = fields[0]
        }
        #expect(rows[1] == "2019-01-01,99.83,101.21,99.77,101.00,1084323")
    }

    private func number(_ text: Substring) throws -> Double { try #require(Double(text)) }
}
