import BacktestModel
import BacktestResults
import Foundation
import Testing

@Suite struct ResumeTests {
    let fixture = RunFixture()

    private func expected(_ count: Int) -> [ExpectedContainer] {
        (0..<count).map { index in
            let record = fixture.record(index)
            return ExpectedContainer(
                containerID: record.containerID,
                portfolioID: record.portfolioID,
                parameters: record.parameters
            )
        }
    }

    @Test func resumedTreeIsByteIdentical() throws {
        let whole = try TemporaryFolder()
        let wholeRun = try fixture.create(in: whole)
        try fixture.write(to: wholeRun)

        let cut = try TemporaryFolder()
        var path = ""
        do {
            let run = try fixture.create(in: cut)
            try fixture.write(to: run, containers: 0..<3)
            path = run.path
        }
        // What kill -9 leaves behind.
        let leftovers = ["p_0003/.metrics.json.tmp", ".summary.csv.tmp", ".manifest.json.tmp"]
        try FileManager.default.createDirectory(atPath: "\(path)/p_0003", withIntermediateDirectories: true)
        for name in leftovers { try Data("half".utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)")) }

        let run = try RunDirectory.resume(path: path)
        var records = try run.completedContainers(runHash: "3fa9c1", expected: expected(4))
        #expect(records.map { $0?.containerID } == ["p_0000", "p_0001", "p_0002", nil])
        #expect(records[2]?.error == "no")
        var writer = ContainerWriter(run)
        try writer.writeMetrics(fixture.record(3))
        records[3] = fixture.record(3)
        try fixture.finish(run, records.compactMap(\.self))

        #expect(cut.tree() == whole.tree())
        for file in whole.tree() where whole.bytes(file) != nil {
            #expect(cut.bytes(file) == whole.bytes(file), "\(file)")
        }
    }

    @Test func onlyWholeAndMatchingContainersAreKept() throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        try fixture.write(to: run, containers: 0..<4)
        let path = "\(run.path)/p_0001/metrics.json"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
        var wanted = expected(4)
        wanted[3].parameters[0].value = .number(7)
        let kept = try run.completedContainers(runHash: "3fa9c1", expected: wanted)
        #expect(kept.map { $0 != nil } == [true, false, true, false])
        #expect(
            try run.completedContainers(runHash: "ffffff", expected: expected(4)).allSatisfy { $0 == nil }
        )
        // A file that the config asks for must be there too.
        #expect(
            try run.completedContainers(runHash: "3fa9c1", expected: expected(1), files: ["trades.csv"]) == [
                nil
            ]
        )
        var writer = ContainerWriter(run)
        try writer.writeTrades([], containerID: "p_0000")
        #expect(
            try run.completedContainers(runHash: "3fa9c1", expected: expected(1), files: ["trades.csv"])
                == [fixture.record(0)]
        )
    }

    @Test func resumeOfNothingIsAnError() throws {
        let folder = try TemporaryFolder()
        #expect(throws: StorageError.self) { try RunDirectory.resume(path: "\(folder.path)/none") }
        let error = #expect(throws: StorageError.self) { try RunDirectory.resume(path: folder.path) }
        #expect(error?.code == .notFound)
    }
}
