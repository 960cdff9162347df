import CDuckDB

/// Adds rows to a table, a chunk of them at a time.
///
/// A class because it owns what DuckDB holds.
public final class TableWriter {
    /// Rows added so far, those of the chunk that is being filled included.
    public private(set) var rowCount = 0
    private let connection: ColumnarConnection
    private let functions: duckdb_functions
    private let types: [ColumnarType]
    private let chunk: duckdb_data_chunk
    private let appender: duckdb_appender
    private let capacity: Int
    private var vectors: [(vector: duckdb_vector, data: UnsafeMutableRawPointer)] = []
    private var validities: [UnsafeMutablePointer<UInt64>?] = []
    private var row = 0

    /// Begins to write to a table that has exactly these columns.
    public init(
        _ connection: ColumnarConnection,
        schema: String? = nil,
        table: String,
        types: [ColumnarType]
    ) throws(ColumnarError) {
        let functions = connection.functions
        var logical = types.map { functions.create_logical_type($0.rawValue) }
        defer { for index in logical.indices { functions.destroy_logical_type(&logical[index]) } }
        var made: duckdb_appender?
        guard let chunk = functions.create_data_chunk(&logical, idx_t(types.count)) else {
            throw ColumnarError(.refused, "DuckDB makes no chunk; is memory short?")
        }
        guard functions.appender_create(connection.handle, schema, table, &made) == 0, let made else {
            let reason = made.flatMap { functions.appender_error($0) }.map { String(cString: $0) }
            _ = functions.appender_destroy(&made)
            var unused: duckdb_data_chunk? = chunk
            functions.destroy_data_chunk(&unused)
            throw ColumnarError(.refused, reason ?? "the table '\(table)' cannot be written")
        }
        self.connection = connection
        self.types = types
        self.functions = functions
        self.chunk = chunk
        appender = made
        capacity = Int(functions.vector_size())
        begin()
    }

    deinit {
        var chunk: duckdb_data_chunk? = chunk
        functions.destroy_data_chunk(&chunk)
        var appender: duckdb_appender? = appender
        _ = functions.appender_destroy(&appender)
    }

    /// Every value of a new chunk is NULL until it is set.
    private func begin() {
        functions.data_chunk_reset(chunk)
        vectors.removeAll(keepingCapacity: true)
        validities.removeAll(keepingCapacity: true)
        for index in types.indices {
            guard let vector = functions.data_chunk_get_vector(chunk, idx_t(index)),
                let data = functions.vector_get_data(vector)
            else { preconditionFailure("a chunk has a vector a column") }
            functions.vector_ensure_validity_writable(vector)
            let validity = functions.vector_get_validity(vector)
            validity?.update(repeating: 0, count: (capacity + 63) / 64)
            vectors.append((vector, data))
            validities.append(validity)
        }
        row = 0
    }

    private func set<Value: BitwiseCopyable>(_ column: Int, _ value: Value) {
        validities[column]?[row >> 6] |= 1 << UInt64(row & 63)
        vectors[column].data.storeBytes(
            of: value,
            toByteOffset: row * MemoryLayout<Value>.stride,
            as: Value.self
        )
    }

    /// Sets a whole number or time of the current row; it fits the column's type.
    public func set(_ column: Int, integer value: Int64) {
        switch types[column] {
        case .int8: set(column, Int8(value))
        case .int16: set(column, Int16(value))
        case .int32, .date: set(column, Int32(value))
        case .uint8: set(column, UInt8(value))
        case .uint16: set(column, UInt16(value))
        case .uint32: set(column, UInt32(value))
        case .uint64: set(column, UInt64(value))
        case .double: set(column, Double(value))
        default: set(column, value)
        }
    }

    /// Sets a number of the current row; what is not finite stays NULL.
    public func set(_ column: Int, number value: Double) {
        if value.isFinite { set(column, value) }
    }

    /// Sets a number of the current row as it is, also one that is not finite.
    public func set(_ column: Int, exactly value: Double) { set(column, value) }

    /// Sets a whole number of a column of unsigned 64 bits.
    public func set(_ column: Int, exactlyUnsigned value: UInt64) { set(column, value) }

    /// Sets true or false in the current row.
    public func set(_ column: Int, boolean value: Bool) { set(column, UInt8(value ? 1 : 0)) }

    /// Sets a text of the current row.
    public func set(_ column: Int, text value: String) {
        validities[column]?[row >> 6] |= 1 << UInt64(row & 63)
        var value = value
        value.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                functions.vector_assign_string_element_len(
                    vectors[column].vector,
                    idx_t(row),
                    characters.baseAddress,
                    idx_t(characters.count)
                )
            }
        }
    }

    /// Ends the current row; what was not set is NULL.
    public func endRow() throws(ColumnarError) {
        row += 1
        rowCount += 1
        if row == capacity { try hand() }
    }

    private func hand() throws(ColumnarError) {
        guard row > 0 else { return }
        functions.data_chunk_set_size(chunk, idx_t(row))
        let state = functions.append_data_chunk(appender, chunk)
        begin()
        guard state == 0 else { throw failure }
    }

    /// Makes every row so far visible to queries.
    public func flush() throws(ColumnarError) {
        try hand()
        guard functions.appender_flush(appender) == 0 else { throw failure }
    }

    private var failure: ColumnarError {
        let text = functions.appender_error(appender).map { String(cString: $0) }
        return ColumnarError(.refused, text ?? "DuckDB takes no rows and gives no reason")
    }
}
