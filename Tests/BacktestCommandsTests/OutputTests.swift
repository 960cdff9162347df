import BacktestCommands
import Foundation
import Glibc
import Testing

@Suite struct StandardOutputTests {
    @Test(arguments: [0, 1, 65_535, 65_536, 300_000])
    func `what is written comes out whole`(count: Int) throws {
        let scratch = try Scratch()
        let descriptor = open(scratch.path("out"), O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        let output = StandardOutput(descriptor: descriptor)
        let text = String((0..<count).map { _ in "é" })
        output.write(text)
        output.line("end")
        try output.finish()
        #expect(try scratch.read("out") == text + "end\n")
        #expect(!output.isClosed)
    }

    @Test func `a reader that has gone is no error, and nothing more is tried`() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let output = StandardOutput(descriptor: ends[1])
        output.line("nobody reads this")
        output.flush()
        #expect(output.isClosed)
        output.line("nor this")
        try output.finish()
    }

    @Test func `a full disk is an error of storage`() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        defer { close(descriptor) }
        let output = StandardOutput(descriptor: descriptor)
        output.line("lost")
        let failure = #expect(throws: CommandFailure.self) { try output.finish() }
        #expect(failure?.status == .storageFailed)
        #expect(failure?.message.contains("No space left on device") == true)
    }
}

/// How much is said on standard error.
@Suite struct LogTests {
    private static func lookingAhead() throws -> Scratch {
        let scratch = try RunTests.project()
        try scratch.write(
            "config.yaml",
            scratch.read("config.yaml").replacing("fill: next_open", with: "fill: close")
        )
        return scratch
    }

    @Test func `warnings have their place and their level`() throws {
        let scratch = try Self.lookingAhead()
        let admf = Admf(folder: scratch.folder)
        let words = ["run", "config.yaml", "--limit", "1"]
        let normal = try admf.run(words)
        #expect(normal.status == 0)
        let places = normal.errors.split(separator: "\n").filter { $0.contains("warning: ") }
        #expect(places.count == 1, "said once, though the run's manifest repeats it")
        #expect(places.first?.hasPrefix("config.yaml:") == true)
        for quiet in [["--quiet"], ["-q"], ["--log-level", "error"], ["--quiet", "--log-level", "debug"]] {
            #expect(try admf.run(words + quiet).errors.isEmpty, "\(quiet)")
        }
        let debug = try admf.run(words + ["--log-level=debug"])
        #expect(debug.errors.contains("debug: loading data"))
        #expect(debug.errors.contains("debug: writing summary"))
    }

    @Test func `errors are said however quiet`() throws {
        let outcome = try Admf(folder: "/")("run", "none.yaml", "--quiet", "--log-level", "error")
        #expect(outcome.status == 2)
        #expect(outcome.errors.hasPrefix("none.yaml:1:1: error: "))
    }
}

/// Text with everything that a shell or roff could take for its own.
@Suite struct EscapingTests {
    private static let nasty = CommandGrammar(
        "nasty",
        "it's \"quoted\" [with] a:b $HOME `date` \\ % and more",
        discussion: [".starts with a dot", "'starts with a quote"],
        arguments: [Argument("FILE", "it's", reader: ValueReader<String>.file([".a b", ".c"]))],
        options: [
            Option(
                "word",
                short: "w",
                value: "IT'S",
                "[one]: $HOME isn't",
                reader: ValueReader<String>.word(["a", "b"])
            ),
            Option("place", value: "DIR", "a folder", reader: ValueReader<String>.folder),
        ],
        examples: [Example("admf nasty 'x'", "nothing")]
    )

    @Test(arguments: Shell.allCases.filter { Tools.find($0.rawValue) != nil })
    func `completion scripts stay whole`(shell: Shell) throws {
        let scratch = try Scratch()
        try scratch.write("script", shell.script(for: [EscapingTests.nasty]))
        let tool = try #require(Tools.find(shell.rawValue))
        let outcome = try Tools.run(tool, ["-n", scratch.path("script")])
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.isEmpty)
    }

    @Test func `no line of the manual page is taken for a macro`() {
        let page = ManualPage.text(of: [EscapingTests.nasty])
        #expect(page.contains("\n\\&.starts with a dot\n"))
        #expect(page.contains("\n\\&'starts with a quote\n"))
        #expect(page.contains("\\e % and more"))
    }
}
