extension ColumnarType {
    /// The type's name in SQL.
    public var sqlName: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .int8: "TINYINT"
        case .int16: "SMALLINT"
        case .int32: "INTEGER"
        case .int64: "BIGINT"
        case .uint8: "UTINYINT"
        case .uint16: "USMALLINT"
        case .uint32: "UINTEGER"
        case .uint64: "UBIGINT"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .timestamp: "TIMESTAMP"
        case .date: "DATE"
        case .hugeint: "HUGEINT"
        case .text, .other: "VARCHAR"
        case .decimal: "DECIMAL"
        case .timestampSeconds: "TIMESTAMP_S"
        case .timestampMilliseconds: "TIMESTAMP_MS"
        case .timestampNanoseconds: "TIMESTAMP_NS"
        case .timestampWithZone: "TIMESTAMPTZ"
        }
    }
}
