import BacktestMetrics

/// Writes summary.csv: a row per container, in container order; it gets its name once it is whole.
///
/// Columns: `container_id,portfolio_id,status`, the swept paths in the order of the sweep, every metric. A parameter that
/// doesn't concern a container, and an undefined metric, is an empty field. Rows end in a line feed.
public struct SummaryWriter: ~Copyable, Sendable {
    /// The file's name inside the run's folder.
    public static let fileName = "summary.csv"

    private let paths: [String]
    private let file: NewFile
    private var buffer = ByteBuffer(capacity: 1 << 18)

    /// Begins the file; `parameterPaths` are the swept paths in the order of the sweep.
    public init(_ run: RunDirectory, parameterPaths: [String]) throws(StorageError) {
        paths = parameterPaths
        file = try NewFile(in: run.folder, folder: nil, name: SummaryWriter.fileName)
        SummaryWriter.writeHeader(parameterPaths: parameterPaths, into: &buffer)
    }

    /// Adds the first line with its line feed to `buffer`.
    static func writeHeader(parameterPaths: [String], into buffer: inout ByteBuffer) {
        buffer.append("container_id,portfolio_id,status")
        for name in parameterPaths + MetricName.names {
            buffer.append(byte: UInt8(ascii: ","))
            buffer.appendCSV(name)
        }
        buffer.append(byte: 0x0A)
    }

    /// Adds the next container's row.
    public mutating func append(_ record: ContainerRecord) throws(StorageError) {
        SummaryWriter.writeRow(record, parameterPaths: paths, into: &buffer)
        try flush(ifAtLeast: 1 << 17)
    }

    /// Adds rows that `writeRow` made, so that workers can make them in parallel.
    public mutating func append(rows: UnsafeBufferPointer<UInt8>) throws(StorageError) {
        buffer.append(bytes: rows)
        try flush(ifAtLeast: 1 << 17)
    }

    /// Ends the file and gives it its name.
    public consuming func finish() throws(StorageError) {
        try flush(ifAtLeast: 0)
        try file.publish()
    }

    /// Adds one row with its line feed to `buffer`.
    public static func writeRow(
        _ record: ContainerRecord,
        parameterPaths: [String],
        into buffer: inout ByteBuffer
    ) {
        let comma = UInt8(ascii: ",")
        buffer.appendCSV(record.containerID)
        buffer.append(byte: comma)
        buffer.appendCSV(record.portfolioID)
        buffer.append(byte: comma)
        buffer.appendCSV(record.status.rawValue)
        // A container's parameters are a part of the paths in the same order.
        var next = 0
        for path in parameterPaths {
            buffer.append(byte: comma)
            guard next < record.parameters.count, record.parameters[next].path == path else { continue }
            buffer.appendCSV(record.parameters[next].value)
            next += 1
        }
        precondition(
            next == record.parameters.count,
            "a container has a parameter that the sweep does not have"
        )
        for name in MetricName.allCases {
            buffer.append(byte: comma)
            buffer.appendCSV(record.metrics[name])
        }
        buffer.append(byte: 0x0A)
    }

    private mutating func flush(ifAtLeast limit: Int) throws(StorageError) {
        guard buffer.count >= limit else { return }
        try buffer.withBytes { (bytes) throws(StorageError) in try file.write(bytes) }
        buffer.removeAll()
    }
}
