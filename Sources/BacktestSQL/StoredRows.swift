import BacktestColumnar
import BacktestResults
import Glibc

/// The tables `trades` and `equity`: a CSV file a container, read as one.
///
/// Opening ten thousand files costs DuckDB seconds. So their rows go, each behind its run and container, into one file without a
/// name, and that is read once.
struct StoredRows {
    /// The table's name.
    let name: String
    /// The file's name in a container's folder.
    let file: String
    /// Its columns.
    let columns: [(name: String, type: ColumnarType)]

    static let trades = StoredRows(
        name: "trades",
        file: "trades.csv",
        columns: [
            ("trade_id", .int64), ("strategy_id", .text), ("symbol", .text), ("side", .text),
            ("entry_time", .timestamp), ("entry_price", .double), ("exit_time", .timestamp),
            ("exit_price", .double), ("quantity", .double), ("gross_pnl", .double), ("commission", .double),
            ("slippage", .double), ("net_pnl", .double), ("return", .double), ("bars_held", .int64),
            ("exit_reason", .text), ("mae", .double), ("mfe", .double),
        ]
    )
    static let equity = StoredRows(
        name: "equity",
        file: "equity.csv",
        columns: [("timestamp", .timestamp), ("equity", .double)]
    )

    /// A file whose rows lie in the joined file from a line on.
    private struct Source {
        var path: String
        var firstLine: Int
    }

    private var allColumns: [(name: String, type: ColumnarType)] {
        [("run", .text), ("container_id", .text)] + columns
    }

    /// Makes the table.
    ///
    /// - Returns: The number of containers that have stored these rows.
    func make(_ runs: [SelectedRun], _ connection: ColumnarConnection) throws(RunDatabaseError) -> Int {
        var sources: [Source] = []
        let joined: ScratchFile
        do throws(StorageError) {
            joined = try ScratchFile()
        } catch {
            throw .storage(error)
        }
        var buffer = ByteBuffer(capacity: 1 << 18)
        var line = 1
        for run in runs {
            do throws(RunReadError) {
                for id in try run.reader.containerIDs() {
                    let path = "\(run.reader.path)/\(id)/\(file)"
                    var prefix = ByteBuffer(capacity: 128)
                    prefix.appendCSV(run.label)
                    prefix.append(byte: 0x2C)
                    prefix.appendCSV(id)
                    prefix.append(byte: 0x2C)
                    guard let bytes = try FileBytes.read(path) else { continue }
                    let rows = try append(bytes, path, prefix, to: &buffer)
                    sources.append(Source(path: path, firstLine: line))
                    line += rows
                    if buffer.count >= 1 << 17 { try flush(&buffer, joined) }
                }
            } catch {
                throw .run(error)
            }
        }
        do throws(RunReadError) {
            try flush(&buffer, joined)
        } catch {
            throw .run(error)
        }
        do throws(ColumnarError) {
            try connection.execute(createTable(joined.path))
        } catch {
            throw .run(StoredRows.damage(sources, error))
        }
        return sources.count
    }

    private func flush(_ buffer: inout ByteBuffer, _ file: borrowing ScratchFile) throws(RunReadError) {
        do throws(StorageError) {
            try file.write(buffer)
        } catch {
            throw RunReadError(.unreadable, error.path, error.reason, remedy: error.remedy)
        }
        buffer.removeAll()
    }

    private func createTable(_ path: String) -> String {
        let list = allColumns.map { "\(SQLText.literal($0.name)): \(SQLText.literal($0.type.sqlName))" }
        return """
            CREATE TABLE \(name) AS FROM read_csv(\(path), header = false, auto_detect = false, delim = ',', \
            quote = '"', escape = '"', new_line = '\\n', nullstr = '', max_line_size = 1000000, \
            columns = {\(list.joined(separator: ", "))})
            """
    }

    /// Adds the rows of a file, each behind `prefix`; a header that is another, and a row that is cut short, are damage.
    private func append(
        _ bytes: [UInt8],
        _ path: String,
        _ prefix: borrowing ByteBuffer,
        to buffer: inout ByteBuffer
    ) throws(RunReadError) -> Int {
        let header = columns.map(\.name).joined(separator: ",") + "\n"
        guard bytes.starts(with: header.utf8), bytes.last == 0x0A else {
            throw RunReadError(
                .damaged,
                path,
                bytes.last == 0x0A
                    ? "the header is not the one that this admf knows" : "the last line is cut short",
                remedy: "delete the container's folder and `admf resume` the run"
            )
        }
        let before = prefix.array
        var rows = 0
        var start = header.utf8.count
        bytes.withUnsafeBufferPointer { bytes in
            while start < bytes.count {
                var end = start
                var isQuoted = false
                while isQuoted || bytes[end] != 0x0A {
                    if bytes[end] == 0x22 { isQuoted.toggle() }
                    guard end + 1 < bytes.count else { break }
                    end += 1
                }
                buffer.append(bytes: before)
                buffer.append(bytes: UnsafeBufferPointer(rebasing: bytes[start...end]))
                start = end + 1
                rows += 1
            }
        }
        return rows
    }

    /// Whose file DuckDB complains about: its message has the line of the joined file.
    private static func damage(_ sources: [Source], _ error: ColumnarError) -> RunReadError {
        let reason = error.message.split(separator: "\n").prefix(2).joined(separator: " ")
        let digits = error.message.components(after: "Line: ")
        let line = Int(digits) ?? 0
        let source = sources.last { $0.firstLine <= line }
        return RunReadError(
            .damaged,
            source?.path ?? "the stored rows",
            source.map { "line \(line - $0.firstLine + 2): \(reason)" } ?? reason,
            remedy: "delete the container's folder and `admf resume` the run"
        )
    }
}

extension String {
    /// The digits behind a word.
    fileprivate func components(after word: String) -> String {
        let bytes = Array(utf8)
        let needle = Array(word.utf8)
        guard bytes.count >= needle.count else { return "" }
        for start in 0...(bytes.count - needle.count) where bytes[start...].starts(with: needle) {
            let rest = bytes[(start + needle.count)...].prefix { $0 >= 0x30 && $0 <= 0x39 }
            return String(decoding: rest, as: UTF8.self)
        }
        return ""
    }
}

/// Whole files.
enum FileBytes {
    /// The bytes of a file, `nil` where there is none.
    static func read(_ path: String) throws(RunReadError) -> [UInt8]? {
        // O_NONBLOCK: a named pipe that lies here must not hang us; it reads as empty.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw unreadable(path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(path) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let room = bytes.count - filled
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress.map { $0 + filled }, room)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            guard count > 0 else { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    private static func unreadable(_ path: String) -> RunReadError {
        RunReadError(.unreadable, path, String(cString: strerror(errno)), remedy: "check its permissions")
    }
}
