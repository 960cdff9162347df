import BacktestModel
public import BacktestResults

/// The runs of a results folder, `list`.
public struct RunList: Sendable {
    private let entries: [RunIndex.Entry]

    /// Makes a list; the order is kept.
    public init(_ entries: [RunIndex.Entry]) { self.entries = entries }

    /// The list in a format.
    public func render(_ format: OutputFormat, style: TextStyle = .plain) -> String {
        if format == .table, entries.isEmpty { return "no runs yet; `admf run CONFIG` makes one\n" }
        return table.render(format, style: style)
    }

    /// A row per run; one that cannot be read has the reason as its status.
    public var table: Table {
        var table = Table(columns: [
            Table.Column("name"), Table.Column("run_id"), Table.Column("status"),
            Table.Column("containers", .integer),
            Table.Column("completed", .integer), Table.Column("failed", .integer), Table.Column("latest"),
            Table.Column("config"), Table.Column("path"),
        ])
        for entry in entries {
            let head: [Scalar] = [.text(entry.name), .text(entry.runID)]
            let latest = Scalar.boolean(entry.isLatest)
            switch entry.manifest {
            case .success(let manifest):
                let statuses = manifest.containers
                table.append(
                    head + [
                        .text(manifest.status.rawValue), .number(Double(statuses.count)),
                        .number(Double(statuses.count(.completed))), .number(Double(statuses.count(.failed))),
                        latest,
                        .text(manifest.configurationPath), .text(entry.path),
                    ]
                )
            case .failure(let error):
                table.append(
                    head + [.text(error.reason), .null, .null, .null, latest, .null, .text(entry.path)]
                )
            }
        }
        return table
    }
}
