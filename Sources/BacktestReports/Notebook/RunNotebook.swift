import BacktestMetrics
import BacktestModel
public import BacktestResults

/// A Jupyter notebook (nbformat 4.5) that loads a run and looks at it: leaderboard, distributions, heat map, trades, equity.
///
/// It holds code and no numbers, so it shows what the run's folder has when it is run. Python's pandas and matplotlib suffice;
/// where duckdb is there too, Parquet files are read and SQL is shown.
public struct RunNotebook: Sendable {
    private let manifest: Manifest
    private let folder: String
    private let paths: [String]
    private let objective: MetricName
    private let isAscending: Bool

    /// Makes the notebook of a run.
    ///
    /// - Parameters:
    ///   - manifest: What ran.
    ///   - summary: Its containers, for the names of what was swept.
    ///   - folder: Path of the run's folder as the notebook's kernel sees it.
    public init(_ manifest: Manifest, _ summary: RunSummary, folder: String) {
        self.manifest = manifest
        self.folder = folder
        // A parameter with one value has nothing to show.
        paths = summary.parameterPaths.enumerated().filter { index, _ in
            guard let first = summary.rows.first?.parameters[index] else { return false }
            return summary.rows.contains { $0.parameters[index] != first }
        }.map(\.element)
        objective = manifest.objective.flatMap { MetricName(name: $0.metric) } ?? .sharpeRatio
        isAscending = manifest.objective.map { !$0.maximize } ?? (objective.higherIsBetter == false)
    }

    /// The notebook as the text of an .ipynb file.
    public var text: String { Table.text(of: json) }

    private var json: JSONValue {
        let language = JSONValue.object([Named("name", .text("python"))])
        let kernel = JSONValue.object([
            Named("display_name", .text("Python 3")), Named("language", .text("python")),
            Named("name", .text("python3")),
        ])
        return .object([
            Named("cells", .array(cells.enumerated().map { RunNotebook.cell($1, number: $0) })),
            Named(
                "metadata",
                .object([Named("kernelspec", kernel), Named("language_info", language)])
            ),
            Named("nbformat", .number(4)), Named("nbformat_minor", .number(5)),
        ])
    }

    private struct Cell {
        var isCode: Bool
        var source: String

        static func text(_ source: String) -> Cell { Cell(isCode: false, source: source) }
        static func code(_ source: String) -> Cell { Cell(isCode: true, source: source) }
    }

    private static func cell(_ cell: Cell, number: Int) -> JSONValue {
        var lines = cell.source.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for index in lines.indices.dropLast() { lines[index] += "\n" }
        var rows = [
            Named("cell_type", JSONValue.text(cell.isCode ? "code" : "markdown")),
            Named("id", JSONValue.text("cell-\(number)")), Named("metadata", JSONValue.object([])),
            Named("source", JSONValue.array(lines.map { .text($0) })),
        ]
        if cell.isCode {
            rows.insert(Named("execution_count", .null), at: 1)
            rows.insert(Named("outputs", .array([])), at: 4)
        }
        return .object(rows)
    }

    private var cells: [Cell] {
        [
            .text(title), .code(RunNotebook.imports), .code(names), .code(RunNotebook.loading),
            .text("## Leaderboard"), .code(RunNotebook.leaderboard),
            .text("## Distributions over the sweep"), .code(RunNotebook.distributions),
            .text("## Heat map"), .code(RunNotebook.heatMap),
            .text("## Trades"), .code(RunNotebook.trades),
            .text("## Equity and drawdown of the best"), .code(RunNotebook.equity),
            .text("## SQL"), .code(RunNotebook.sql),
        ]
    }

    private var title: String {
        let counts = manifest.containers
        return """
            # \(RunNotebook.plain(manifest.name))

            Run `\(RunNotebook.plain(manifest.runID))`, \(counts.count) containers, \(manifest.status.rawValue). Made by \
            `admf notebook`; run it again whenever the run's folder has changed.
            """
    }

    /// A name without what Markdown would take for its own.
    private static func plain(_ text: String) -> String {
        String(text.unicodeScalars.filter { !"`*_[]<>#\n".unicodeScalars.contains($0) || $0 == "_" })
    }

    /// A text as Python writes it: JSON's strings are Python's.
    private static func python(_ text: String) -> String {
        String(Table.text(of: .text(text)).dropLast())
    }

    private var names: String {
        """
        RUN = Path(\(RunNotebook.python(folder)))
        OBJECTIVE = \(RunNotebook.python(objective.name))
        ASCENDING = \(isAscending ? "True" : "False")  # whether less of it is better
        PARAMETERS = [\(paths.map { RunNotebook.python($0) }.joined(separator: ", "))]  # those that were swept
        """
    }
}
