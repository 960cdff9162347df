import BacktestMetrics
import BacktestModel
import BacktestResults

/// A small run: containers `p_0000` … with two parameters; `p_0002` fails.
struct RunFixture {
    var count = 4
    let hash = "3fa9c1" + String(repeating: "0", count: 58)
    let configuration = Array("name: spy # é\n".utf8)
    let seconds: Int64 = 1_795_169_700
    let paths = ["a.fast", "p.risk.stop_loss"]

    var manifest: Manifest {
        var manifest = Manifest(name: "spy", configurationHash: hash)
        manifest.versions = [Named("admf", "0.1.0"), Named("swift", "6.3.1")]
        manifest.configurationPath = "configs/spy.yaml"
        manifest.workingDirectory = "/home/user"
        manifest.settings = ["a.fast=10", "x=\"1\""]
        manifest.environment = "production"
        manifest.seed = .max
        manifest.options = [Named("jobs", .number(2)), Named("only", .null)]
        manifest.data = [
            Manifest.DataFile(
                symbol: "SPY",
                path: "data/SPY.csv",
                sha256: "ab12",
                byteCount: 10_000_000_000,
                barCount: 99
            )
        ]
        manifest.annualization = [Named("periods_per_year", .number(19_656)), Named("returns", .text("bar"))]
        manifest.objective = Manifest.Objective(
            metric: "sharpe_ratio",
            maximize: true,
            condition: "total_trades >= 30"
        )
        manifest.counts = [Named("bars", 99), Named("parameter_sets", 4)]
        manifest.times = [Named("started", "2026-11-20T10:15:00Z")]
        manifest.timings = [Named("load", 0.25)]
        manifest.warnings = ["12 bars have no volume"]
        manifest.host = [Named("cores", .number(2)), Named("system", .text("Linux"))]
        for index in 0..<count {
            manifest.containers.append(record(index).containerID, index == 2 ? .failed : .completed)
        }
        manifest.failures = [Manifest.Failure(containerID: "p_0002", error: "no")]
        return manifest
    }

    func record(_ index: Int) -> ContainerRecord {
        let digits = String(index)
        var record = ContainerRecord(
            containerID: "p_" + String(repeating: "0", count: 4 - digits.count) + digits,
            portfolioID: "p",
            runHash: "3fa9c1"
        )
        record.parameters = [("a.fast", .number(Double(5 * index))), ("p.risk.stop_loss", .number(0.01))]
        record.strategies = ["a"]
        record.symbols = ["SPY"]
        if index == 2 {
            record.status = .failed
            record.error = "no"
            return record
        }
        record.period = (Timestamp(seconds: 0), Timestamp(seconds: 86_400), 2)
        record.metrics = Sample.metrics
        record.metrics[.sharpeRatio] = Double(index) / 3
        // Not ruined: an insolvent container is never the best.
        record.metrics[.maxDrawdown] = 0.25
        record.metrics[.totalTrades] = Double(10 * index)
        record.events = index == 1 ? [("SIGNAL", 4), ("FILL", 2)] : [("FILL", 1)]
        record.memory = (1, index, 2, 0)
        return record
    }

    func create(in folder: TemporaryFolder, seconds: Int64? = nil) throws -> RunDirectory {
        var manifest = manifest
        return try RunDirectory.create(
            results: "\(folder.path)/results",
            manifest: &manifest,
            secondsSinceEpoch: seconds ?? self.seconds,
            configuration: configuration
        )
    }

    /// Writes what a whole run writes.
    func write(to run: RunDirectory, containers: Range<Int>? = nil) throws {
        var writer = ContainerWriter(run)
        for index in containers ?? 0..<count { try writer.writeMetrics(record(index)) }
        guard containers == nil else { return }
        try finish(run, (0..<count).map { record($0) })
    }

    func finish(_ run: RunDirectory, _ records: [ContainerRecord]) throws {
        var summary = try SummaryWriter(run, parameterPaths: paths)
        var totals = RunTotals(
            runHash: "3fa9c1",
            objectives: [RunTotals.Objective(metric: .sharpeRatio, maximize: true)],
            eventNames: ["BAR", "SIGNAL", "FILL"]
        )
        for record in records {
            try summary.append(record)
            totals.add(record)
        }
        try summary.finish()
        try run.write(totals)
        var manifest = manifest
        manifest.runID = run.runID
        manifest.status = .completed
        try run.write(manifest)
    }
}
