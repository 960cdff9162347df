import Glibc

/// `admf init`.
package struct InitCommand: Command {
    private static let folder = OptionalArgument(
        "DIR",
        "the folder to make the project in; it is made where it does not exist (default: .)",
        reader: ValueReader<String>.folder
    )

    package let grammar = CommandGrammar(
        "init",
        "make a small working project",
        discussion: [
            "Writes config.yaml, data/DEMO.csv, Makefile, .gitignore and README.md. Where one of them exists already,"
                + " nothing is written."
        ],
        arguments: [folder],
        examples: [
            Example("admf init demo && cd demo && admf run config.yaml", "makes a project and runs it")
        ],
        statuses: [.success, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let folder = arguments[InitCommand.folder] ?? "."
        let files = DemoProject.files()
        let existing = files.map(\.path).filter { PathStatus.exists("\(folder)/\($0)") }
        guard existing.isEmpty else {
            throw CommandFailure(
                .usage,
                "\(folder) already has \(existing.joined(separator: ", ")); nothing was written",
                hint: "name another folder: admf init DIR"
            )
        }
        try makeFolders("\(folder)/data")
        for file in files { try create("\(folder)/\(file.path)", file.text) }
        for file in files { context.output.line(folder == "." ? file.path : "\(folder)/\(file.path)") }
        context.log.info("next: \(folder == "." ? "" : "cd \(folder) && ")admf run config.yaml")
        return .success
    }

    private func makeFolders(_ path: String) throws(CommandFailure) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += "\(part)/"
            guard mkdir(made, 0o777) != 0, errno != EEXIST else { continue }
            throw CommandFailure(.storageFailed, "the folder \(made) cannot be made: \(systemMessage(errno))")
        }
    }

    /// `O_EXCL`: a file that appeared since the check is not overwritten either.
    private func create(_ path: String, _ text: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        var failure = descriptor < 0 ? errno : writeAll(Array(text.utf8), to: descriptor)
        if descriptor >= 0, close(descriptor) != 0, failure == 0 { failure = errno }
        guard failure == 0 else {
            throw CommandFailure(.storageFailed, "\(path) cannot be written: \(systemMessage(failure))")
        }
    }
}
