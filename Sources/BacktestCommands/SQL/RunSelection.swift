import BacktestResults
import BacktestSQL

/// The runs that a command which takes several is about.
enum RunSelection {
    /// The argument RUN of such a command.
    static let runs = OptionalArgumentList(
        "RUN",
        "runs' folders, or a results folder for all in it; without any, results/",
        reader: ValueReader<String>.folder
    )

    /// The runs at some paths; a folder that is no run stands for every run below it.
    ///
    /// One that cannot be read is an error where it is named, else it is left out and that is said.
    static func open(_ paths: [String], _ context: CommandContext) throws(CommandFailure) -> [SelectedRun] {
        var readers: [RunReader] = []
        for path in paths.isEmpty ? ["results"] : paths {
            let found: [RunReader]
            do throws(RunReadError) {
                found = [try RunArgument.open(path: path)]
            } catch {
                guard error.code == .notARun else { throw CommandFailure(error) }
                found = try below(path, context)
                guard !found.isEmpty else { throw CommandFailure(error) }
            }
            // A run that is named twice is one run.
            for reader in found where !readers.contains(where: { $0.path == reader.path }) {
                readers.append(reader)
            }
        }
        return SelectedRun.label(readers)
    }

    private static func below(
        _ path: String,
        _ context: CommandContext
    ) throws(CommandFailure) -> [RunReader] {
        let entries = try RunArgument.read { () throws(RunReadError) in
            try RunIndex.list(resultsDirectory: path)
        }
        var readers: [RunReader] = []
        for entry in entries {
            do throws(RunReadError) {
                readers.append(try RunReader.open(entry.path))
            } catch {
                context.log.warning("\(error.path) is left out: \(error.reason)", hint: error.remedy)
            }
        }
        return readers
    }

    /// A database of runs; half of the memory that can be had is its limit.
    static func database(_ runs: [SelectedRun]) throws(CommandFailure) -> RunDatabase {
        try CommandFailure.ofDatabase { () throws(RunDatabaseError) in
            try RunDatabase(
                runs,
                threads: Machine.usableCores,
                memoryBytes: (Machine.availableMemory ?? 0) / 2
            )
        }
    }
}
