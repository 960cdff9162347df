import CDuckDB

/// What a column holds.
public enum ColumnarType: Int32, Sendable, Hashable {
    case boolean = 1
    case int8 = 2
    case int16 = 3
    case int32 = 4
    case int64 = 5
    case uint8 = 6
    case uint16 = 7
    case uint32 = 8
    case uint64 = 9
    case float = 10
    case double = 11
    /// Microseconds since 1970, without a zone.
    case timestamp = 12
    /// Days since 1970.
    case date = 13
    case hugeint = 16
    case text = 17
    case decimal = 19
    case timestampSeconds = 20
    case timestampMilliseconds = 21
    case timestampNanoseconds = 22
    /// Microseconds since 1970, UTC.
    case timestampWithZone = 31
    /// What has to be turned into text by SQL before it can be read.
    case other = 0
}

/// A column of a result.
public struct ColumnarColumn: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The type.
    public var type: ColumnarType
}

/// The rows of a statement, a chunk of a few thousand at a time.
///
/// A class because it owns what DuckDB holds.
public final class ColumnarResult {
    /// The columns.
    public let columns: [ColumnarColumn]
    private let connection: ColumnarConnection
    private var raw: duckdb_result

    init(_ connection: ColumnarConnection, _ taken: duckdb_result) {
        self.connection = connection
        raw = taken
        let functions = connection.functions
        let count = functions.column_count(&raw)
        var columns: [ColumnarColumn] = []
        for index in 0..<count {
            let name = functions.column_name(&raw, index).map { String(cString: $0) } ?? ""
            var type = functions.column_logical_type(&raw, index)
            let id = type.map { functions.get_type_id($0) } ?? 0
            functions.destroy_logical_type(&type)
            columns.append(ColumnarColumn(name: name, type: ColumnarType(rawValue: Int32(id)) ?? .other))
        }
        self.columns = columns
    }

    deinit { connection.functions.destroy_result(&raw) }

    var failure: ColumnarError {
        let text = connection.functions.result_error(&raw).map { String(cString: $0) }
        return ColumnarError(.refused, text ?? "DuckDB gives no reason")
    }

    /// The next rows, `nil` at the end; a query whose rows come as they are made may fail in the middle.
    public func nextChunk() throws(ColumnarError) -> ColumnarChunk? {
        if let chunk = connection.functions.fetch_chunk(raw) {
            let owned = ColumnarChunk(chunk, columns, connection.functions)
            if owned.rowCount > 0 { return owned }
        }
        guard let text = connection.functions.result_error(&raw).map({ String(cString: $0) }), !text.isEmpty
        else { return nil }
        throw ColumnarError(.refused, text)
    }

    /// Calls `body` with every chunk that is left.
    public func forEachChunk(_ body: (borrowing ColumnarChunk) -> Void) throws(ColumnarError) {
        while let chunk = try nextChunk() { body(chunk) }
    }

    /// The number in the first column of the first row, `nil` where there is none.
    public func firstInteger() throws(ColumnarError) -> Int64? {
        guard let chunk = try nextChunk() else { return nil }
        return chunk.integer(0, row: 0)
    }
}
