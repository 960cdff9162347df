package import BacktestEvents
package import BacktestMarketData
import BacktestModel
package import BacktestResults

/// Turns a container's fills into the rows of trades.csv (rule R74).
///
/// A class because the bus and the worker that reuses it both refer to it.
package final class TradeRecorder: EventObserver {
    package let interests: EventTypeSet = .trades

    /// What is known of a sleeve's open trade; -1 until its first fill.
    private struct OpenTrade {
        var entryBar = -1
        var heldFrom = -1
        var commission = 0.0
        var slippage = 0.0
        var exitAtClose = false
    }

    private var timeline: Timeline?
    private var strategyIDs: [String] = []
    private var open: [OpenTrade] = []
    package private(set) var trades: [TradeRecord] = []

    /// Makes a recorder without a container; call `begin` before it is attached to a stream.
    package init() {}

    /// Starts a container.
    package func begin(_ timeline: Timeline, strategyIDs: [String]) {
        self.timeline = timeline
        self.strategyIDs = strategyIDs
        open.removeAll(keepingCapacity: true)
        open.append(contentsOf: repeatElement(OpenTrade(), count: strategyIDs.count * timeline.lanes.count))
        trades.removeAll(keepingCapacity: true)
    }

    /// Starts a container whose trades nobody asks for.
    package func rest() {
        timeline = nil
        trades.removeAll(keepingCapacity: true)
    }

    package func observe(events: UnsafeBufferPointer<Event>) {
        guard let timeline else { return }
        // A batch also holds what other observers asked for, events without a symbol among it.
        for event in events where interests.contains(type: event.type) {
            let lane = timeline.lanes[Int(event.symbol)]
            let sleeve = Int(event.strategy) * timeline.lanes.count + Int(event.symbol)
            switch event.type {
            case .fill:
                open[sleeve].commission += event.value0
                open[sleeve].slippage += event.value1
                open[sleeve].exitAtClose = event.flags & EventFlags.atClose != 0
                // The first fill of a trade comes before its POSITION_OPEN; later entries do not move the start.
                if event.flags & EventFlags.entry != 0, open[sleeve].entryBar < 0 {
                    let local = self.local(lane, Int(event.bar))
                    open[sleeve].entryBar = Int(event.bar)
                    open[sleeve].heldFrom = event.flags & EventFlags.atOpen != 0 ? local : local + 1
                }
            case .positionOpen:
                break
            case .positionClose:
                close(event, lane, sleeve)
            default:
                break
            }
        }
    }

    /// The rows in the order of rule R74: by exit, then strategy, then symbol; a sleeve's own in the order they ended.
    package func sorted() -> [TradeRecord] {
        trades.enumerated().sorted { a, b in
            let left = (a.element.exitTime, a.element.strategyID, a.element.symbol, a.offset)
            return left < (b.element.exitTime, b.element.strategyID, b.element.symbol, b.offset)
        }.map(\.element)
    }

    private func local(_ lane: Timeline.Lane, _ bar: Int) -> Int {
        if let locals = lane.locals { return Int(locals.pointer[bar]) }
        return bar + lane.series.firstTradable
    }

    /// Adds the row of a trade that ended.
    ///
    /// Its times are those of its FILLs: the timeline's, not the symbol's own stamps, where a larger bar joins at its end (R12) or the
    /// end of the data closes a symbol that has no bar left (R67).
    private func close(_ event: Event, _ lane: Timeline.Lane, _ sleeve: Int) {
        let exitLocal = local(lane, Int(event.bar))
        let trade = open[sleeve]
        // Attached while the trade was open, it has not seen how that began.
        guard trade.entryBar >= 0, let timeline else { return }
        let side = Side(rawValue: event.code) ?? .long
        let entryPrice = event.value3
        let excursion = excursions(
            lane.series,
            trade,
            exitLocal,
            side: side,
            entry: entryPrice,
            exit: event.price
        )
        trades.append(
            TradeRecord(
                tradeID: Int(event.correlation),
                strategyID: strategyIDs[Int(event.strategy)],
                symbol: lane.series.symbol,
                side: side,
                entryTime: Timestamp(nanoseconds: timeline.times[trade.entryBar]),
                entryPrice: entryPrice,
                exitTime: Timestamp(nanoseconds: timeline.times[Int(event.bar)]),
                exitPrice: event.price,
                quantity: event.quantity,
                grossProfit: event.value0,
                commission: trade.commission,
                slippage: trade.slippage,
                netProfit: event.value1,
                barsHeld: Int(event.value2),
                exitReason: ExitReason(rawValue: event.reason) ?? .signal,
                maximumAdverseExcursion: excursion.adverse,
                maximumFavorableExcursion: excursion.favorable
            )
        )
        open[sleeve] = OpenTrade()
    }

    /// Worst and best price over the bars whose range was held and the exit, as fractions of the entry price.
    private func excursions(
        _ series: Series,
        _ trade: OpenTrade,
        _ exitLocal: Int,
        side: Side,
        entry: Double,
        exit: Double
    ) -> (adverse: Double, favorable: Double) {
        var least = exit
        var greatest = exit
        let end = trade.exitAtClose ? exitLocal + 1 : exitLocal
        if trade.heldFrom < end {
            for bar in trade.heldFrom..<end {
                least = min(least, series.low.pointer[bar])
                greatest = max(greatest, series.high.pointer[bar])
            }
        }
        let down = min(0, (least - entry) / entry)
        let up = max(0, (greatest - entry) / entry)
        // 0 less a zero, so that a side that was never reached reads 0 and not -0.
        return side == .long ? (down, up) : (0 - up, 0 - down)
    }
}
