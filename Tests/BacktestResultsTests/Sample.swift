import BacktestMetrics
import BacktestModel
import BacktestResults

/// Records that several tests share.
enum Sample {
    static let metrics: MetricValues = {
        var values = MetricValues()
        for (index, name) in MetricName.allCases.enumerated() { values[name] = Double(index) * 1.25 - 3 }
        values[.initialCapital] = 100_000
        values[.finalEquity] = 123_456.789_012_345_68
        values[.sharpeRatio] = 1.0 / 3.0
        values[.skewness] = -1.5e-5
        values[.kurtosis] = 2.5e-7
        values[.profitFactor] = nil
        return values
    }()

    static let record: ContainerRecord = {
        var record = ContainerRecord(
            containerID: "momentum_portfolio_0042",
            portfolioID: "momentum_portfolio",
            runHash: "3fa9c1"
        )
        record.parameters = [
            ("momentum_1.fast", .number(10)), ("momentum_portfolio.risk.stop_loss", .number(0.02)),
            ("momentum_1.mode", .text("a,\"b\"\n")), ("momentum_portfolio.fractional", .boolean(true)),
        ]
        record.strategies = ["momentum_1", "dip_buyer"]
        record.symbols = ["SPY", "BRK/B é"]
        record.period = (
            Timestamp(seconds: 1_711_978_200), Timestamp(nanoseconds: 1_743_431_400_500_000_000), 20_769
        )
        record.metrics = metrics
        record.byStrategy = [
            Attribution(key: "momentum_1", signals: 412, totalTrades: 3, winningTrades: 1, netProfit: -12.5),
            Attribution(key: "dip_buyer", signals: 0, totalTrades: 0, winningTrades: 0, netProfit: 0),
        ]
        record.bySymbol = [
            Attribution(key: "SPY", signals: 412, totalTrades: 3, winningTrades: 1, netProfit: -12.5)
        ]
        record.events = [("SIGNAL", 412), ("FILL", 206)]
        record.memory = (0, 7, 1_236, 0)
        return record
    }()

    static let failed: ContainerRecord = {
        var record = ContainerRecord(containerID: "p_0001", portfolioID: "p", runHash: "3fa9c1")
        record.status = .failed
        record.error = "momentum_1.fast: 0 is not a number of bars"
        record.parameters = [("momentum_1.fast", .number(0))]
        return record
    }()

    static func bytes(_ record: ContainerRecord) -> [UInt8] {
        var buffer = ByteBuffer()
        MetricsDocument.write(record, into: &buffer)
        return buffer.array
    }
}
