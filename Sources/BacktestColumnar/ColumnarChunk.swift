import CDuckDB

/// Some rows of a result.
public struct ColumnarChunk: ~Copyable {
    private struct Vector {
        var type: ColumnarType
        var data: UnsafeMutableRawPointer
        var validity: UnsafeMutablePointer<UInt64>?
    }

    /// Number of rows.
    public let rowCount: Int
    private let handle: duckdb_data_chunk
    private let functions: duckdb_functions
    private let vectors: [Vector?]

    init(_ handle: duckdb_data_chunk, _ columns: [ColumnarColumn], _ functions: duckdb_functions) {
        self.handle = handle
        self.functions = functions
        rowCount = Int(functions.data_chunk_get_size(handle))
        vectors = columns.indices.map { index in
            guard let vector = functions.data_chunk_get_vector(handle, idx_t(index)),
                let data = functions.vector_get_data(vector)
            else { return nil }
            return Vector(
                type: columns[index].type,
                data: data,
                validity: functions.vector_get_validity(vector)
            )
        }
    }

    deinit {
        var chunk: duckdb_data_chunk? = handle
        functions.destroy_data_chunk(&chunk)
    }

    /// Whether a value is NULL.
    public func isNull(_ column: Int, row: Int) -> Bool {
        guard let vector = vectors[column] else { return true }
        guard let validity = vector.validity else { return false }
        return validity[row >> 6] & (1 << UInt64(row & 63)) == 0
    }

    private func value<Value: BitwiseCopyable>(_ column: Int, _ row: Int, _ type: Value.Type) -> Value? {
        guard let vector = vectors[column] else { return nil }
        return vector.data.load(fromByteOffset: row * MemoryLayout<Value>.stride, as: Value.self)
    }

    /// A whole number, a count of days or of the time unit of a column; `nil` for NULL, other types and what 64 bits don't hold.
    public func integer(_ column: Int, row: Int) -> Int64? {
        guard !isNull(column, row: row), let type = vectors[column]?.type else { return nil }
        switch type {
        case .int8: return value(column, row, Int8.self).map(Int64.init)
        case .int16: return value(column, row, Int16.self).map(Int64.init)
        case .int32, .date: return value(column, row, Int32.self).map(Int64.init)
        case .uint8: return value(column, row, UInt8.self).map(Int64.init)
        case .uint16: return value(column, row, UInt16.self).map(Int64.init)
        case .uint32: return value(column, row, UInt32.self).map(Int64.init)
        case .uint64: return value(column, row, UInt64.self).flatMap { Int64(exactly: $0) }
        case .int64, .timestamp, .timestampSeconds, .timestampMilliseconds, .timestampNanoseconds,
            .timestampWithZone:
            return value(column, row, Int64.self)
        case .hugeint:
            guard let wide = value(column, row, duckdb_hugeint.self) else { return nil }
            let low = Int64(bitPattern: wide.lower)
            return wide.upper == low >> 63 ? low : nil
        case .boolean, .float, .double, .text, .decimal, .other: return nil
        }
    }

    /// A floating-point number, or the nearest to a whole one of 64 bits and more; `nil` for NULL and other types.
    public func number(_ column: Int, row: Int) -> Double? {
        guard !isNull(column, row: row), let type = vectors[column]?.type else { return nil }
        switch type {
        case .double: return value(column, row, Double.self)
        case .float: return value(column, row, Float.self).map(Double.init)
        case .uint64: return value(column, row, UInt64.self).map(Double.init)
        case .hugeint:
            return value(column, row, duckdb_hugeint.self).map {
                Double($0.upper) * 0x1p64 + Double($0.lower)
            }
        default: return nil
        }
    }

    /// A number of single precision; `nil` for NULL and other types.
    public func single(_ column: Int, row: Int) -> Float? {
        guard !isNull(column, row: row), vectors[column]?.type == .float else { return nil }
        return value(column, row, Float.self)
    }

    /// True or false; `nil` for NULL and other types.
    public func boolean(_ column: Int, row: Int) -> Bool? {
        guard !isNull(column, row: row), vectors[column]?.type == .boolean else { return nil }
        return value(column, row, UInt8.self).map { $0 != 0 }
    }

    /// A text; `nil` for NULL and other types.
    public func text(_ column: Int, row: Int) -> String? {
        withText(column, row: row) { String(decoding: $0, as: UTF8.self) }
    }

    /// Calls `body` with a text in UTF-8; `nil` for NULL and other types.
    public func withText<Value>(
        _ column: Int,
        row: Int,
        _ body: (UnsafeBufferPointer<UInt8>) -> Value
    ) -> Value? {
        guard !isNull(column, row: row), let vector = vectors[column], vector.type == .text else {
            return nil
        }
        let start = vector.data + row * MemoryLayout<duckdb_string_t>.stride
        let length = Int(start.load(as: UInt32.self))
        // Up to 12 bytes stand behind the length; of a longer text its address, after four bytes of it.
        let bytes =
            length <= 12
            ? UnsafeRawPointer(start + 4)
            : UnsafeRawPointer(start.load(fromByteOffset: 8, as: UnsafeMutableRawPointer.self))
        return body(
            UnsafeBufferPointer(start: bytes.assumingMemoryBound(to: UInt8.self), count: length)
        )
    }
}
