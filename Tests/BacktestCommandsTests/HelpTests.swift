import BacktestCommands
import Testing

@Suite struct HelpTests {
    static let names = CommandTable.all.map(\.grammar.name)

    @Test(arguments: names)
    func `help of a command`(name: String) throws {
        let outcome = try Admf()(name, "--help")
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        try expectGolden(outcome.output, "help-\(name).txt")
        for part in ["Usage: admf \(name)", "Options:", "Exit status:", "Environment:", "Examples:\n  "] {
            #expect(outcome.output.contains(part))
        }
        #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.hasPrefix("  ") })
        #expect(try Admf()("help", name).output == outcome.output)
        #expect(try Admf()(name, "-h").output == outcome.output)
    }

    @Test func `the overview lists every command`() throws {
        let outcome = try Admf()("help")
        try expectGolden(outcome.output, "help.txt")
        for name in HelpTests.names { #expect(outcome.output.contains("\n  \(name) ")) }
        for status in ExitStatus.allCases { #expect(outcome.output.contains("\n  \(status.rawValue) ")) }
        #expect(try Admf()("--help").output == outcome.output)
        #expect(try Admf()("-h").output == outcome.output)
    }

    @Test func `lines fit the terminal`() throws {
        for columns in [60, 100, 240] {
            let text = try Admf(environment: ["COLUMNS": "\(columns)"])("help", "help").output
            let widest = text.split(separator: "\n").map(\.count).max() ?? 0
            #expect(widest <= min(columns, 100))
        }
        #expect(try Admf(environment: ["COLUMNS": "nonsense"])("help").output == Admf()("help").output)
    }

    @Test func `the manual page names every command and option`() throws {
        let outcome = try Admf()("help", "--man")
        #expect(outcome.status == 0)
        let page = outcome.output.replacing("\\-", with: "-")
        for command in CommandTable.all.map(\.grammar) {
            #expect(page.contains(".SS \(command.usage)\n"))
            for option in command.options { #expect(page.contains(option.dashed)) }
        }
        #expect(page.split(separator: "\n").allSatisfy { !$0.hasPrefix("'") })
    }

    @Test(arguments: ["mandoc"].compactMap(Tools.find))
    func `the manual page is sound roff`(tool: String) throws {
        let scratch = try Scratch()
        try scratch.write("admf.1", Admf()("help", "--man").output)
        let outcome = try Tools.run(tool, ["-T", "lint", "-W", "error", scratch.path("admf.1")])
        #expect(outcome.status == 0, "\(outcome.output)")
    }
}
