import Glibc

/// A field of the current row: where its bytes lie, quotes removed.
///
/// Valid until the next row is read.
struct FieldText {
    var start: UnsafePointer<UInt8>
    var count: Int

    /// The field without blanks around it.
    @inline(__always)
    var trimmed: FieldText {
        var first = start
        var length = count
        while length > 0, first[0] == 32 || first[0] == 9 {
            first += 1
            length &-= 1
        }
        while length > 0, first[length &- 1] == 32 || first[length &- 1] == 9 { length &-= 1 }
        return FieldText(start: first, count: length)
    }

    /// The field as text, for messages and names; bytes that are not UTF-8 are replaced.
    var text: String { String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }

    /// The field for a message: quoted, shortened where it is long.
    var quoted: String {
        let shown = count > 40 ? FieldText(start: start, count: 40).text + "…" : text
        return "'\(shown)'"
    }
}

/// Splits CSV text (RFC 4180) into rows and fields inside one buffer of fixed size, without a copy or an allocation a row.
///
/// LF and CRLF line ends, a UTF-8 byte order mark and a last line without an end are understood. A quote inside a field that
/// does not begin with one is an ordinary character.
struct RowReader: ~Copyable {
    /// The longest row that is read, in bytes.
    static let longestRow = 1 << 20
    /// Bytes after the text that may be loaded (not used) by the word-wise scan.
    private static let padding = 64

    private var source: ByteSource
    private let buffer: UnsafeMutablePointer<UInt8>
    private var unquoted: UnsafeMutablePointer<UInt8>?
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    private var isFirstFill = true
    private let fields: UnsafeMutablePointer<FieldText>
    private let fieldCapacity: Int
    private var nextLine = 1

    /// Number of fields of the current row, also those beyond the capacity.
    private(set) var fieldCount = 0
    /// Physical line on which the current row begins, from 1.
    private(set) var line = 0
    /// Whether the current row has no characters but blanks.
    private(set) var isBlank = false

    /// A reader that keeps the first `fieldCapacity` fields of each row.
    init(source: consuming ByteSource, fieldCapacity: Int) {
        self.source = source
        self.fieldCapacity = fieldCapacity
        fields = .allocate(capacity: fieldCapacity)
        // calloc, because its zeros cost nothing until a page is touched, and small files touch few.
        guard let zeros = calloc(RowReader.longestRow + RowReader.padding, 1) else {
            preconditionFailure("no memory for a row buffer")
        }
        buffer = zeros.assumingMemoryBound(to: UInt8.self)
    }

    deinit {
        free(buffer)
        fields.deallocate()
        unquoted?.deallocate()
    }

    /// A field of the current row, `index` from 0 to the lesser of `fieldCount` and the capacity.
    @inline(__always)
    func field(_ index: Int) -> FieldText { fields[index] }

    /// The path of the file.
    var path: String { source.path }

    /// Whether the rows come out of a Parquet file.
    var isParquet: Bool { source.isParquet }

    /// Bytes taken from the file so far.
    var byteCount: Int { source.byteCount }

    /// The digest of the whole file; to be asked for at the end.
    mutating func digest() -> String { source.digest() }

    /// Moves to the next row; `false` at the end.
    @inline(__always)
    mutating func next() throws(MarketDataError) -> Bool {
        while true {
            if try split() { return true }
            if isAtEnd && start == end { return false }
            try refill()
        }
    }

    /// Splits the row at `start`; `false` where its end is not in the buffer yet.
    @inline(__always)
    private mutating func split() throws(MarketDataError) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let sevens: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let limit = buffer + end
        var scan = buffer + start
        var fieldStart = UnsafePointer(scan)
        var count = 0
        while scan < limit {
            let word = UnsafeRawPointer(scan).loadUnaligned(as: UInt64.self)
            // A byte of `a` is zero below its top bit, and the top bit is clear, where the byte is the one looked for.
            let comma = word ^ (ones &* 0x2C)
            let newline = word ^ (ones &* 0x0A)
            let quote = word ^ (ones &* 0x22)
            let a = ((comma & sevens) &+ sevens) | comma
            let b = ((newline & sevens) &+ sevens) | newline
            let c = ((quote & sevens) &+ sevens) | quote
            var hits = ~((a & b & c) | sevens)
            while hits != 0 {
                let hit = UnsafePointer(scan + hits.trailingZeroBitCount >> 3)
                guard hit < UnsafePointer(limit) else { return false }
                hits &= hits &- 1
                if hit.pointee == 0x2C {
                    if count < fieldCapacity {
                        fields[count] = FieldText(start: fieldStart, count: hit - fieldStart)
                    }
                    count &+= 1
                    fieldStart = hit + 1
                } else if hit.pointee == 0x0A {
                    finish(fieldStart, hit, count)
                    return true
                } else {
                    return try splitQuoted()
                }
            }
            scan += 8
        }
        return false
    }

    @inline(__always)
    private mutating func finish(
        _ fieldStart: UnsafePointer<UInt8>,
        _ newline: UnsafePointer<UInt8>,
        _ count: Int
    ) {
        var length = newline - fieldStart
        if length > 0, fieldStart[length - 1] == 0x0D { length -= 1 }
        if count < fieldCapacity { fields[count] = FieldText(start: fieldStart, count: length) }
        fieldCount = count + 1
        start = newline + 1 - UnsafePointer(buffer)
        line = nextLine
        nextLine += 1
        isBlank =
            count == 0 && (length == 0 || FieldText(start: fieldStart, count: length).trimmed.count == 0)
    }

    /// The same for a row with a quote in it, byte by byte.
    private mutating func splitQuoted() throws(MarketDataError) -> Bool {
        let copy = unquoted ?? .allocate(capacity: RowReader.longestRow)
        unquoted = copy
        var written = copy
        var index = start
        var count = 0
        var newlines = 0
        while true {
            var field = FieldText(start: UnsafePointer(buffer + index), count: 0)
            let isQuoted = index < end && buffer[index] == 0x22
            if isQuoted {
                field.start = UnsafePointer(written)
                index += 1
                while true {
                    guard index < end else { return false }
                    if buffer[index] == 0x22 {
                        // The byte after the quote decides; at the end of the text there is always a newline.
                        guard index + 1 < end else { return false }
                        index += 1
                        guard buffer[index] == 0x22 else { break }
                    } else if buffer[index] == 0x0A {
                        newlines += 1
                    }
                    written.pointee = buffer[index]
                    written += 1
                    field.count += 1
                    index += 1
                }
            } else {
                while index < end, buffer[index] != 0x2C, buffer[index] != 0x0A { index += 1 }
                field.count = UnsafePointer(buffer + index) - field.start
            }
            guard index < end else { return false }
            let isCarriageReturn = buffer[index] == 0x0D
            if isCarriageReturn {
                guard index + 1 < end else { return false }
                index += 1
            }
            let isEnd = buffer[index] == 0x0A
            guard isEnd || (buffer[index] == 0x2C && !isCarriageReturn) else {
                throw badQuoting(
                    "text follows the closing quote of field \(count + 1)",
                    line: nextLine + newlines
                )
            }
            if isEnd, !isQuoted, field.count > 0, field.start[field.count - 1] == 0x0D { field.count -= 1 }
            if count < fieldCapacity { fields[count] = field }
            count += 1
            index += 1
            guard isEnd else { continue }
            fieldCount = count
            start = index
            line = nextLine
            nextLine += newlines + 1
            isBlank = false
            return true
        }
    }

    private func badQuoting(_ message: String, line: Int) -> MarketDataError {
        MarketDataError(
            DataProblem(
                file: source.path,
                line: line,
                kind: .badQuoting,
                message: message,
                remedy: "quote a whole field, and write a quote inside it twice"
            )
        )
    }

    /// Moves the unfinished row to the front and takes more text behind it.
    private mutating func refill() throws(MarketDataError) {
        if isAtEnd { throw badQuoting("the quote that opens in this row is never closed", line: nextLine) }
        if start > 0 {
            memmove(buffer, buffer + start, end - start)
            end -= start
            start = 0
        }
        guard end < RowReader.longestRow else {
            throw MarketDataError(
                DataProblem(
                    file: source.path,
                    line: nextLine,
                    kind: .rowTooLong,
                    message: "the row has more than \(RowReader.longestRow) bytes",
                    remedy: "the file is no CSV, or a quote is never closed"
                )
            )
        }
        let room = UnsafeMutableRawBufferPointer(start: buffer + end, count: RowReader.longestRow - end)
        let count = try source.read(into: room)
        end += count
        if count == 0 {
            isAtEnd = true
            if end > start, buffer[end - 1] != 0x0A {
                // There is room: the padding lies behind the longest row.
                buffer[end] = 0x0A
                end += 1
            }
        }
        if end >= 3 || isAtEnd { skipByteOrderMark() }
    }

    private mutating func skipByteOrderMark() {
        guard isFirstFill else { return }
        isFirstFill = false
        if end >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { start = 3 }
    }
}
