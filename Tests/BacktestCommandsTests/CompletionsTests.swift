import BacktestCommands
import Testing

@Suite struct CompletionsTests {
    @Test(arguments: Shell.allCases)
    func `every command and option is offered`(shell: Shell) throws {
        let outcome = try Admf()("completions", shell.rawValue)
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        for command in CommandTable.all.map(\.grammar) {
            #expect(outcome.output.contains(command.name))
            for option in command.options {
                #expect(outcome.output.contains(shell == .fish ? "-l \(option.name)" : option.dashed))
            }
        }
    }

    @Test(arguments: Shell.allCases.filter { Tools.find($0.rawValue) != nil })
    func `the shell takes the script`(shell: Shell) throws {
        let scratch = try Scratch()
        try scratch.write("script", Admf()("completions", shell.rawValue).output)
        let tool = try #require(Tools.find(shell.rawValue))
        let outcome = try Tools.run(tool, ["-n", scratch.path("script")])
        #expect(outcome.status == 0)
        #expect(outcome.output.isEmpty)
    }

    @Test(arguments: [
        ("versi", "version"), ("completions ", "bash\nzsh\nfish"), ("completions z", "zsh"),
        ("version --js", "--json"), ("help --log-level de", "debug"), ("help --log-level=de", "debug"),
        ("help versi", "version"),
    ])
    func `bash completes`(line: String, expected: String) throws {
        let bash = try #require(Tools.find("bash"))
        let scratch = try Scratch()
        try scratch.write("script", Admf()("completions", "bash").output)
        // As readline would: it splits at the sign and calls the function.
        let words = "admf \(line)".replacing("=", with: " = ").split(
            separator: " ",
            omittingEmptySubsequences: false
        )
        let list = words.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            source \(scratch.path("script")); COMP_WORDS=(\(list)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _admf; printf '%s\\n' "${COMPREPLY[@]}"
            """
        let outcome = try Tools.run(bash, ["-c", script])
        #expect(outcome.output == expected + "\n")
    }

    @Test(.enabled(if: Tools.find("zsh") != nil)) func `zsh takes the function as the command's own`() throws
    {
        let zsh = try #require(Tools.find("zsh"))
        let scratch = try Scratch()
        try scratch.write("script", Admf()("completions", "zsh").output)
        let load =
            "autoload -Uz compinit; compinit -u -d '\(scratch.path("dump"))'; source '\(scratch.path("script"))'"
        let outcome = try Tools.run(zsh, ["-f", "-c", load + "; print -r -- $_comps[admf]"])
        #expect(outcome.output == "_admf\n")
    }

    @Test(.enabled(if: Tools.find("fish") != nil)) func `fish completes`() throws {
        let fish = try #require(Tools.find("fish"))
        let scratch = try Scratch()
        try scratch.write("script", Admf()("completions", "fish").output)
        let outcome = try Tools.run(
            fish,
            ["-c", "source \(scratch.path("script")); complete -C 'admf completions b'"]
        )
        #expect(outcome.output.hasPrefix("bash"))
    }
}
