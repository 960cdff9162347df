import BacktestColumnar
import BacktestResults

/// The table `runs`.
enum RunsTable {
    private static let columns: [(name: String, type: ColumnarType)] = [
        ("run", .text), ("name", .text), ("status", .text), ("containers", .int64), ("completed", .int64),
        ("failed", .int64), ("started", .text), ("ended", .text), ("seconds", .double), ("seed", .uint64),
        ("config", .text), ("config_sha256", .text), ("admf", .text), ("engine", .text), ("path", .text),
    ]

    static func make(_ runs: [SelectedRun], _ connection: ColumnarConnection) throws(ColumnarError) {
        let list = columns.map { "\($0.name) \($0.type.sqlName)" }.joined(separator: ", ")
        try connection.execute("CREATE TABLE \(RunDatabase.innerSchema).manifests (\(list))")
        let writer = try TableWriter(
            connection,
            schema: RunDatabase.innerSchema,
            table: "manifests",
            types: columns.map(\.type)
        )
        for run in runs { try put(run, writer) }
        try writer.flush()
        try connection.execute(
            """
            CREATE VIEW runs AS SELECT * REPLACE (TRY_CAST(started AS TIMESTAMP) AS started, \
            TRY_CAST(ended AS TIMESTAMP) AS ended) FROM \(RunDatabase.innerSchema).manifests
            """
        )
    }

    private static func put(_ run: SelectedRun, _ writer: TableWriter) throws(ColumnarError) {
        let manifest = run.reader.manifest
        func time(_ name: String) -> String? { manifest.times.first { $0.name == name }?.value }
        func version(_ name: String) -> String? { manifest.versions.first { $0.name == name }?.value }
        let texts: [(Int, String?)] = [
            (0, run.label), (1, manifest.name), (2, manifest.status.rawValue), (6, time("started")),
            (7, time("ended")), (10, manifest.configurationPath), (11, manifest.configurationHash),
            (12, version("admf")), (13, version("engine")), (14, run.reader.path),
        ]
        for (column, text) in texts { if let text { writer.set(column, text: text) } }
        writer.set(3, integer: Int64(manifest.containers.count))
        writer.set(4, integer: Int64(manifest.containers.count(.completed)))
        writer.set(5, integer: Int64(manifest.containers.count(.failed)))
        if let seconds = manifest.timings.first(where: { $0.name == "total" })?.value {
            writer.set(8, number: seconds)
        }
        writer.set(9, exactlyUnsigned: manifest.seed)
        try writer.endRow()
    }
}
