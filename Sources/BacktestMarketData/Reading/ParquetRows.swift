import BacktestColumnar
import BacktestModel
import Glibc

/// A Parquet file of bars as the CSV text that the same bars would be, so that one reader checks both by the same rules.
///
/// Numbers are written in the fewest digits that read back as the same number, times without a zone as local times, times with
/// one in UTC; NULL is an empty field. Columns that no bar has are left empty. The rows are read as they are asked for.
struct ParquetRows: ~Copyable {
    /// Columns of a bar, in lower case.
    private static let known: Set<String> = Set(
        ["timestamp", "date", "datetime", "time", "open", "high", "low", "close", "volume", "vwap"]
            + BarColumns.symbolNames
    )

    private let path: String
    private let result: ColumnarResult
    private var text: [UInt8] = []
    private var position = 0
    private var isAtEnd = false

    /// Opens the file behind a descriptor, which stays open as long as rows are read.
    init(path: String, descriptor: Int32) throws(MarketDataError) {
        self.path = path
        do throws(ColumnarError) {
            let connection = try ParquetRows.database.get().connect()
            let source = "read_parquet(\(SQLText.file(descriptor: descriptor)))"
            let columns = try connection.query("SELECT * FROM \(source) LIMIT 0").columns
            // By place, because two columns may differ in nothing but case.
            let places = columns.indices.map { "c\($0)" }
            let list = zip(columns, places).map { column, place in
                guard ParquetRows.known.contains(column.name.lowercased()) else { return "NULL" }
                switch column.type {
                case .decimal, .other, .hugeint: return "CAST(\(place) AS VARCHAR)"
                default: return place
                }
            }
            let from = "\(source) AS t(\(places.joined(separator: ", ")))"
            result = try connection.select("SELECT \(list.joined(separator: ", ")) FROM \(from)")
            text = Array(columns.map { ParquetRows.field($0.name) }.joined(separator: ",").utf8) + [0x0A]
        } catch {
            throw ParquetRows.problem(path, error)
        }
    }

    /// One for all files: opening one costs more than a small file.
    private static let database: Result<ColumnarDatabase, ColumnarError> = {
        do throws(ColumnarError) {
            return .success(try ColumnarDatabase(DuckDBLibrary.shared()))
        } catch {
            return .failure(error)
        }
    }()

    private static func problem(_ path: String, _ error: ColumnarError) -> MarketDataError {
        guard error.code == .refused else {
            return MarketDataError(
                DataProblem(
                    file: path,
                    kind: .unsupportedFormat,
                    message: "the file is Parquet, and that needs DuckDB: \(error.message)",
                    remedy: error.remedy
                )
            )
        }
        let line = error.message.split(separator: "\n").first.map(String.init) ?? ""
        return MarketDataError(
            DataProblem(
                file: path,
                kind: .cannotRead,
                message: "the Parquet file cannot be read: \(line)",
                remedy: "it is damaged or was not copied whole; make it anew"
            )
        )
    }

    /// Writes the next bytes of the text; the number written, 0 at the end.
    mutating func read(into target: UnsafeMutableRawBufferPointer) throws(MarketDataError) -> Int {
        while position == text.count, !isAtEnd { try fill() }
        let count = min(target.count, text.count - position)
        text.withUnsafeBytes { bytes in
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
        }
        position += count
        return count
    }

    private mutating func fill() throws(MarketDataError) {
        text.removeAll(keepingCapacity: true)
        position = 0
        do throws(ColumnarError) {
            guard let chunk = try result.nextChunk() else {
                isAtEnd = true
                return
            }
            for row in 0..<chunk.rowCount {
                for column in result.columns.indices {
                    if column > 0 { text.append(0x2C) }
                    append(chunk, column, row)
                }
                text.append(0x0A)
            }
        } catch {
            throw ParquetRows.problem(path, error)
        }
    }

    private mutating func append(_ chunk: borrowing ColumnarChunk, _ column: Int, _ row: Int) {
        guard !chunk.isNull(column, row: row) else { return }
        let type = result.columns[column].type
        switch type {
        case .double: append(chunk.number(column, row: row)?.description)
        case .float: append(chunk.single(column, row: row)?.description)
        case .text: append(chunk.text(column, row: row).map(ParquetRows.field))
        case .boolean: append(chunk.boolean(column, row: row)?.description)
        case .date: append(chunk.integer(column, row: row).map { CivilDate(daysSinceEpoch: Int($0)).iso8601 })
        case .timestamp: append(time(chunk.integer(column, row: row), 1_000, zone: ""))
        case .timestampSeconds: append(time(chunk.integer(column, row: row), 1_000_000_000, zone: ""))
        case .timestampMilliseconds: append(time(chunk.integer(column, row: row), 1_000_000, zone: ""))
        case .timestampNanoseconds: append(time(chunk.integer(column, row: row), 1, zone: ""))
        case .timestampWithZone: append(time(chunk.integer(column, row: row), 1_000, zone: "Z"))
        default: append(chunk.integer(column, row: row).map { String($0) })
        }
    }

    private mutating func append(_ field: String?) {
        if let field { text.append(contentsOf: field.utf8) }
    }

    /// A time as ISO-8601; one that 64-bit nanoseconds don't hold as a text that the reader refuses with its reason.
    private func time(_ value: Int64?, _ unit: Int64, zone: String) -> String? {
        guard let value else { return nil }
        let (nanoseconds, overflow) = value.multipliedReportingOverflow(by: unit)
        if overflow { return value < 0 ? "0001-01-01" : "9999-01-01" }
        let text = Timestamp(nanoseconds: nanoseconds).iso8601
        return zone.isEmpty ? String(text.dropLast()) : text
    }

    /// A text as a field of CSV.
    private static func field(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else {
            return text
        }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
