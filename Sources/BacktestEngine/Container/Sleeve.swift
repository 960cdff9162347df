import BacktestEvents
import BacktestModel

/// One strategy on one symbol inside a container: its own orders, position and cash.
struct Sleeve {
    // What it trades. Pointers are borrowed from the container's input for the length of a run.
    var strategy: UInt16 = 0
    var lane: UInt16 = 0
    var count = 0
    var firstTradable = 0
    var positions: UnsafePointer<Int32>?
    var locals: UnsafePointer<Int32>?
    var open: UnsafePointer<Double>
    var high: UnsafePointer<Double>
    var low: UnsafePointer<Double>
    var close: UnsafePointer<Double>
    var volume: UnsafePointer<Double>
    var vwap: UnsafePointer<Double>?
    var scanLow: UnsafePointer<Double>
    var scanHigh: UnsafePointer<Double>
    var marks: UnsafePointer<Double>
    var stopRange: UnsafePointer<Double>?
    var targetRange: UnsafePointer<Double>?
    var trailRange: UnsafePointer<Double>?
    var entryRange: UnsafePointer<Double>?
    var volatility: UnsafePointer<Double>?

    // What it hears.
    var signalBars: UnsafePointer<Int32>
    var signalMasks: UnsafePointer<UInt8>
    var signalStrengths: UnsafePointer<Double>?
    var signalCount = 0
    var hasOverrides = false
    var cursor = 0
    var delivered = 0
    /// Sequence of the first SIGNAL event of the bar under way.
    var firstSignal: UInt32 = 0
    /// Sequence of the event that its signals on the bar under way come from: FEATURES, BAR, or none.
    var source = Event.none32
    /// Sequence of the POSITION_OPEN of what it holds: the cause of what protects or ends it without a signal.
    var opening = Event.none32

    // Its account.
    /// Share of the portfolio's capital (or equity, with shared cash).
    var share = 0.0
    var cash = 0.0
    /// Cash at the start.
    var startCash = 0.0
    /// Signed units.
    var position = 0.0
    var entryPrice = 0.0
    var entryLocal = 0
    var correlation: UInt32 = 0
    var commission = 0.0
    var borrow = 0.0
    var gross = 0.0
    var exitedQuantity = 0.0
    var exitNotional = 0.0

    // Its protection.
    var stopLevel = Double.nan
    var targetLevel = Double.nan
    var fixedStop = false
    var fixedTarget = false
    var stopDistance = Double.nan
    var targetDistance = Double.nan
    /// Trailing distance in price units, frozen; `nan` where it is a rate or there is none.
    var trailDistance = Double.nan
    /// Trailing distance as a share of the extreme; `nan` for none.
    var trailRate = Double.nan
    var extreme = Double.nan
    /// Last local bar whose range the extreme knows; a search for the next touch runs ahead of the bar under way.
    var extremeThrough = 0
    /// The extreme before the last search ran ahead, and the last bar it knew.
    var settledExtreme = Double.nan
    var settledThrough = 0
    /// First local bar on which protection is tested.
    var protectedFrom = 0
    /// Local bar at whose close a time exit is decided.
    var timeExit = Int.max

    // Its orders.
    var orders = OrderQueue()
    /// Sign of the position after every open order has filled.
    var projected = 0
    /// Last local bar in which an entry filled at its level, after the open; -1 for none.
    var insideLocal = -1
    /// Price at which that bar passed the level.
    var insideLevel = Double.nan
    /// Whether it passed the level on its way up.
    var insideRising = false
    /// First local bar on which entries are allowed again.
    var cooldownUntil = 0

    // Closed trades, for kelly.
    var closedTrades = 0
    var wonTrades = 0
    var lostTrades = 0
    var wonSum = 0.0
    var lostSum = 0.0

    // Scheduling.
    /// Last local bar that is done with.
    var done = -1
    /// Local bar under the timeline index that is being processed.
    var local = 0
    /// Whether what it holds or waits for has changed outside its own turn.
    var changed = false

    // Inlined always: called on a sleeve behind a pointer, they would copy all of it first.
    @inline(__always)
    var sign: Int { position > 0 ? 1 : (position < 0 ? -1 : 0) }

    /// Timeline index of a local bar.
    @inline(__always)
    func timelineIndex(_ local: Int) -> Int {
        if let positions { return Int(positions[local - firstTradable]) }
        return local - firstTradable
    }

    /// Last local bar at or before a timeline index, less than `firstTradable` where there is none.
    @inline(__always)
    func lastLocal(at position: Int) -> Int {
        if let locals { return Int(locals[position]) }
        return position + firstTradable
    }

    /// Whether the symbol has a bar at a timeline index.
    @inline(__always)
    func hasBar(at position: Int) -> Bool {
        guard positions != nil else { return true }
        let local = lastLocal(at: position)
        return local >= firstTradable && timelineIndex(local) == position
    }

    @inline(__always)
    var trails: Bool { !trailRate.isNaN || !trailDistance.isNaN }
    @inline(__always)
    var hasProtection: Bool { !stopLevel.isNaN || !targetLevel.isNaN || trails }

    /// Price of the trailing stop that the extreme so far implies.
    @inline(__always)
    var trailLevel: Double {
        let distance = trailRate.isNaN ? trailDistance : trailRate * extreme
        return position > 0 ? extreme - distance : extreme + distance
    }

    /// Makes the extreme know exactly the bars through `bar`, wherever a search had run ahead to.
    @inline(__always)
    mutating func settleExtreme(through bar: Int, skipping waits: Bool) {
        guard trails, position != 0 else { return }
        if extremeThrough > bar {
            extreme = settledExtreme
            extremeThrough = settledThrough
        }
        while extremeThrough < bar {
            let next = extremeThrough + 1
            if waits && volume[next] == 0 { extremeThrough = next } else { extend(through: next) }
        }
        settledExtreme = extreme
        settledThrough = extremeThrough
    }

    /// Takes a bar's range into the extreme.
    @inline(__always)
    mutating func extend(through bar: Int) {
        extreme = position > 0 ? max(extreme, high[bar]) : min(extreme, low[bar])
        extremeThrough = bar
    }
}
