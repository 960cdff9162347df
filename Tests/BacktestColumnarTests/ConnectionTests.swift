import BacktestColumnar
import Testing

/// Tables, rows and statements.
@Suite(.enabled(if: DuckDB.isThere, DuckDB.absence)) struct ConnectionTests {
    static let types: [ColumnarType] = [
        .boolean, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .double, .timestamp,
        .date, .text, .timestampNanoseconds,
    ]

    @Test func `what is written comes back, NULL included, over many chunks`() throws {
        let connection = try DuckDB.connect()
        let list = Self.types.enumerated().map { "c\($0) \($1.sqlName)" }.joined(separator: ", ")
        try connection.execute("CREATE TABLE t (\(list))")
        let writer = try TableWriter(connection, table: "t", types: Self.types)
        let count = 5_000
        for row in 0..<count {
            if row % 7 != 0 {
                writer.set(0, boolean: row % 2 == 0)
                for column in [1, 5] { writer.set(column, integer: Int64(row % 100)) }
                for column in [2, 3, 4, 6, 7, 8, 10, 11, 13] { writer.set(column, integer: Int64(row)) }
                writer.set(9, number: Double(row) / 8)
                writer.set(12, text: String(repeating: "ü", count: row % 40))
            }
            try writer.endRow()
        }
        try writer.flush()
        #expect(writer.rowCount == count)
        let result = try connection.query("FROM t")
        #expect(result.columns.map(\.type) == Self.types)
        var row = 0
        try result.forEachChunk { chunk in
            for place in 0..<chunk.rowCount {
                let isThere = row % 7 != 0
                #expect(Self.types.indices.allSatisfy { chunk.isNull($0, row: place) == !isThere })
                #expect(chunk.boolean(0, row: place) == (isThere ? row % 2 == 0 : nil))
                #expect(chunk.integer(1, row: place) == (isThere ? Int64(row % 100) : nil))
                for column in [2, 3, 4, 6, 7, 8, 10, 11, 13] {
                    #expect(chunk.integer(column, row: place) == (isThere ? Int64(row) : nil))
                }
                #expect(chunk.number(9, row: place) == (isThere ? Double(row) / 8 : nil))
                let text = isThere ? String(repeating: "ü", count: row % 40) : nil
                #expect(chunk.text(12, row: place) == text)
                row += 1
            }
        }
        #expect(row == count)
    }

    @Test func `what is not finite is NULL unless it is asked for`() throws {
        let connection = try DuckDB.connect()
        try connection.execute("CREATE TABLE t (a DOUBLE, b DOUBLE)")
        let writer = try TableWriter(connection, table: "t", types: [.double, .double])
        for value in [Double.nan, .infinity, -.infinity, -0.0] {
            writer.set(0, number: value)
            writer.set(1, exactly: value)
            try writer.endRow()
        }
        try writer.flush()
        let rows = try DuckDB.texts(connection.query("FROM t"))
        #expect(rows == [[nil, "nan"], [nil, "inf"], [nil, "-inf"], ["-0.0", "-0.0"]])
    }

    @Test func `wide numbers are read as far as they go`() throws {
        let result = try DuckDB.connect().select(
            "SELECT 12::HUGEINT, -3::HUGEINT, 170141183460469231731687303715884105727, 1.5::FLOAT, 18446744073709551615"
        )
        let rows = try DuckDB.texts(result)
        #expect(rows == [["12", "-3", "1.7014118346046923e+38", "1.5", "1.8446744073709552e+19"]])
    }

    @Test(arguments: [
        "CREATE TABLE x (a INTEGER)", "INSERT INTO t VALUES (1)", "DELETE FROM t", "SET threads = 1",
        "COPY t TO 'x.csv'", "ATTACH 'x.db'", "SELECT 1; SELECT 2", "EXPLAIN SELECT 1", "",
        "SELECT", "VACUUM", "INSTALL httpfs", "EXPLAIN ANALYZE COPY t TO 'x.csv'",
    ])
    func `one SELECT and nothing else is asked`(sql: String) throws {
        let connection = try DuckDB.connect()
        try connection.execute("CREATE TABLE t (a INTEGER)")
        #expect(throws: ColumnarError.self) { _ = try connection.select(sql) }
        #expect(try connection.query("SELECT count(*) FROM t").firstInteger() == 0)
    }

    @Test func `a message has the place of the mistake`() throws {
        let connection = try DuckDB.connect()
        let error = #expect(throws: ColumnarError.self) { _ = try connection.select("SELECT a FRM t") }
        #expect(error?.code == .refused && error?.message.contains("^") == true)
        let late = #expect(throws: ColumnarError.self) {
            _ = try DuckDB.texts(connection.select("SELECT 1 / (range - 2000)::UTINYINT FROM range(5000)"))
        }
        #expect(late?.message.isEmpty == false, "also where rows have come already")
    }

    @Test func `a table that is not there cannot be written`() throws {
        let connection = try DuckDB.connect()
        #expect(throws: ColumnarError.self) {
            _ = try TableWriter(connection, table: "nothing", types: [.int64])
        }
    }
}
