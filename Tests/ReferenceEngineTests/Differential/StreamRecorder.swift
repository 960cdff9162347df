import BacktestEvents
import BacktestMarketData
import BacktestModel

/// Rebuilds fills, trades and the curve from a container's stream; a class because the bus refers to it.
final class StreamRecorder: EventObserver {
    let wantsMarks = true
    let interests: EventTypeSet
    private var events: [Event] = []
    private var equity: [Double]
    private var gaps = 0
    private var next = 0

    /// Stepwise streams are asked for every type, so that bars really are published one by one.
    init(bars: Int, stepwise: Bool) {
        let wantsMarks = true
        interests = stepwise ? .all : [.trades, EventTypeSet([.portfolioUpdate, .riskBreach])]
        equity = [Double](repeating: .nan, count: bars)
    }

    func observe(events batch: UnsafeBufferPointer<Event>) { events.append(contentsOf: batch) }

    func observe(marks span: MarkSpan) {
        if span.first != next { gaps += 1 }
        next = span.first + span.count
        for offset in 0..<span.count { equity[span.first + offset] = span.equity(at: offset) }
    }

    func outcome(
        _ scenario: Reference.Scenario,
        _ timeline: Timeline,
        _ traded: [Int]
    ) -> Reference.Outcome {
        var outcome = Reference.Outcome()
        outcome.times = timeline.times.array.map { Int($0) }
        outcome.days = timeline.days.array.map { Int($0) }
        // A gap between spans would leave a bar unmarked.
        outcome.equity = gaps == 0 && next == equity.count ? equity : []
        outcome.fills = events.filter { $0.type == .fill }.map { fill($0, traded) }
        outcome.trades = trades(outcome.times, traded)
        outcome.openPositions = openPositions(traded)
        outcome.dailyBreaches = events.filter {
            $0.type == .riskBreach && $0.flags & EventFlags.limit != 0
                && $0.reason == ExitReason.dailyLossLimit.rawValue
        }.map { Int($0.bar) }
        return outcome
    }

    private func fill(_ event: Event, _ traded: [Int]) -> Reference.Fill {
        // A FILL names the side of the position; an exit trades against it.
        let isEntry = event.flags & EventFlags.entry != 0
        return Reference.Fill(
            at: Int(event.bar),
            strategy: Int(event.strategy),
            symbol: traded[Int(event.symbol)],
            isEntry: isEntry,
            sign: (event.code == Side.long.rawValue) == isEntry ? 1 : -1,
            quantity: event.quantity,
            price: event.price,
            commission: event.value0,
            slippage: event.value1
        )
    }

    /// POSITION_CLOSE with what the fills of the same correlation add up to.
    private func trades(_ times: [Int], _ traded: [Int]) -> [Reference.Trade] {
        var trades: [(Reference.Trade, Int)] = []
        for (place, close) in events.enumerated() where close.type == .positionClose {
            let mine = events.filter { $0.correlation == close.correlation }
            let fills = mine.filter { $0.type == .fill }
            guard let open = mine.first(where: { $0.type == .positionOpen }) else { continue }
            guard let reason = ExitReason(rawValue: close.reason) else { continue }
            let trade = Reference.Trade(
                strategy: Int(close.strategy),
                symbol: traded[Int(close.symbol)],
                side: close.code == Side.long.rawValue ? .long : .short,
                entryTime: times[Int(open.bar)],
                entryPrice: close.value3,
                exitTime: times[Int(close.bar)],
                exitPrice: close.price,
                quantity: close.quantity,
                grossPnL: close.value0,
                commission: fills.map(\.value0).reduce(0, +),
                slippage: fills.map(\.value1).reduce(0, +),
                netPnL: close.value1,
                returnOnEntry: close.value1 / (close.quantity * close.value3),
                barsHeld: Int(close.value2),
                reason: RealEngine.exitReason(reason),
                // Excursions are no part of the stream: whoever writes trades.csv takes them from the tape.
                mae: .nan,
                mfe: .nan,
                entryBar: 0,
                exitBar: 0
            )
            trades.append((trade, place))
        }
        return trades.sorted { a, b in
            (a.0.exitTime, a.0.strategy, a.0.symbol, a.1) < (b.0.exitTime, b.0.strategy, b.0.symbol, b.1)
        }.map(\.0)
    }

    /// Each sleeve's last account, where it still holds something.
    private func openPositions(_ traded: [Int]) -> [Reference.OpenPosition] {
        var last: [[Int]: Event] = [:]
        for event in events where event.type == .portfolioUpdate && event.strategy != Event.none16 {
            last[[Int(event.strategy), Int(event.symbol)]] = event
        }
        return last.sorted { ($0.key[0], $0.key[1]) < ($1.key[0], $1.key[1]) }
            .filter { $0.value.quantity != 0 }
            .map { key, event in
                Reference.OpenPosition(
                    strategy: key[0],
                    symbol: traded[key[1]],
                    position: event.quantity,
                    entryPrice: event.price
                )
            }
    }
}
