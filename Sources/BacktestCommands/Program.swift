import BacktestModel
import Glibc

/// The whole program: picks the command, runs it and turns what happened into messages and an exit status.
public enum Program {
    /// Runs `admf` with the words behind its name and returns the exit status.
    public static func run(_ words: [String]) -> Int32 {
        // A reader that has gone shows as EPIPE on the next write instead of killing the process.
        signal(SIGPIPE, SIG_IGN)
        // A file beyond `ulimit -f` shows as EFBIG, which is a full disk, instead of killing the process.
        signal(SIGXFSZ, SIG_IGN)
        ClosedStreams.fill()
        CrashMessage.install()
        let output = StandardOutput()
        do throws(CommandFailure) {
            let status = try dispatch(words, output)
            try output.finish()
            return status.rawValue
        } catch {
            output.flush()
            if !error.message.isEmpty { Log().error(error.message, hint: error.hint) }
            return error.status.rawValue
        }
    }

    private static func dispatch(
        _ words: [String],
        _ output: StandardOutput
    ) throws(CommandFailure) -> ExitStatus {
        let name = try commandName(words)
        guard var command = CommandTable.command(named: name) else { throw unknown(name) }
        var rest = words.dropFirst()
        if let group = command as? any CommandGroup, let member = rest.first.flatMap(group.member(named:)) {
            command = member
            rest = rest.dropFirst()
        }
        let arguments: ParsedArguments
        do throws(UsageError) {
            arguments = try ArgumentParser.parse(Array(rest), for: command.grammar)
        } catch {
            throw error.failure(of: command.grammar.name)
        }
        let level = arguments[CommonOptions.logLevel] ?? .info
        let log = Log(level: level, isQuiet: arguments[CommonOptions.quiet])
        let context = CommandContext(output: output, log: log)
        if arguments[CommonOptions.help] {
            output.write(HelpText(width: context.terminal.width).text(of: command.grammar))
            return .success
        }
        return try command.run(arguments, in: context)
    }

    private static func commandName(_ words: [String]) throws(CommandFailure) -> String {
        switch words.first {
        case nil, "": throw CommandFailure(.usage, "a command is missing", hint: "see 'admf help'")
        case "--help", "-h": return "help"
        case "--version", "-V": return "version"
        case .some(let word):
            guard word.hasPrefix("-") else { return word }
            throw CommandFailure(
                .usage,
                "option '\(word)' stands before a command",
                hint: "write 'admf COMMAND [OPTIONS]'; see 'admf help'"
            )
        }
    }

    private static func unknown(_ name: String) -> CommandFailure {
        let nearest = nearestWord(to: name, among: CommandTable.all.map(\.grammar.name))
        let meant = nearest.map { "; did you mean '\($0)'?" } ?? ""
        return CommandFailure(.usage, "unknown command '\(name)'\(meant)", hint: "see 'admf help'")
    }
}
