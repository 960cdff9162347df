import BacktestColumnar
import BacktestModel
import BacktestReports

/// The rows of a query as a table for people and programs.
enum QueryRows {
    /// Asks and gathers the rows; one SELECT and nothing else.
    static func table(_ sql: String, _ connection: ColumnarConnection) throws(ColumnarError) -> Table {
        var open: ColumnarResult? = try connection.select(sql)
        if let readable = open.flatMap({ readable(sql, $0.columns) }) {
            // A connection has one open result.
            open = nil
            try connection.execute(readable.view)
            open = try connection.select(readable.query)
        }
        guard let result = open else { return Table(columns: []) }
        let columns = result.columns
        let names = distinct(columns.map(\.name))
        var table = Table(columns: zip(names, columns).map { Table.Column($0, kind(of: $1.type)) })
        try result.forEachChunk { chunk in
            for row in 0..<chunk.rowCount {
                table.append(columns.indices.map { scalar(chunk, $0, row, columns[$0].type) })
            }
        }
        return table
    }

    /// The query once more, its decimals as numbers and its lists and the like as text; `nil` where it has none.
    ///
    /// By way of a view, so that it may end as it likes, with a semicolon or a comment, and name two columns alike.
    private static func readable(
        _ sql: String,
        _ columns: [ColumnarColumn]
    ) -> (view: String, query: String)? {
        guard columns.contains(where: { $0.type == .other || $0.type == .decimal }) else { return nil }
        let places = columns.indices.map { "c\($0)" }
        let list = zip(columns, places).map { column, place in
            switch column.type {
            case .other: "CAST(\(place) AS VARCHAR) AS \(SQLText.identifier(column.name))"
            case .decimal: "CAST(\(place) AS DOUBLE) AS \(SQLText.identifier(column.name))"
            default: "\(place) AS \(SQLText.identifier(column.name))"
            }
        }
        return (
            "CREATE OR REPLACE TEMP VIEW answer(\(places.joined(separator: ", "))) AS \(sql)",
            "SELECT \(list.joined(separator: ", ")) FROM answer"
        )
    }

    /// A name that two columns have gets a number in the second: an object of JSON has a key once.
    private static func distinct(_ names: [String]) -> [String] {
        var taken: Set<String> = []
        return names.map { name in
            var chosen = name
            var number = 1
            while !taken.insert(chosen).inserted {
                chosen = "\(name)_\(number)"
                number += 1
            }
            return chosen
        }
    }

    private static func kind(of type: ColumnarType) -> Table.Kind {
        switch type {
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .hugeint: .integer
        case .float, .double, .decimal: .general
        default: .text
        }
    }

    private static func scalar(
        _ chunk: borrowing ColumnarChunk,
        _ column: Int,
        _ row: Int,
        _ type: ColumnarType
    ) -> Scalar {
        if chunk.isNull(column, row: row) { return .null }
        switch type {
        case .boolean: return chunk.boolean(column, row: row).map { .boolean($0) } ?? .null
        case .float, .double: return chunk.number(column, row: row).map { .number($0) } ?? .null
        case .text: return chunk.text(column, row: row).map { .text($0) } ?? .null
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .hugeint:
            guard let value = chunk.integer(column, row: row) else {
                return chunk.number(column, row: row).map { .number($0) } ?? .null
            }
            // A double does not hold every whole number beyond 2^53.
            return value.magnitude < 1 << 53 ? .number(Double(value)) : .text(String(value))
        case .date: return chunk.integer(column, row: row).map { .text(date(Int($0))) } ?? .null
        case .timestamp, .timestampWithZone: return time(chunk.integer(column, row: row), 1_000)
        case .timestampSeconds: return time(chunk.integer(column, row: row), 1_000_000_000)
        case .timestampMilliseconds: return time(chunk.integer(column, row: row), 1_000_000)
        case .timestampNanoseconds: return time(chunk.integer(column, row: row), 1)
        case .decimal, .other: return .null
        }
    }

    private static func date(_ days: Int) -> String { CivilDate(daysSinceEpoch: days).iso8601 }

    /// A time of some unit; outside the years that 64-bit nanoseconds hold, the day alone.
    private static func time(_ value: Int64?, _ unit: Int64) -> Scalar {
        guard let value else { return .null }
        let (nanoseconds, overflow) = value.multipliedReportingOverflow(by: unit)
        guard overflow else { return .text(Timestamp(nanoseconds: nanoseconds).iso8601) }
        let perDay = Timestamp.nanosecondsPerDay / unit
        // DuckDB's infinite times are the largest numbers that there are.
        guard value != .max, value != -.max else { return .text(value > 0 ? "infinity" : "-infinity") }
        return .text(date(Int(floorDivide(value, perDay))))
    }
}
