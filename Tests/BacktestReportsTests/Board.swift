import BacktestMetrics
import BacktestModel
import BacktestReports
import BacktestResults

/// A small sweep that several tests share.
enum Board {
    static let sharpe: [Double?] = [1.25, nil, 2.5, 1.25, -0.5, nil]

    static let summary: RunSummary = {
        let rows = sharpe.enumerated().map { index, sharpe in
            var metrics = MetricValues()
            metrics[.initialCapital] = 100_000
            metrics[.finalEquity] = 100_000 + Double(index) * 12_345.678
            metrics[.totalReturn] = Double(index) * 0.123_456_78
            metrics[.sharpeRatio] = sharpe
            metrics[.maxDrawdown] = 0.05 + Double(index) / 100
            metrics[.totalTrades] = Double(index * 1_000)
            if index > 0 { metrics[.winRate] = 1 / Double(index) }
            if index == 5 { metrics = MetricValues() }
            return RunSummary.Row(
                containerID: "momentum_000\(index)",
                portfolioID: "momentum",
                status: index == 5 ? .failed : .completed,
                parameters: [.number(Double(5 * index)), index == 4 ? .null : .number(0.01), .text("a|b")],
                metrics: metrics
            )
        }
        return RunSummary(parameterPaths: ["fast.n", "momentum.risk.stop_loss", "fast.mode"], rows: rows)
    }()

    static let record: ContainerRecord = {
        var record = ContainerRecord(containerID: "momentum_0002", portfolioID: "momentum", runHash: "3fa9c1")
        record.parameters = [("fast.n", .number(10)), ("fast.mode", .text("x"))]
        record.strategies = ["fast"]
        record.symbols = ["SPY", "QQQ"]
        record.period = (Timestamp(seconds: 1_711_978_200), Timestamp(seconds: 1_743_431_400), 20_769)
        record.metrics = summary.rows[2].metrics
        record.byStrategy = [
            Attribution(key: "fast", signals: 412, totalTrades: 3, winningTrades: 1, netProfit: -1_234.5)
        ]
        record.bySymbol = [
            Attribution(key: "SPY", signals: 400, totalTrades: 3, winningTrades: 1, netProfit: -1_234.5),
            Attribution(key: "QQQ", signals: 12, totalTrades: 0, winningTrades: 0, netProfit: 0),
        ]
        record.events = [("SIGNAL", 412), ("FILL", 206)]
        record.memory = (0, 7, 1_236, 0)
        return record
    }()

    static let manifest: Manifest = {
        var manifest = Manifest(name: "spy", configurationHash: "3fa9c1" + String(repeating: "0", count: 58))
        manifest.status = .completed
        manifest.runID = "20261120T101500Z-3fa9c1"
        manifest.versions = [Named("admf", "0.1.0"), Named("swift", "6.3.1")]
        manifest.configurationPath = "configs/spy.yaml"
        manifest.settings = ["a=1"]
        manifest.options = [Named("jobs", .number(2)), Named("only", .null)]
        manifest.data = [
            Manifest.DataFile(
                symbol: "SPY",
                path: "data/SPY.csv",
                sha256: String(repeating: "ab", count: 32),
                byteCount: 1_000,
                barCount: 20_769,
                droppedRowCount: 2
            )
        ]
        manifest.annualization = [Named("periods_per_year", .number(19_656))]
        manifest.objective = Manifest.Objective(metric: "sharpe_ratio", maximize: true)
        for index in 0..<6 {
            manifest.containers.append("momentum_000\(index)", index == 5 ? .failed : .completed)
        }
        manifest.failures = [Manifest.Failure(containerID: "momentum_0005", error: "no\u{1B}[31m room")]
        manifest.times = [Named("started", "2026-11-20T10:15:00Z")]
        manifest.timings = [Named("load", 0.25), Named("run", 75)]
        manifest.warnings = ["12 bars have no volume"]
        manifest.host = [Named("cores", .number(2))]
        return manifest
    }()
}
