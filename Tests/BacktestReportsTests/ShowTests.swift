import BacktestMetrics
import BacktestModel
import BacktestReports
import BacktestResults
import Foundation
import Testing

@testable import BacktestReports

@Suite struct ShowTests {
    let equity = (0..<200).map { 100_000 + Double(($0 * 37) % 101) * 100 }

    @Test func containerInFull() {
        let report = ContainerReport(Board.record, equity: equity)
        expectGolden(Array(report.render(.table, style: TextStyle(width: 80)).utf8), "container.txt")
    }

    @Test func containerAsJSONIsItsMetricsFile() throws {
        let value = try JSONValue.parse(Array(ContainerReport(Board.record).render(.json).utf8))
        var buffer = ByteBuffer()
        MetricsDocument.write(Board.record, into: &buffer)
        #expect(value == .array([try JSONValue.parse(buffer.array)]))
    }

    @Test func containerAsCSVIsItsMetrics() {
        let lines = ContainerReport(Board.record).render(.csv).split(separator: "\n")
        #expect(lines.count == MetricName.count + 1)
        #expect(lines.contains("sharpe_ratio,2.5"))
        #expect(lines.contains("sqn,"))
    }

    @Test func failedContainerShowsItsError() {
        var record = ContainerRecord(containerID: "p_0001", portfolioID: "p", runHash: "3fa9c1")
        record.status = .failed
        record.error = "fast: 0 bars"
        let text = ContainerReport(record).render(.table)
        #expect(text.contains("fast: 0 bars"))
        #expect(!text.contains("sharpe_ratio"), "no metrics are made up")
    }

    @Test func runInFull() throws {
        let board = try Leaderboard(Board.summary, .init(by: "sharpe_ratio", top: 3))
        let report = RunReport(path: "results/spy/x", manifest: Board.manifest, board: board, equity: equity)
        expectGolden(Array(report.render(.table, style: TextStyle(width: 100)).utf8), "run.txt")
        let json = try JSONValue.parse(Array(report.render(.json).utf8)).elements
        #expect(json.count == 1)
        #expect(json[0]["run_id"]?.text == "20261120T101500Z-3fa9c1")
        #expect(json[0]["path"]?.text == "results/spy/x")
        #expect(report.render(.csv).split(separator: "\n").count == 4)
        #expect(!report.render(.table).contains("\u{1B}"), "what a container says cannot colour the terminal")
    }

    @Test func listOfRuns() throws {
        let damaged = RunReadError(.damaged, "results/spy/y", "damaged (byte 0: …)", remedy: "resume")
        let list = RunList([
            RunIndex.Entry(
                path: "results/spy/20261120T101500Z-3fa9c1",
                name: "spy",
                runID: "20261120T101500Z-3fa9c1",
                isLatest: true,
                manifest: .success(Board.manifest)
            ),
            RunIndex.Entry(
                path: "results/spy/20261120T101600Z-3fa9c1",
                name: "spy",
                runID: "20261120T101600Z-3fa9c1",
                isLatest: false,
                manifest: .failure(damaged)
            ),
        ])
        expectGolden(Array(list.render(.table).utf8), "list.txt")
        let rows = try JSONValue.parse(Array(list.render(.json).utf8)).elements
        #expect(rows[0]["failed"]?.integer == 1)
        #expect(rows[1]["status"]?.text == "damaged (byte 0: …)")
        #expect(RunList([]).render(.table).hasPrefix("no runs yet"))
        #expect(RunList([]).render(.json) == "[]\n")
    }

    /// From a tree on the disk to text, as the commands do it.
    @Test func fromATree() throws {
        let folder = NSTemporaryDirectory() + "admf-reports-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var manifest = Board.manifest
        let run = try RunDirectory.create(
            results: folder,
            manifest: &manifest,
            secondsSinceEpoch: 1_795_169_700,
            configuration: Array("name: spy\n".utf8)
        )
        var writer = ContainerWriter(run)
        let times = (0..<equity.count).map { Int64($0) * 60_000_000_000 }
        try times.withUnsafeBufferPointer { times in
            try equity.withUnsafeBufferPointer {
                try writer.writeEquity(times: times, equity: $0, containerID: Board.record.containerID)
            }
        }
        try writer.writeMetrics(Board.record)
        let reader = try RunReader.open("\(folder)/spy")
        let text = try RunReport(reader).render(.table)
        #expect(text.contains("equity of momentum_0002"))
        #expect(text.contains("running"))
        #expect(try ContainerReport(reader, containerID: "momentum_0002").render(.table).contains("█"))
        #expect(throws: RunReadError.self) { try ContainerReport(reader, containerID: "none") }
    }
}
