import BacktestConcurrency
import BacktestResults
import Glibc

/// Rows of summary.csv that must wait for the end of a run, beyond a bound in a file instead of in memory.
///
/// The file has no name, so nothing is left of it however the run ends. Where it cannot be made or written, rows stay in
/// memory. A class because it owns the file for a run and its publication; used by the one thread that does both.
final class RowSpill {
    /// Where the rows of one template in one piece of work lie.
    typealias Place = Range<Int>

    /// `O_TMPFILE` of Linux on every machine, which the headers show to GNU sources alone.
    private static let withoutName = 0o20000000 | O_DIRECTORY

    private let path: String
    private let keptBytesMax: Int
    private var descriptor: Int32 = -1
    private var end = 0
    private var keptBytes = 0
    private var isBroken = false

    /// A spill in the folder of a run that keeps up to `keptBytesMax` bytes of rows in memory.
    init(folder: String, keptBytesMax: Int) {
        path = folder
        self.keptBytesMax = keptBytesMax
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Takes over the rows of some pieces where memory holds enough already.
    func take(_ pieces: inout [IndexedPiece]) {
        keptBytes += pieces.reduce(0) { $0 + $1.result.rowByteCount }
        guard keptBytes > keptBytesMax, !isBroken else { return }
        for index in pieces.indices {
            guard let places = spill(pieces[index].result.rows) else { return isBroken = true }
            keptBytes -= pieces[index].result.rowByteCount
            pieces[index].result.spilled = places
            pieces[index].result.rows = []
        }
    }

    /// Where the rows lie now; `nil` where they could not be written.
    private func spill(_ rows: [ByteBuffer]) -> [Place]? {
        guard open() else { return nil }
        var places: [Place] = []
        for buffer in rows {
            let start = end
            guard buffer.withBytes({ write($0) }) else { return nil }
            end += buffer.count
            places.append(start..<end)
        }
        return places
    }

    private func open() -> Bool {
        if descriptor >= 0 { return true }
        descriptor = Glibc.open(path, RowSpill.withoutName | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor < 0 {
            // Some file systems know no files without a name: one that loses its name at once is the same.
            var name = Array("\(path)/.rows-XXXXXX".utf8CString)
            descriptor = mkstemp(&name)
            if descriptor >= 0 {
                unlink(name)
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            }
        }
        return descriptor >= 0
    }

    private func write(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var done = 0
        while done < bytes.count {
            let start = bytes.baseAddress.map { $0 + done }
            let count = pwrite(descriptor, start, bytes.count - done, off_t(end + done))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    /// Lends the rows of one template in a piece of work, wherever they are.
    func withRows(
        of result: PieceResult,
        place: Int,
        _ body: (UnsafeBufferPointer<UInt8>) throws(StorageError) -> Void
    ) throws(StorageError) {
        guard let range = result.spilled?[place] else {
            return try result.rows[place].withBytes { (bytes) throws(StorageError) in try body(bytes) }
        }
        var rows = [UInt8](repeating: 0, count: range.count)
        var done = 0
        while done < rows.count {
            let count = rows.withUnsafeMutableBytes { buffer in
                let room = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
                return pread(descriptor, room.baseAddress, room.count, off_t(range.lowerBound + done))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw StorageError(
                    "read",
                    "\(path)/the rows of its summary",
                    systemError: count < 0 ? errno : EIO
                )
            }
            done += count
        }
        try rows.withUnsafeBufferPointer { (bytes) throws(StorageError) in try body(bytes) }
    }
}
