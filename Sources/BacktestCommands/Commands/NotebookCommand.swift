import BacktestReports
import BacktestResults
import Glibc

/// `admf notebook`.
package struct NotebookCommand: Command {
    private static let output = Option(
        "output",
        short: "o",
        value: "FILE",
        "where the notebook goes; - for standard output",
        default: "notebook.ipynb in the run's folder",
        reader: ValueReader<String>.file([".ipynb"])
    )

    package let grammar = CommandGrammar(
        "notebook",
        "write a Jupyter notebook that loads a run",
        discussion: [
            "Leaderboard, distributions, a heat map of the first two parameters, trades, and equity and drawdown of the best"
                + " container, as Python code to go on from. It needs pandas, draws with matplotlib, and reads summary.parquet"
                + " and trades.parquet where 'admf export' has written them and Python's duckdb is there, else the CSV files.",
            "In the run's folder it finds the run wherever that is moved to; elsewhere it has the run's path.",
        ],
        arguments: [RunArgument.run],
        options: [output],
        examples: [
            Example("admf notebook results/demo/latest", "writes results/demo/latest/notebook.ipynb"),
            Example("admf notebook demo -o study.ipynb", "a notebook of one's own to keep"),
        ],
        statuses: [.success, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let place = arguments[NotebookCommand.output]
        if let place, place != "-" { try AtomicFile.check(place) }
        let reader = try RunArgument.open(arguments)
        let summary = try RunArgument.read { () throws(RunReadError) in try reader.summary() }
        // Jupyter starts a kernel in the notebook's folder.
        let folder = place == nil ? "." : try RecordedInputs.absolute(reader.path)
        let notebook = RunNotebook(reader.manifest, summary, folder: folder)
        if place == "-" {
            context.output.write(notebook.text)
            return .success
        }
        let path = place ?? "\(reader.path)/notebook.ipynb"
        try AtomicFile.write(Array(notebook.text.utf8), to: path)
        context.output.line(path)
        return .success
    }
}
