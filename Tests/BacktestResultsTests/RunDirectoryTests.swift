import BacktestMetrics
import BacktestModel
import BacktestResults
import Foundation
import Testing

@Suite struct RunDirectoryTests {
    let fixture = RunFixture()

    @Test func wholeTree() throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        #expect(run.runID == "20261120T101500Z-3fa9c1")
        #expect(run.latestProblem == nil)
        try fixture.write(to: run)
        let inner = "results/spy/\(run.runID)"
        #expect(
            folder.tree("results") == [
                "spy", "spy/20261120T101500Z-3fa9c1", "spy/20261120T101500Z-3fa9c1/config.yaml",
                "spy/20261120T101500Z-3fa9c1/manifest.json", "spy/20261120T101500Z-3fa9c1/p_0000",
                "spy/20261120T101500Z-3fa9c1/p_0000/metrics.json", "spy/20261120T101500Z-3fa9c1/p_0001",
                "spy/20261120T101500Z-3fa9c1/p_0001/metrics.json", "spy/20261120T101500Z-3fa9c1/p_0002",
                "spy/20261120T101500Z-3fa9c1/p_0002/metrics.json", "spy/20261120T101500Z-3fa9c1/p_0003",
                "spy/20261120T101500Z-3fa9c1/p_0003/metrics.json",
                "spy/20261120T101500Z-3fa9c1/root_container",
                "spy/20261120T101500Z-3fa9c1/root_container/metrics.json",
                "spy/20261120T101500Z-3fa9c1/summary.csv",
                "spy/latest",
            ]
        )
        #expect(folder.bytes("\(inner)/config.yaml") == fixture.configuration)
        #expect(folder.bytes("\(inner)/p_0001/metrics.json") == Sample.bytes(fixture.record(1)))
        expectGolden(try #require(folder.bytes("\(inner)/manifest.json")), "manifest.json")
        expectGolden(try #require(folder.bytes("\(inner)/summary.csv")), "summary.csv")
        expectGolden(try #require(folder.bytes("\(inner)/root_container/metrics.json")), "root_metrics.json")
    }

    @Test func runningManifestIsThereFromTheStart() throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        let bytes = try #require(folder.bytes("results/spy/\(run.runID)/manifest.json"))
        let manifest = try Manifest.read(bytes)
        #expect(manifest.status == .running)
        #expect(manifest.runID == run.runID)
    }

    @Test func manifestReadsBack() throws {
        var manifest = fixture.manifest
        manifest.runID = "20261120T101500Z-3fa9c1"
        manifest.status = .interrupted
        var buffer = ByteBuffer()
        manifest.write(into: &buffer)
        #expect(try Manifest.read(buffer.array) == manifest)
        #expect(manifest.containers.spans.count == 3)
        #expect(manifest.containers.count(.completed) == 3)
    }

    @Test func takenNamesAreNumbered() throws {
        let folder = try TemporaryFolder()
        let runs = try (0..<12).map { _ in try fixture.create(in: folder).runID }
        #expect(runs[0] == "20261120T101500Z-3fa9c1")
        #expect(runs[1] == "20261120T101500Z-3fa9c1-2")
        #expect(runs[11] == "20261120T101500Z-3fa9c1-12")
        let latest = try FileManager.default.destinationOfSymbolicLink(
            atPath: "\(folder.path)/results/spy/latest"
        )
        #expect(latest == runs[11])
    }

    /// Claims from several threads at once: every one gets a folder of its own.
    @Test func claimsAreExclusive() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let fixture = fixture
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    var manifest = fixture.manifest
                    return try RunDirectory.create(
                        results: "\(path)/deep/results",
                        manifest: &manifest,
                        secondsSinceEpoch: fixture.seconds,
                        configuration: fixture.configuration
                    ).runID
                }
            }
            return try await group.reduce(into: [String]()) { $0.append($1) }
        }
        #expect(Set(ids).count == 20)
        #expect(!folder.tree().contains { $0.hasSuffix(".tmp") })
    }

    @Test func twoProcessesDoNotWriteOneRun() throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        let error = #expect(throws: StorageError.self) { try RunDirectory.resume(path: run.path) }
        #expect(error?.code == .locked)
        #expect(error?.description.contains("another admf is writing this run") == true)
        #expect(error?.path.hasSuffix("config.yaml") == true)
    }

    @Test func lockEndsWithItsOwner() throws {
        let folder = try TemporaryFolder()
        let path = try fixture.create(in: folder).path
        _ = try RunDirectory.resume(path: path)
        _ = try RunDirectory.resume(path: path)
    }

    @Test func latestMayBeSomethingElse() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/results/spy/latest/x",
            withIntermediateDirectories: true
        )
        let run = try fixture.create(in: folder)
        #expect(run.latestProblem?.code == .isInTheWay)
        #expect(!folder.tree().contains { $0.hasSuffix(".tmp") })
    }

    @Test func tradesAndEquity() throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        var writer = ContainerWriter(run)
        let trade = TradeRecord(
            tradeID: 1,
            strategyID: "a,\"b",
            symbol: "SPY",
            side: .short,
            entryTime: Timestamp(seconds: 1_711_978_200),
            entryPrice: 100.1,
            exitTime: Timestamp(nanoseconds: 1_711_978_500_000_000_500),
            exitPrice: 99,
            quantity: 2.5,
            grossProfit: 2.75,
            commission: 0.25,
            slippage: 1e-7,
            netProfit: 2.5,
            barsHeld: 3,
            exitReason: .takeProfit,
            maximumAdverseExcursion: -0.002,
            maximumFavorableExcursion: 0.01
        )
        var second = trade
        second.tradeID = 2
        second.exitReason = .endOfData
        second.grossProfit = -.zero
        second.netProfit = .nan
        try writer.writeTrades([trade, second], containerID: "p_0000")
        try writer.writeTrades([], containerID: "p_0001")
        let times = (0..<3).map { Int64($0) * 300_000_000_000 }
        try times.withUnsafeBufferPointer { times in
            try [100_000, 100_000.5, 1.0 / 3].withUnsafeBufferPointer { equity in
                try writer.writeEquity(times: times, equity: equity, containerID: "p_0000")
            }
        }
        let inner = "results/spy/\(run.runID)"
        expectGolden(try #require(folder.bytes("\(inner)/p_0000/trades.csv")), "trades.csv")
        expectGolden(try #require(folder.bytes("\(inner)/p_0000/equity.csv")), "equity.csv")
        let header = """
            trade_id,strategy_id,symbol,side,entry_time,entry_price,exit_time,exit_price,quantity,gross_pnl,commission,\
            slippage,net_pnl,return,bars_held,exit_reason,mae,mfe

            """
        #expect(folder.bytes("\(inner)/p_0001/trades.csv") == Array(header.utf8))
    }

    /// Longer than the writer's block, so that it is written in pieces.
    @Test func longCurveReadsBack() throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        let count = 30_000
        let times: [Int64] = (0..<count).map { (bar: Int) -> Int64 in
            Int64(bar) * 60_000_000_000 + Int64(bar % 7 / 6)
        }
        let equity: [Double] = (0..<count).map { (bar: Int) -> Double in 100_000 + Double(bar) / 7 }
        var writer = ContainerWriter(run)
        try times.withUnsafeBufferPointer { times in
            try equity.withUnsafeBufferPointer { equity in
                try writer.writeEquity(times: times, equity: equity, containerID: "p_0000")
            }
        }
        try writer.writeMetrics(fixture.record(0))
        let reader = try RunReader.open(run.path)
        let points = try #require(try reader.equity("p_0000"))
        #expect(points.map(\.time.nanoseconds) == times)
        #expect(points.map(\.equity) == equity)
        #expect(try reader.equity("p_0001") == nil)
    }

    @Test func rowsMadeByWorkersGiveTheSameSummary() throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        try fixture.write(to: run)
        let name = "results/spy/\(run.runID)/summary.csv"
        let whole = folder.bytes(name)
        var rows = ByteBuffer()
        for index in 0..<4 {
            SummaryWriter.writeRow(fixture.record(index), parameterPaths: fixture.paths, into: &rows)
        }
        var writer = try SummaryWriter(run, parameterPaths: fixture.paths)
        try rows.withBytes { bytes in try writer.append(rows: bytes) }
        try writer.finish()
        #expect(folder.bytes(name) == whole)
    }

    /// Workers share the folder and nothing else: what they write is what one would have written.
    @Test(arguments: [2, 8])
    func workersWriteAtOnce(workers: Int) async throws {
        let folder = try TemporaryFolder()
        var fixture = fixture
        fixture.count = 200
        let run = try fixture.create(in: folder)
        let shared = fixture
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var writer = ContainerWriter(run)
                    for index in stride(from: worker, to: shared.count, by: workers) {
                        try writer.writeTrades([], containerID: shared.record(index).containerID)
                        try writer.writeMetrics(shared.record(index))
                    }
                }
            }
            try await group.waitForAll()
        }
        for index in 0..<shared.count {
            let record = shared.record(index)
            let bytes = folder.bytes("results/spy/\(run.runID)/\(record.containerID)/metrics.json")
            #expect(bytes == Sample.bytes(record))
        }
        #expect(!folder.tree().contains { $0.hasSuffix(".tmp") })
    }

    @Test func abandonedFilesVanish() throws {
        let folder = try TemporaryFolder()
        let run = try fixture.create(in: folder)
        do {
            var writer = try SummaryWriter(run, parameterPaths: [])
            try writer.append(ContainerRecord(containerID: "p", portfolioID: "p", runHash: "3fa9c1"))
        }
        #expect(!folder.tree().contains { $0.contains("summary") })
    }
}

@Suite struct RunIDTests {
    @Test(arguments: [
        ("20261120T101500Z-3fa9c1", true), ("20261120T101500Z-3fa9c1-2", true), ("latest", false),
        ("", false),
        ("20261120T101500Z", false), ("2026112xT101500Z-3fa9c1", false), ("root_container_and_more_x", false),
    ])
    func form(name: String, isRunID: Bool) { #expect(RunID.isRunID(name) == isRunID) }

    @Test func textOfTheEpoch() {
        #expect(
            RunID.text(secondsSinceEpoch: 0, configurationHash: "abcdef0123") == "19700101T000000Z-abcdef"
        )
    }
}
