package import BacktestResults

/// The argument RUN of every command that reads a run.
package enum RunArgument {
    /// The run.
    package static let run = Argument(
        "RUN",
        "a run's folder, the link 'latest', or the folder above: results/demo stands for its latest run",
        reader: ValueReader<String>.folder
    )

    /// Opens the run; a name that is no path is looked for in results/.
    package static func open(_ arguments: ParsedArguments) throws(CommandFailure) -> RunReader {
        try open(arguments[run])
    }

    /// Opens the run at a path; a name that is no path is looked for in results/.
    package static func open(_ path: String) throws(CommandFailure) -> RunReader {
        do throws(RunReadError) {
            return try open(path: path)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Opens a run by its path, or by its name in results/.
    package static func open(path: String) throws(RunReadError) -> RunReader {
        let inResults = "results/\(path)"
        let place = !PathStatus.exists(path) && PathStatus.exists(inResults) ? inResults : path
        return try RunReader.open(place)
    }

    /// Does a piece of reading, its error turned into the program's own.
    package static func read<Value>(_ body: () throws(RunReadError) -> Value) throws(CommandFailure) -> Value
    {
        do throws(RunReadError) {
            return try body()
        } catch {
            throw CommandFailure(error)
        }
    }
}
