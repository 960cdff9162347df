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
