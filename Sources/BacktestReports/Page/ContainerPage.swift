import BacktestMetrics
import BacktestModel
import BacktestResults

/// What the page shows of one chosen container beyond its line in the leaderboard.
struct ContainerPage: Sendable {
    /// Most points of a curve.
    static let pointsMax = 1_200
    /// Most trades that are drawn; the tables count all.
    static let tradesMax = 2_000

    let record: ContainerRecord
    let equity: [(time: Timestamp, equity: Double)]?
    let trades: [StoredTrade]?
    let clock: PageClock
    /// The equity of the same container in the run that this one is compared with.
    var before: [(time: Timestamp, equity: Double)]?

    /// Reads a container.
    init(_ run: RunReader, _ containerID: String, clock: PageClock = .utc) throws(RunReadError) {
        self.clock = clock
        record = try run.record(containerID)
        equity = try run.equity(containerID)
        trades = try run.trades(containerID)
    }

    func write(_ json: inout CompactJSON, prices: [PriceHistory]) {
        json.object { json in
            json.key("id")
            json.string(record.containerID)
            json.key("symbols")
            json.strings(record.symbols)
            if let period = record.period {
                json.key("period")
                json.string("\(period.start.iso8601) to \(period.end.iso8601), \(period.bars) bars")
            }
            if let equity, let start = record.metrics[.initialCapital] {
                json.key("curve")
                curve(&json, equity, start, prices)
                json.key("months")
                months(&json, equity, start)
            }
            if let before {
                json.key("before")
                let kept = CurveSample.indices(before.map(\.equity), limit: ContainerPage.pointsMax)
                json.object { json in
                    json.key("t")
                    json.numbers(kept.map { Double(before[$0].time.secondsFloor) })
                    json.key("equity")
                    json.numbers(kept.map { before[$0].equity })
                }
            }
            json.key("strategies")
            attribution(&json, record.byStrategy)
            json.key("bySymbol")
            attribution(&json, record.bySymbol)
            json.key("breakdown")
            ContainerBreakdown(
                clock: clock,
                equity: equity ?? [],
                start: record.metrics[.initialCapital] ?? 0,
                trades: trades ?? []
            )
            .write(&json)
            if let trades {
                json.key("tradeCount")
                json.number(Double(trades.count))
                json.key("trades")
                write(&json, trades)
            }
        }
    }

    private func curve(
        _ json: inout CompactJSON,
        _ equity: [(time: Timestamp, equity: Double)],
        _ start: Double,
        _ prices: [PriceHistory]
    ) {
        let values = equity.map(\.equity)
        let drawdown = CurveSample.drawdown(values, start: start)
        let kept = CurveSample.indices(values, limit: ContainerPage.pointsMax)
        json.object { json in
            json.key("t")
            json.numbers(kept.map { Double(equity[$0].time.secondsFloor) })
            json.key("equity")
            json.numbers(kept.map { values[$0] })
            json.key("drawdown")
            json.numbers(kept.map { drawdown[$0] })
            if let held = buyAndHold(equity.map(\.time), start, prices) {
                json.key("hold")
                json.numbers(kept.map { held[$0] })
                json.key("holdDrawdown")
                let fall = CurveSample.drawdown(held, start: start)
                json.numbers(kept.map { fall[$0] })
            }
        }
    }

    /// The capital in equal parts in the container's symbols, bought at each one's first close and never touched.
    private func buyAndHold(_ times: [Timestamp], _ start: Double, _ prices: [PriceHistory]) -> [Double]? {
        let histories = record.symbols.compactMap { symbol in prices.first { $0.symbol == symbol } }
        guard !histories.isEmpty, histories.count == record.symbols.count, let begin = times.first else {
            return nil
        }
        let part = start / Double(histories.count)
        let entries = histories.map { $0.close(at: begin) ?? $0.closes.first ?? 0 }
        guard entries.allSatisfy({ $0 > 0 }) else { return nil }
        return times.map { time in
            zip(histories, entries).reduce(0) { sum, pair in
                sum + part * (pair.0.close(at: time) ?? pair.1) / pair.1
            }
        }
    }

    /// Returns by calendar month of the data's zone, as `[year, month, return]`.
    private func months(
        _ json: inout CompactJSON,
        _ equity: [(time: Timestamp, equity: Double)],
        _ start: Double
    ) {
        json.array { json in
            var before = start
            for (index, point) in equity.enumerated() {
                let date = clock.local(point.time).date
                let next = index + 1 < equity.count ? clock.local(equity[index + 1].time).date : nil
                guard next.map({ ($0.year, $0.month) != (date.year, date.month) }) ?? true else { continue }
                json.numbers([
                    Double(date.year), Double(date.month), before > 0 ? point.equity / before - 1 : nil,
                ])
                before = point.equity
            }
        }
    }

    private func attribution(_ json: inout CompactJSON, _ rows: [Attribution]) {
        json.array { json in
            for row in rows {
                json.array { json in
                    json.string(row.key)
                    for value in [Double(row.signals), Double(row.totalTrades), row.winRate, row.netProfit] {
                        json.number(value)
                    }
                }
            }
        }
    }

    private func write(_ json: inout CompactJSON, _ trades: [StoredTrade]) {
        json.array { json in
            for trade in trades.prefix(ContainerPage.tradesMax) {
                json.array { json in
                    json.string(trade.symbol)
                    json.string(trade.strategyID)
                    json.string(trade.side)
                    json.number(Double(trade.entryTime.secondsFloor))
                    json.number(trade.entryPrice)
                    json.number(Double(trade.exitTime.secondsFloor))
                    json.number(trade.exitPrice)
                    json.number(trade.netProfit)
                    json.string(trade.exitReason)
                }
            }
        }
    }
}
