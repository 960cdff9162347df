package import BacktestResults

/// The argument RUN of every command that reads a run.
package enum RunArgument {
    /// The run.
    package static let run = Argument(
        "RUN",
        "a run's folder, the link 'latest', or the folder above: results/demo stands for its latest run, demo~1 for the one before",
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

    /// Opens a run by its path, by its name in results/, or by either and how many runs before: `demo~1`, `demo~1/trend_0003`.
    package static func open(path: String) throws(RunReadError) -> RunReader {
        if !PathStatus.exists(path), let (base, steps, rest) = stepsBack(path) {
            let run = try open(path: base).earlier(by: steps)
            return rest.isEmpty ? run : try RunReader.open("\(run.path)\(rest)")
        }
        let inResults = "results/\(path)"
        // A project's folder often has the name of its runs; it is no run, so it is not what is meant.
        let isRun = (try? RunReader.open(path)) != nil
        let place = !isRun && PathStatus.exists(inResults) ? inResults : path
        // `demo/trend_0003` is a container of the latest run.
        if !PathStatus.exists(place), let slash = path.lastIndex(of: "/"), slash > path.startIndex,
            let run = try? open(path: String(path[..<slash])), run.containerID == nil,
            PathStatus.exists("\(run.path)\(path[slash...])")
        {
            return try RunReader.open("\(run.path)\(path[slash...])")
        }
        return try RunReader.open(place)
    }

    /// Takes `demo~2/trend_0003` apart into `demo`, 2 and `/trend_0003`.
    private static func stepsBack(_ path: String) -> (base: String, steps: Int, rest: String)? {
        guard let mark = path.lastIndex(of: "~"), mark > path.startIndex else { return nil }
        let behind = path[path.index(after: mark)...]
        let digits = behind.prefix { $0 != "/" }
        guard let steps = Int(digits), steps >= 0, digits.allSatisfy(\.isNumber) else { return nil }
        return (String(path[..<mark]), steps, String(behind[digits.endIndex...]))
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
