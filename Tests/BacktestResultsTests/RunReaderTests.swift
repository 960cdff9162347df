import BacktestMetrics
import BacktestModel
import BacktestResults
import Foundation
import Testing

@Suite struct RunReaderTests {
    let fixture = RunFixture()

    private func whole(_ folder: TemporaryFolder) throws -> String {
        let run = try fixture.create(in: folder)
        try fixture.write(to: run)
        return run.path
    }

    @Test(arguments: [
        "results/spy/latest", "results/spy", "results/spy/", "results/spy/20261120T101500Z-3fa9c1",
        "results/spy/20261120T101500Z-3fa9c1/", "results/spy/20261120T101500Z-3fa9c1/manifest.json",
        "results/spy/latest/summary.csv", "results/spy/latest/.", "results/spy/latest/p_0001/..",
    ])
    func everyWayToNameARun(inner: String) throws {
        let folder = try TemporaryFolder()
        _ = try whole(folder)
        let reader = try RunReader.open("\(folder.path)/\(inner)")
        #expect(reader.path.hasSuffix("/results/spy/20261120T101500Z-3fa9c1"))
        #expect(reader.containerID == nil)
        #expect(reader.manifest.status == .completed)
    }

    @Test(arguments: ["p_0001", "p_0001/", "p_0001/metrics.json", "p_0001/."])
    func everyWayToNameAContainer(inner: String) throws {
        let folder = try TemporaryFolder()
        let path = try whole(folder)
        let reader = try RunReader.open("\(path)/\(inner)")
        #expect(reader.containerID == "p_0001")
        #expect(try reader.record("p_0001") == fixture.record(1))
    }

    @Test func summaryReadsBack() throws {
        let folder = try TemporaryFolder()
        let reader = try RunReader.open(try whole(folder))
        let summary = try reader.summary()
        #expect(summary.parameterPaths == fixture.paths)
        #expect(summary.rows.map(\.containerID) == ["p_0000", "p_0001", "p_0002", "p_0003"])
        #expect(summary.rows[2].status == .failed)
        #expect(summary.rows[1].metrics == fixture.record(1).metrics)
        #expect(summary.rows[1].parameters == [.number(5), .number(0.01)])
        #expect(try reader.containerIDs() == summary.rows.map(\.containerID))
    }

    /// Without summary.csv (an interrupted run) the containers themselves say the same.
    @Test func summaryOfAnInterruptedRun() throws {
        let folder = try TemporaryFolder()
        let path = try whole(folder)
        let before = try RunReader.open(path).summary()
        try FileManager.default.removeItem(atPath: "\(path)/summary.csv")
        #expect(try RunReader.open(path).summary() == before)
    }

    @Test func quotedFieldsOfTheSummaryReadBack() throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        var record = Sample.record
        record.parameters = [
            ("a.b,c", .text("x,\"y\"\r\nz")), ("a.d", .boolean(false)), ("a.e", .text("10 bars")),
        ]
        var writer = try SummaryWriter(run, parameterPaths: ["a.b,c", "a.none", "a.d", "a.e"])
        try writer.append(record)
        try writer.finish()
        let summary = try RunReader.open(run.path).summary()
        #expect(summary.parameterPaths == ["a.b,c", "a.none", "a.d", "a.e"])
        #expect(
            summary.rows[0].parameters == [.text("x,\"y\"\r\nz"), .null, .boolean(false), .text("10 bars")]
        )
        #expect(summary.rows[0].metrics == Sample.metrics)
    }

    @Test func whatIsNoRunIsSaid() throws {
        let folder = try TemporaryFolder()
        let path = try whole(folder)
        func code(_ path: String) -> RunReadError.Code? {
            do {
                _ = try RunReader.open(path)
                return nil
            } catch { return error.code }
        }
        #expect(code("\(folder.path)/none") == .notFound)
        #expect(code("") == .notARun)
        #expect(code(folder.path) == .notARun)
        #expect(code("\(folder.path)/results") == .notARun)
        let newer = try #require(
            String(bytes: folder.bytes("results/spy/latest/manifest.json") ?? [], encoding: .utf8)
        )
        .replacingOccurrences(of: "\"schema_version\": 1", with: "\"schema_version\": 2")
        try Data(newer.utf8).write(to: URL(fileURLWithPath: "\(path)/manifest.json"))
        #expect(code(path) == .newerSchema)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(path)/manifest.json"))
        #expect(code(path) == .damaged)
        try FileManager.default.removeItem(atPath: "\(path)/manifest.json")
        #expect(code(path) == .incomplete)
    }

    @Test func containersThatAreNotThereAreSaid() throws {
        let folder = try TemporaryFolder()
        let path = try whole(folder)
        let reader = try RunReader.open(path)
        #expect(throws: RunReadError.self) { try reader.record("p_9999") }
        try Data("{".utf8).write(to: URL(fileURLWithPath: "\(path)/p_0001/metrics.json"))
        let damaged = #expect(throws: RunReadError.self) { try reader.record("p_0001") }
        #expect(damaged?.code == .damaged)
        #expect(damaged?.path.hasSuffix("p_0001/metrics.json") == true)
        try FileManager.default.removeItem(atPath: "\(path)/p_0001/metrics.json")
        let incomplete = #expect(throws: RunReadError.self) { try reader.record("p_0001") }
        #expect(incomplete?.code == .incomplete)
    }

    @Test func everyTruncationOfManifestAndSummaryIsSurvived() throws {
        let folder = try TemporaryFolder()
        let path = try whole(folder)
        let manifest = try #require(folder.bytes("results/spy/latest/manifest.json"))
        for count in 0..<(manifest.count - 1) {
            #expect(throws: DocumentError.self) { try Manifest.read(Array(manifest[..<count])) }
        }
        let reader = try RunReader.open(path)
        let summary = try #require(folder.bytes("results/spy/latest/summary.csv"))
        let rows = try reader.summary().rows.count
        for count in 0..<summary.count {
            try Data(summary[..<count]).write(to: URL(fileURLWithPath: "\(path)/summary.csv"))
            // Only where a line ends can a file that is cut short pass for a whole one.
            guard let cut = try? reader.summary() else { continue }
            #expect(summary[count - 1] == 0x0A && cut.rows.count < rows, "cut after \(count) bytes")
        }
    }

    @Test func listOfRuns() throws {
        let folder = try TemporaryFolder()
        _ = try whole(folder)
        let second = try fixture.create(in: folder, seconds: fixture.seconds + 60)
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(second.path)/manifest.json"))
        try Data().write(to: URL(fileURLWithPath: "\(folder.path)/results/README.md"))
        let entries = try RunIndex.list(resultsDirectory: "\(folder.path)/results")
        #expect(entries.map(\.runID) == ["20261120T101500Z-3fa9c1", "20261120T101600Z-3fa9c1"])
        #expect(try entries[0].manifest.get().status == .completed)
        #expect(entries.map(\.isLatest) == [false, true])
        #expect(throws: RunReadError.self) { try entries[1].manifest.get() }
        #expect(throws: RunReadError.self) { try RunIndex.list(resultsDirectory: "\(folder.path)/none") }
    }
}
