public import BacktestEvents
import BacktestModel

/// How far fills were from the prices that decisions expected, and how long they took.
public struct ExecutionQuality: Sendable, Hashable {
    /// Fills.
    public var fills = 0
    /// Fills that came from an order: not those at a protective level.
    public var orderFills = 0
    /// Mean of what a fill was worse than expected, as a fraction of the expected price; `nil` without fills.
    public var meanSlippage: Double?
    /// The worst of these, below 0 where every fill was better; `nil` without fills.
    public var worstSlippage: Double?
    /// Mean number of timeline bars from the decision to the fill of an order; `nil` without such fills.
    public var meanBarsToFill: Double?
    /// The most of these; `nil` without such fills.
    public var mostBarsToFill: Int?

    /// No fills.
    public init() {}
}

/// Measures the quality of a container's execution from its ORDER and FILL events.
///
/// The expected price is the close on which an order was decided, or the level of a stop or target. A class because the bus and
/// the worker that reuses it both refer to it.
public final class ExecutionQualityObserver: EventObserver {
    /// ORDER and FILL where it watches, nothing else.
    public private(set) var interests: EventTypeSet = []
    private var decided: [UInt32: Int32] = [:]
    private var fills = 0
    private var sum = 0.0
    private var worst = -Double.infinity
    private var orderFills = 0
    private var bars = 0
    private var mostBars = 0

    /// Watches nothing until `begin`.
    public init() {}

    /// Starts a container.
    public func begin(isWatching: Bool) {
        interests = isWatching ? EventTypeSet([.order, .fill]) : []
        decided.removeAll(keepingCapacity: true)
        fills = 0
        sum = 0
        worst = -.infinity
        orderFills = 0
        bars = 0
        mostBars = 0
    }

    /// Takes orders and fills.
    public func observe(events: UnsafeBufferPointer<Event>) {
        guard !interests.isEmpty else { return }
        for event in events {
            switch event.type {
            case .order where event.flags & EventFlags.rejected == 0: decided[event.sequence] = event.bar
            case .fill: take(event)
            default: break
            }
        }
    }

    private func take(_ fill: Event) {
        let expected = fill.value3
        let buys = (fill.code == Side.long.rawValue) == (fill.flags & EventFlags.entry != 0)
        let slippage = (buys ? fill.price - expected : expected - fill.price) / expected
        fills += 1
        sum += slippage
        worst = max(worst, slippage)
        guard let bar = decided[fill.cause] else { return }
        orderFills += 1
        bars += Int(fill.bar - bar)
        mostBars = max(mostBars, Int(fill.bar - bar))
    }

    /// The measures so far.
    public var quality: ExecutionQuality {
        var quality = ExecutionQuality()
        quality.fills = fills
        quality.orderFills = orderFills
        if fills > 0 {
            quality.meanSlippage = sum / Double(fills)
            quality.worstSlippage = worst
        }
        if orderFills > 0 {
            quality.meanBarsToFill = Double(bars) / Double(orderFills)
            quality.mostBarsToFill = mostBars
        }
        return quality
    }
}
