import BacktestMetrics
import BacktestModel

/// Reads a summary.csv piece by piece, so that a large one is never in memory beside its rows.
///
/// CSV has no types: a field that reads as a number is one.
struct SummaryReader {
    /// What has been read so far.
    private(set) var summary = RunSummary()
    private var fieldCount = 0
    private var firstMetric = 0
    private var metrics: [MetricName?] = []
    private var line = 0

    /// The end of the last whole row of some bytes, 0 where there is none; a line feed in quotes ends none.
    static func wholeRows(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var end = 0
        var isQuoted = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x22 { isQuoted.toggle() }
            if byte == 0x0A, !isQuoted { end = index }
        }
        return end
    }

    /// Takes whole rows, the header first.
    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) throws(RunSummary.Problem) {
        var reader = CSVReader(bytes)
        if metrics.isEmpty, let fields = reader.nextRow() {
            try begin(fields.map { $0.text(in: bytes) })
            line += 1
        }
        while let fields = reader.nextRow() {
            line += 1
            summary.append(try row(fields, bytes))
        }
    }

    /// The summary; refuses a file without a header.
    consuming func finish() throws(RunSummary.Problem) -> RunSummary {
        guard !metrics.isEmpty else { throw SummaryReader.noHeader }
        return summary
    }

    /// What is wrong with a file that ends in the middle of a row.
    var cutShort: RunSummary.Problem {
        metrics.isEmpty
            ? SummaryReader.noHeader : RunSummary.Problem(text: "damaged (the last line is cut short)")
    }

    private static let noHeader = RunSummary.Problem(
        text: "damaged (line 1: the header is not that of a summary)"
    )

    private mutating func begin(_ header: [String]) throws(RunSummary.Problem) {
        guard header.prefix(3).elementsEqual(["container_id", "portfolio_id", "status"]) else {
            throw SummaryReader.noHeader
        }
        fieldCount = header.count
        metrics = header.map { MetricName(name: $0) }
        firstMetric = max(3, metrics.firstIndex { $0 != nil } ?? header.count)
        summary.begin(parameterPaths: Array(header[3..<firstMetric]))
    }

    private func row(
        _ fields: [CSVReader.Field],
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(RunSummary.Problem) -> RunSummary.Row {
        guard fields.count == fieldCount, let status = ContainerStatus(rawValue: fields[2].text(in: bytes))
        else {
            throw RunSummary.Problem(text: "damaged (line \(line): \(fieldCount) fields are expected)")
        }
        var values = MetricValues()
        for index in firstMetric..<fields.count {
            guard let name = metrics[index], !fields[index].range.isEmpty else { continue }
            guard let number = fields[index].number(in: bytes) else {
                throw RunSummary.Problem(text: "damaged (line \(line): \(name.name) is no number)")
            }
            values[name] = number
        }
        return RunSummary.Row(
            containerID: fields[0].text(in: bytes),
            portfolioID: fields[1].text(in: bytes),
            status: status,
            parameters: fields[3..<firstMetric].map { $0.scalar(in: bytes) },
            metrics: values
        )
    }
}
