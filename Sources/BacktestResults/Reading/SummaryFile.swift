import BacktestMetrics
import BacktestModel
import Glibc

/// Reads a summary.csv in pieces, so that memory holds its rows but never its text: a million containers have 600 MB of it.
struct SummaryFile {
    private static let pieceByteCount = 1 << 20

    private var summary = RunSummary()
    private var metrics: [MetricName?] = []
    private var firstMetric = 0
    private var isInHeader = true
    private var line = 0

    /// Reads from the file's beginning to its end.
    static func read(
        _ file: borrowing FileDescriptor
    ) throws(RunSummary.Problem) -> Result<RunSummary, SystemError> {
        var reader = SummaryFile()
        // Text that waits for the end of its row.
        var text: [UInt8] = []
        var isQuoted = false
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceByteCount, alignment: 64)
        defer { piece.deallocate() }
        while true {
            let start = text.count
            let count = Glibc.read(file.number, piece.baseAddress, piece.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return .failure(SystemError(number: errno)) }
            if count == 0 { break }
            text.append(contentsOf: piece[..<count])
            // A line feed between quotes ends no row; a doubled quote leaves things as they are.
            var whole = 0
            text.withUnsafeBufferPointer { bytes in
                for place in start..<bytes.count {
                    if bytes[place] == 0x22 { isQuoted.toggle() }
                    if bytes[place] == 0x0A, !isQuoted { whole = place + 1 }
                }
            }
            try reader.take(text[..<whole])
            text.removeFirst(whole)
        }
        try reader.take(text[...])
        guard !reader.isInHeader else { throw damagedHeader }
        guard text.isEmpty else {
            throw RunSummary.Problem(text: "damaged (the last line is cut short)")
        }
        return .success(reader.summary)
    }

    private static var damagedHeader: RunSummary.Problem {
        RunSummary.Problem(text: "damaged (line 1: the header is not that of a summary)")
    }

    /// Takes whole rows.
    private mutating func take(_ text: ArraySlice<UInt8>) throws(RunSummary.Problem) {
        let result = text.withUnsafeBufferPointer { bytes in
            Result { () throws(RunSummary.Problem) in try take(bytes) }
        }
        try result.get()
    }

    private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) throws(RunSummary.Problem) {
        var reader = CSVReader(bytes)
        while let fields = reader.nextRow() {
            line += 1
            if isInHeader {
                try takeHeader(fields.map { $0.text(in: bytes) })
            } else {
                try takeRow(fields, bytes)
            }
        }
    }

    private mutating func takeHeader(_ header: [String]) throws(RunSummary.Problem) {
        guard header.prefix(3).elementsEqual(["container_id", "portfolio_id", "status"]) else {
            throw SummaryFile.damagedHeader
        }
        isInHeader = false
        metrics = header.map { MetricName(name: $0) }
        firstMetric = metrics.firstIndex { $0 != nil } ?? header.count
        summary = RunSummary(parameterPaths: Array(header[3..<max(3, firstMetric)]), rows: [])
    }

    /// CSV has no types: a field that reads as a number is one.
    private mutating func takeRow(
        _ fields: [CSVReader.Field],
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(RunSummary.Problem) {
        guard fields.count == metrics.count,
            let status = ContainerStatus(rawValue: fields[2].text(in: bytes))
        else {
            throw RunSummary.Problem(text: "damaged (line \(line): \(metrics.count) fields are expected)")
        }
        var values = MetricValues()
        for index in firstMetric..<fields.count {
            guard let name = metrics[index], !fields[index].range.isEmpty else { continue }
            guard let number = fields[index].number(in: bytes) else {
                throw RunSummary.Problem(text: "damaged (line \(line): \(name.name) is no number)")
            }
            values[name] = number
        }
        summary.append(
            RunSummary.Row(
                containerID: fields[0].text(in: bytes),
                portfolioID: fields[1].text(in: bytes),
                status: status,
                parameters: fields[3..<max(3, firstMetric)].map { $0.scalar(in: bytes) },
                metrics: values
            )
        )
    }
}
