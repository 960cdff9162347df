import BacktestCommands
import Testing

/// What the binary says and how it ends when it is called wrongly.
@Suite struct UsageTests {
    @Test(arguments: [
        ([], "a command is missing"),
        (["verison"], "unknown command 'verison'; did you mean 'version'?"),
        (["wholly-other"], "unknown command 'wholly-other'"),
        (["--jobs", "3"], "option '--jobs' stands before a command"),
        (["version", "--jsno"], "unknown option '--jsno'; did you mean '--json'?"),
        (["version", "now"], "unexpected argument 'now'"),
        (["completions"], "SHELL is missing"),
        (["completions", "bsh"], "did you mean 'bash'?"),
        (["help", "versoin"], "did you mean 'version'?"),
        (["version", "--log-level", "loud"], "'loud' is no value for --log-level: expected one of error"),
    ])
    func `wrong usage`(words: [String], message: String) throws {
        let outcome = try Admf().run(words)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty, "results alone go to standard output")
        #expect(outcome.errors.hasPrefix("admf: error: "))
        #expect(outcome.errors.contains(message))
        #expect(outcome.errors.contains("admf help") || outcome.errors.contains("--help"))
    }

    @Test func `versions`() throws {
        #expect(try Admf()("version").output == "admf 0.1.0 (engine 2)\n")
        #expect(try Admf()("--version").output == Admf()("version").output)
        let json = try Admf()("version", "--json").output
        #expect(json == "{\"schema_version\": 1, \"version\": \"0.1.0\", \"engine_version\": \"2\"}\n")
    }

    @Test func `a full disk behind standard output is told`() throws {
        let outcome = try Admf(outputPath: "/dev/full")("help")
        #expect(outcome.status == 5)
        #expect(outcome.errors == "admf: error: standard output cannot be written: No space left on device\n")
    }

    @Test func `a reader that goes away is no error`() throws {
        let bash = try #require(Tools.find("bash"))
        let line = "set -o pipefail; '\(Admf.path)' help --man | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}"
        let outcome = try Tools.run(bash, ["-c", line])
        #expect(outcome.output == "0\n")
    }

    /// Foundation would cost a start of milliseconds and megabytes.
    @Test func `the binary does not load Foundation`() throws {
        let ldd = try #require(Tools.find("ldd"))
        let outcome = try Tools.run(ldd, [Admf.path])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("libc.so"))
        #expect(!outcome.output.contains("Foundation"))
    }

    @Test func `no colours where standard error is no terminal`() throws {
        #expect(try !Admf(environment: ["TERM": "xterm"])("nonsense").errors.contains("\u{1B}"))
    }
}

@Suite struct ClosedStreamsTests {
    /// Without a standard output the first file that is opened would get its number, and the summary with it.
    @Test(arguments: [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
    func `closed streams do not end up in files`(redirection: String) throws {
        let bash = try #require(Tools.find("bash"))
        let scratch = try RunTests.project()
        let line = "cd '\(scratch.folder)' && '\(Admf.path)' run config.yaml --limit 2 \(redirection)"
        #expect(try Tools.run(bash, ["-c", line]).status == 0)
        #expect(
            try Admf(folder: scratch.folder)("run", "config.yaml", "--limit", "2", "--output", "o", "-q")
                .status == 0
        )
        let found = try RunTests.files(scratch.path("results/demo/latest"))
        #expect(try found == RunTests.files(scratch.path("o/demo/latest")))
    }
}
