import BacktestColumnar
import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Testing

/// Bars in Parquet: the same rules and the same bars as in CSV.
@Suite(
    .enabled(
        if: (try? DuckDBLibrary.shared()) != nil,
        "DuckDB is not there: scripts/duckdb.sh fetches it from PyPI"
    )
)
struct ParquetBarTests {
    let files = BarFiles()

    /// Writes the rows of a query as Parquet.
    private func write(_ rows: String, to name: String = "x.parquet") throws -> String {
        let path = "\(files.folder.path)/\(name)"
        let connection = try ColumnarDatabase(DuckDBLibrary.shared()).connect()
        try connection.execute("COPY (\(rows)) TO \(SQLText.literal(path)) (FORMAT parquet)")
        return path
    }

    private func load(
        _ path: String,
        _ change: (inout DataOptions) -> Void = { _ in }
    ) throws(MarketDataError) -> LoadedTape {
        var options = DataOptions()
        options.bars = [BarSource(symbol: "X", path: path)]
        change(&options)
        return try TapeLoader.load(options, jobs: 2)
    }

    /// `data.csv.time_format` is for text; a Parquet file's own is obeyed where its stamps are text.
    @Test func `a form of CSV stamps is not asked of Parquet`() throws {
        let format = TimeFormat("%d.%m.%Y %H:%M")
        let typed = try load(write(bars("t"))) { $0.bars[0].csvTimeFormat = format }
        #expect(files.stamps(typed) == (14...18).map { "2024-03-04T\($0):30:00Z" })
        let written = try write(bars("strftime(t, '%d.%m.%Y %H:%M')"))
        #expect(files.stamps(try load(written) { $0.bars[0].timeFormat = format }).count == 5)
    }

    /// Five bars; the stamp is `t`, the number of a bar `i`.
    private func bars(_ stamp: String, _ more: String = "") -> String {
        """
        SELECT \(stamp) AS "Timestamp", 10.5 + i AS open, 12 + i AS high, 9 + i AS low, 11.25 + i AS close, \
        i * 100 AS volume\(more) FROM (SELECT i, TIMESTAMP '2024-03-04 14:30:00' + INTERVAL (i) HOUR AS t FROM range(5) r(i))
        """
    }

    @Test(arguments: [
        "t", "t::TIMESTAMP_S", "t::TIMESTAMP_MS", "t::TIMESTAMP_NS", "t::TIMESTAMPTZ", "epoch(t)::BIGINT",
        "epoch_ms(t)", "epoch_us(t)", "epoch_ns(t)", "epoch(t)::UINTEGER", "epoch(t)",
        "strftime(t, '%Y-%m-%dT%H:%M:%SZ')", "strftime(t, '%Y-%m-%d %H:%M')", "epoch_ms(t)::DECIMAL(18, 0)",
    ])
    func `every way to write a time is understood`(stamp: String) throws {
        let loaded = try load(write(bars("(\(stamp))")))
        #expect(files.stamps(loaded) == (14...18).map { "2024-03-04T\($0):30:00Z" })
        #expect(loaded.tape.series[0].close.array == [11.25, 12.25, 13.25, 14.25, 15.25])
        #expect(loaded.tape.series[0].volume.array == [0, 100, 200, 300, 400])
    }

    @Test func `a time without a zone is local, one with a zone is an instant, a date is a day`() throws {
        let zone = try #require(TimeZoneRules(named: "America/New_York"))
        let local = try load(write(bars("t"))) { $0.timeZone = zone }
        #expect(files.stamps(local).first == "2024-03-04T19:30:00Z")
        let instant = try load(write(bars("t::TIMESTAMPTZ"), to: "b.parquet")) { $0.timeZone = zone }
        #expect(files.stamps(instant).first == "2024-03-04T14:30:00Z")
        let days = try load(write(bars("DATE '2024-01-01' + i::INTEGER"), to: "c.parquet"))
        #expect(files.stamps(days).last == "2024-01-05T00:00:00Z")
        let fine = try load(write(bars("make_timestamp_ns(1700000000000000001 + i)"), to: "d.parquet"))
        #expect(fine.tape.series[0].timestamps.array.last == 1_700_000_000_000_000_005)
    }

    @Test func `the same bars as from CSV, digest and size of the file's own`() throws {
        let rows = """
            SELECT 1704067200 + i * 60 AS timestamp, 100 + sin(i) AS open, 103 + sin(i) AS high, 97 + sin(i) AS low, \
            100 + cos(i) / 3 AS close, (i * 7919 % 1000) AS volume, 100 + sin(i) / 7 AS vwap, 'a,b' AS note \
            FROM range(5000) r(i)
            """
        let path = try write(rows)
        let csv = "\(files.folder.path)/x.csv"
        let connection = try ColumnarDatabase(DuckDBLibrary.shared()).connect()
        try connection.execute("COPY (\(rows)) TO \(SQLText.literal(csv)) (FORMAT csv, HEADER)")
        let (a, b) = (try load(path), try load(csv))
        let (x, y) = (a.tape.series[0], b.tape.series[0])
        #expect(x.timestamps.array == y.timestamps.array && x.timestamps.array.count == 5_000)
        for column in [\Series.open, \.high, \.low, \.close, \.volume] {
            #expect(x[keyPath: column].array == y[keyPath: column].array)
        }
        #expect(x.vwap?.array == y.vwap?.array && x.vwap != nil)
        #expect(a.files[0].sha256 != b.files[0].sha256 && a.files[0].sha256.count == 64)
        let size = try #require(Fixture.size(path))
        #expect(a.files[0].byteCount == size)
        #expect(try load(path).files[0] == a.files[0])
    }

    @Test func `numbers of every type are read`() throws {
        let rows = """
            SELECT 1704067200 + i AS date, 0.1::FLOAT AS open, 12.50::DECIMAL(9, 2) AS high, 0.1::FLOAT AS low, 5::TINYINT AS close, \
            i::HUGEINT AS volume FROM range(1, 4) r(i)
            """
        let series = try load(write(rows)).tape.series[0]
        // What a CSV of it says: the shortest digits of the single-precision number.
        #expect(series.open.array == [0.1, 0.1, 0.1] && series.high.array == [12.5, 12.5, 12.5])
        #expect(series.volume.array == [1, 2, 3] && series.close.array == [5, 5, 5])
    }

    @Test(
        arguments: [
            (
                "SELECT 1704067200 + i AS timestamp, 1 AS open FROM range(3) r(i)",
                DataProblemKind.missingColumn, "high"
            ),
            (
                "SELECT 1 AS timestamp, 1 AS \"Open\", 2 AS high, 1 AS low, 1 AS close, 1 AS volume WHERE false",
                .empty, ""
            ),
            (
                "SELECT 1 AS t, 1 AS open, 2 AS high, 1 AS low, 1 AS close, 1 AS volume", .missingColumn,
                "timestamp"
            ),
            (
                "SELECT 1704067202 - abs(i - 1) AS timestamp, 1 AS open, 2 AS high, 1 AS low, 1 AS close, 1 AS volume FROM range(3) r(i)",
                .unsortedTimestamp, "timestamp"
            ),
            (
                "SELECT 1704067200 + i AS timestamp, NULL AS open, 2 AS high, 1 AS low, 1 AS close, 1 AS volume FROM range(3) r(i)",
                .notAFiniteNumber, "open"
            ),
            (
                "SELECT 1704067200 + i AS timestamp, 'nan'::DOUBLE AS open, 2 AS high, 1 AS low, 1 AS close, 1 AS volume FROM range(3) r(i)",
                .notAFiniteNumber, "open"
            ),
            (
                "SELECT 1704067200 + i AS timestamp, [1] AS open, 2 AS high, 1 AS low, 1 AS close, 1 AS volume FROM range(3) r(i)",
                .notAFiniteNumber, "open"
            ),
            (
                "SELECT NULL AS timestamp, 1 AS open, 2 AS high, 1 AS low, 1 AS close, 1 AS volume",
                .badTimestamp, "timestamp"
            ),
            (
                "SELECT TIMESTAMP '9000-01-01' AS timestamp, 1 AS open, 2 AS high, 1 AS low, 1 AS close, 1 AS volume",
                .badTimestamp, "timestamp"
            ),
            (
                "SELECT 1704067200 + i AS timestamp, 1 AS open, 2 AS high, 3 AS low, 1 AS close, 1 AS volume FROM range(3) r(i)",
                .ohlcInconsistent, "high"
            ),
        ] as [(String, DataProblemKind, String)]
    )
    func `what is wrong is said as for CSV`(rows: String, kind: DataProblemKind, column: String) throws {
        let path = try write(rows)
        let problems = files.problems { () throws(MarketDataError) in try load(path) }
        #expect(problems.first?.kind == kind)
        #expect((problems.first?.column ?? "") == column)
        #expect(problems.first?.file == path)
    }

    @Test func `bad rows can be dropped`() throws {
        let path = try write(bars("t") + " UNION ALL SELECT TIMESTAMP '2025-01-01', NULL, 1, 1, 1, 1")
        let loaded = try load(path) { $0.onBadRow = .drop }
        #expect(loaded.files[0].droppedRows == 1 && loaded.files[0].rows == 5)
    }

    @Test func `damage is named, and a name with patterns is a name`() throws {
        let path = try write(bars("t"))
        var bytes = Fixture.bytes(path)
        bytes.removeLast(20)
        let cut = files.folder.write(bytes, to: "cut.parquet")
        let text = files.folder.write(BarFiles.header, to: "text.parquet")
        for (file, kind) in [(cut, DataProblemKind.cannotRead), (text, .unsupportedFormat)] {
            let problems = files.problems { () throws(MarketDataError) in try load(file) }
            #expect(problems.map(\.kind) == [kind] && problems.first?.file == file)
        }
        let odd = files.folder.write(Fixture.bytes(path), to: "it's [x] *?.parquet")
        #expect(try load(odd).files[0].rows == 5)
        // What is Parquet by its first bytes is read as such, whatever it is called.
        #expect(try load(files.folder.write(Fixture.bytes(path), to: "bars.dat")).files[0].rows == 5)
        var options = DataOptions()
        options.bars = [BarSource(symbol: "X", path: path), BarSource(symbol: "Y", path: odd)]
        try TapeLoader.check(options)
    }
}

/// Files as they lie there.
private enum Fixture {
    static func bytes(_ path: String) -> [UInt8] { Fixtures.bytes(ofFile: path) }
    static func size(_ path: String) -> Int? { Fixtures.bytes(ofFile: path).count }
}
