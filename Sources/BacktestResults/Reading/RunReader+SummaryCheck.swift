import Glibc

extension RunReader {
    /// Holds summary.csv against the metrics.json of every container, byte for byte.
    ///
    /// - Returns: What differs first, `nil` where the two say the same.
    public func summaryDifference() throws(RunReadError) -> String? {
        if let summary = try writtenSummary(), let difference = rowDifference(summary) {
            return difference
        }
        let summary = try summary()
        let file = "\(path)/\(SummaryWriter.fileName)"
        let descriptor: FileDescriptor
        switch FileDescriptor.openToRead(file) {
        case .failure(let error) where error.number == ENOENT: return "\(SummaryWriter.fileName) is missing"
        case .failure(let error): throw RunReadError(StorageError("read", file, systemError: error.number))
        case .success(let number): descriptor = FileDescriptor(owning: number)
        }
        var piece = ByteBuffer()
        var check = SummaryCheck(reader: self, parameterPaths: summary.parameterPaths)
        while true {
            let (count, failure) = descriptor.readSome(1 << 18, into: &piece)
            if let failure { throw RunReadError(StorageError("read", file, systemError: failure.number)) }
            let end = piece.withBytes { SummaryReader.wholeRows($0) }
            let difference = try piece.withBytes { (bytes) throws(RunReadError) in
                try check.difference(UnsafeBufferPointer(rebasing: bytes[..<end]))
            }
            if let difference { return difference }
            piece.removeFirst(end)
            if count == 0 { return nil }
        }
    }

    /// A container that has a folder and no row in a summary, the first by its id; `nil` for none.
    func lost(from summary: RunSummary) -> String? {
        let ids = Set(summary.rows.map(\.containerID))
        return (try? containerIDs())?.first { !ids.contains($0) }
    }

    /// The first container that has two rows, and the first that has none; `nil` where each has its row.
    private func rowDifference(_ summary: RunSummary) -> String? {
        let twice = summary.repeatedID.map { "\($0) has two rows" }
        let missing = lost(from: summary).map { "\($0) has no row" }
        let found = [twice, missing].compactMap { $0 }
        return found.isEmpty ? nil : found.joined(separator: " and ") + " in \(SummaryWriter.fileName)"
    }
}

extension RunSummary {
    /// A container that has a row more than once.
    var repeatedID: String? {
        var seen: Set<String> = []
        return rows.first { !seen.insert($0.containerID).inserted }?.containerID
    }
}

/// Writes the rows that a summary.csv should have beside those that it has.
private struct SummaryCheck {
    let reader: RunReader
    let parameterPaths: [String]
    private var isBegun = false
    private var document = ByteBuffer()
    private var row = ByteBuffer()

    init(reader: RunReader, parameterPaths: [String]) {
        self.reader = reader
        self.parameterPaths = parameterPaths
    }

    /// Takes whole rows, the header first.
    mutating func difference(_ bytes: UnsafeBufferPointer<UInt8>) throws(RunReadError) -> String? {
        var rows = CSVReader(bytes)
        var start = 0
        while let fields = rows.nextRow() {
            row.removeAll()
            var name = "the header"
            if isBegun {
                let id = fields[0].text(in: bytes)
                name = "the row of \(id)"
                let record = try reader.record(id, using: &document)
                SummaryWriter.writeRow(record, parameterPaths: parameterPaths, into: &row)
            } else {
                SummaryWriter.writeHeader(parameterPaths: parameterPaths, into: &row)
                isBegun = true
            }
            let end = start + row.array.count
            guard end <= bytes.count, bytes[start..<end].elementsEqual(row.array) else {
                return "\(name) in \(SummaryWriter.fileName) is not what metrics.json says"
            }
            start = end
        }
        return nil
    }
}
