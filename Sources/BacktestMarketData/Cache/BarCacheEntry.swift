import BacktestModel
import Glibc

/// A parsed bar file as it lies in the cache, in the byte order of the machine.
///
///     head: magic 8 | checksum of the rest of the head 8 | facts 56 | checksums of the columns 56 | SHA-256 of the file 32
///           | line marks 16 each | offset marks 16 each | zeros to a multiple of 64
///     then column by column: elements 8 each | 64 zeros or more, to a multiple of 64
///
/// The columns follow one another as `columns` lists them; without a VWAP the last is not there and its checksum is 0.
enum BarCacheEntry {
    /// `ADMFBAR` and the version of the layout.
    private static let magic = UInt64(littleEndian: 0x0252_4142_464D_4441)
    /// Rows, whether there is a VWAP, the file's bytes, line marks, its compression, this entry's bytes, offset marks.
    private static let factCount = 7
    private static let columnCountMax = 7
    private static let digestPlace = 16 + (factCount + columnCountMax) * 8
    private static let marksPlace = digestPlace + 32

    /// Bytes of the entry of some bars.
    static func byteCount(_ bars: borrowing RawBars) -> Int {
        headByteCount(marks: bars.lineMarks.count + bars.offsetMarks.count)
            + columnCount(bars.hasVWAP) * columnByteCount(bars.count)
    }

    private static func columnCount(_ hasVWAP: Bool) -> Int { hasVWAP ? columnCountMax : columnCountMax - 1 }

    private static func headByteCount(marks: Int) -> Int { (marksPlace + marks * 16 + 63) / 64 * 64 }

    private static func columnByteCount(_ count: Int) -> Int {
        (count * 8 + Column<Double>.padding + 63) / 64 * 64
    }

    /// Hands an entry piece by piece to `put`, until it says that one could not be written; whether all were.
    static func write(
        _ bars: borrowing RawBars,
        sha256: [UInt8],
        put: (UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        let count = bars.count
        var checksums: [UInt64] = []
        eachColumn(bars) { bytes in
            checksums.append(PayloadChecksum.of(bytes))
            return true
        }
        let head = head(bars, sha256, checksums)
        guard head.withUnsafeBytes({ put($0) }) else { return false }
        let padding = [UInt8](repeating: 0, count: columnByteCount(count) - count * 8)
        return eachColumn(bars) { bytes in
            put(bytes) && padding.withUnsafeBytes { put($0) }
        }
    }

    /// Hands the columns' elements to `body` while it says that it wants more; whether it always did.
    @discardableResult
    private static func eachColumn(
        _ bars: borrowing RawBars,
        _ body: (UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        let all = 0..<bars.count
        return bars.timestamps.withElements(all) { body(UnsafeRawBufferPointer($0)) }
            && bars.open.withElements(all) { body(UnsafeRawBufferPointer($0)) }
            && bars.high.withElements(all) { body(UnsafeRawBufferPointer($0)) }
            && bars.low.withElements(all) { body(UnsafeRawBufferPointer($0)) }
            && bars.close.withElements(all) { body(UnsafeRawBufferPointer($0)) }
            && bars.volume.withElements(all) { body(UnsafeRawBufferPointer($0)) }
            && (!bars.hasVWAP || bars.vwap.withElements(all) { body(UnsafeRawBufferPointer($0)) })
    }

    private static func head(
        _ bars: borrowing RawBars,
        _ sha256: [UInt8],
        _ checksums: [UInt64]
    ) -> [UInt8] {
        var words: [UInt64] = [magic, 0]
        let facts = [
            bars.count, bars.hasVWAP ? 1 : 0, bars.byteCount, bars.lineMarks.count,
            FileCompression.allCases.firstIndex(of: bars.compression) ?? 0, byteCount(bars),
            bars.offsetMarks.count,
        ]
        words += facts.map { UInt64($0) }
        words += checksums + [UInt64](repeating: 0, count: columnCountMax - checksums.count)
        var bytes = words.flatMap { word in withUnsafeBytes(of: word) { Array($0) } } + sha256
        for mark in bars.lineMarks {
            withUnsafeBytes(of: (mark.row, mark.line)) { bytes += $0 }
        }
        for mark in bars.offsetMarks {
            withUnsafeBytes(of: (mark.row, Int(mark.seconds))) { bytes += $0 }
        }
        let size = headByteCount(marks: bars.lineMarks.count + bars.offsetMarks.count)
        bytes += [UInt8](repeating: 0, count: size - bytes.count)
        let checksum = bytes.withUnsafeBytes {
            PayloadChecksum.of(UnsafeRawBufferPointer(rebasing: $0[16...]))
        }
        withUnsafeBytes(of: checksum) { bytes.replaceSubrange(8..<16, with: $0) }
        return bytes
    }

    /// What an entry says of its file before its columns are looked at; `nil` where its head is damaged or of another layout.
    static func source(_ block: MemoryBlock) -> (byteCount: Int, sha256: [UInt8])? {
        guard block.byteCount >= marksPlace, block.start.load(as: UInt64.self) == magic,
            fact(block, 5) == block.byteCount, (0...block.byteCount / 16).contains(fact(block, 3)),
            (0...block.byteCount / 16).contains(fact(block, 6))
        else { return nil }
        let size = headByteCount(marks: fact(block, 3) + fact(block, 6))
        guard size <= block.byteCount else { return nil }
        let rest = UnsafeRawBufferPointer(start: block.start + 16, count: size - 16)
        guard PayloadChecksum.of(rest) == block.start.load(fromByteOffset: 8, as: UInt64.self) else {
            return nil
        }
        return (fact(block, 2), Array(UnsafeRawBufferPointer(start: block.start + digestPlace, count: 32)))
    }

    private static func fact(_ block: MemoryBlock, _ index: Int) -> Int {
        block.start.load(fromByteOffset: 16 + index * 8, as: Int.self)
    }

    /// The bars of an entry whose head is sound, their columns where they lie; `nil` where one of them is damaged.
    static func decode(_ block: MemoryBlock, file: String, sha256: String) -> RawBars? {
        let count = fact(block, 0)
        let marks = fact(block, 3)
        let compression = fact(block, 4)
        let hasVWAP = fact(block, 1) == 1
        guard (1...block.byteCount / 8).contains(count),
            FileCompression.allCases.indices.contains(compression)
        else { return nil }
        let offsetMarks = fact(block, 6)
        let first = headByteCount(marks: marks + offsetMarks)
        let size = columnByteCount(count)
        guard first + columnCount(hasVWAP) * size == block.byteCount else { return nil }
        for column in 0..<columnCount(hasVWAP) {
            let bytes = UnsafeRawBufferPointer(start: block.start + first + column * size, count: count * 8)
            let checksum = fact(block, factCount + column)
            guard PayloadChecksum.of(bytes) == UInt64(bitPattern: Int64(checksum)) else { return nil }
        }
        var bars = RawBars(file: file, capacity: 1)
        bars.hasVWAP = hasVWAP
        for index in 0..<marks {
            let place = marksPlace + index * 16
            let row = block.start.load(fromByteOffset: place, as: Int.self)
            bars.lineMarks.append((row, block.start.load(fromByteOffset: place + 8, as: Int.self)))
        }
        for index in 0..<offsetMarks {
            let place = marksPlace + (marks + index) * 16
            let row = block.start.load(fromByteOffset: place, as: Int.self)
            let seconds = block.start.load(fromByteOffset: place + 8, as: Int.self)
            bars.offsetMarks.append((row, Int32(truncatingIfNeeded: seconds)))
        }
        bars.timestamps = ColumnBuilder(block, offset: first, count: count)
        bars.open = ColumnBuilder(block, offset: first + size, count: count)
        bars.high = ColumnBuilder(block, offset: first + 2 * size, count: count)
        bars.low = ColumnBuilder(block, offset: first + 3 * size, count: count)
        bars.close = ColumnBuilder(block, offset: first + 4 * size, count: count)
        bars.volume = ColumnBuilder(block, offset: first + 5 * size, count: count)
        if hasVWAP { bars.vwap = ColumnBuilder(block, offset: first + 6 * size, count: count) }
        bars.byteCount = fact(block, 2)
        bars.compression = FileCompression.allCases[compression]
        bars.sha256 = sha256
        return bars
    }
}
