public import BacktestEvents
import BacktestModel

/// Runs containers one after the other, each from its first bar to its last, on one thread.
///
/// A container is driven by what concerns it: signals, due orders, protective levels, time exits. Between two such bars
/// nothing can change but marks, so a run of bars is marked to market in one pass. Memory is reused from container to
/// container; nothing is allocated for a bar, and no lock, `await`, dictionary or existential is met on one.
///
/// Every method is `mutating`, also those that change nothing: a borrowed `self` of this size is copied for a call.
public struct ContainerRunner: ~Copyable {
    /// The bus of the container that runs; attach observers here.
    public var bus = EventBus()
    /// Looks at closed trades while containers run, `nil` for nobody.
    public var tradeWatcher: (any TradeWatcher)?

    var execution = ExecutionOptions()
    var portfolio = PortfolioOptions()
    var periodsPerYear = 252.0
    var sleeves: UnsafeMutablePointer<Sleeve>
    var sleeveCount = 0
    var sleeveCapacity: Int
    var signalBuffers: [SignalBuffer] = []
    var orderQueues: [OrderQueue] = []
    var overrides: [[SignalList.Override]] = []
    /// Columns of each sleeve that its FEATURES events show.
    var features: [[Column<Double>]] = []
    /// Sleeves in an order that no list in the config decides: sums are taken in it.
    var summation: UnsafeMutableBufferPointer<Int>
    /// Sleeves that the bar under way concerns.
    var active: UnsafeMutablePointer<Int>
    var activeCount = 0
    /// Timeline index of the next bar that concerns each sleeve, `Int32.max` for none; apart from the sleeves, because it
    /// is looked through at every bar.
    var nexts: UnsafeMutablePointer<Int32>
    /// Sleeves that hold something, in the order of sums; valid while `holdingIsKnown`.
    var held: UnsafeMutablePointer<Int>
    var heldCount = 0
    /// Whether one of them owes for the loan of its units.
    var heldIsCharged = false
    var holdingIsKnown = false
    /// Cash of several sleeves; valid while `cashIsKnown`.
    var knownCash = 0.0
    var cashIsKnown = false
    let equity: UnsafeMutablePointer<Double>
    private let equityMemory: UnsafeMutablePointer<Double>

    var barCount = 0
    var lastBar = 0
    /// First bar that is not marked yet.
    var marked = 0
    var sharedCash = 0.0
    var isShared = false
    var decisions: UInt32 = 0
    var correlations: UInt32 = 0
    var limits = Limits()
    var outcome = ContainerOutcome()
    var stepwise = false
    /// Sequence of the last BAR of the bar under way, `Event.none32` where none was published; kept bar by bar only.
    var newestBar = Event.none32
    /// Whether positions may have protective levels.
    var isProtected = false
    /// Whether positions may be closed because of their age.
    var isTimed = false
    /// Whether orders of earlier bars fill at the close.
    var fillsAtClose = false
    /// Whether orders fill at the close of the bar that decided them.
    var fillsAtOnce = false
    /// Whether something of an entry is worked out at its decision: distances, volatility, the price of a resting order.
    var freezes = false
    /// The actions that the portfolio's direction lets through (rule R32).
    var allowed: UInt8 = 0
    /// Whether entries may rest at a level, so that bars have fills after their open.
    var rests = false
    /// Whether an exit may find an entry that has not filled, or not whole: it rests, or a bar's volume bounds it.
    var cancels = false
    /// What has traded of the volume of each lane's last bar, where it is bounded.
    var volumeUse: UnsafeMutablePointer<VolumeUse>
    private var volumeUseCapacity = 0
    /// Whether marks must be taken before anything is decided: limits and insolvency depend on them.
    var eager = false
    /// Whether each mark is looked at by itself: a limit is set, or bars are taken one by one.
    var checksEachMark = false
    var days: UnsafePointer<Int32>

    /// Bars that are marked in one pass; eight kibibytes of equity, so they stay in the first-level cache.
    static let blockLength = 512

    /// Makes a runner without observers.
    public init() {
        sleeveCapacity = 0
        sleeves = .allocate(capacity: 0)
        summation = UnsafeMutableBufferPointer(start: nil, count: 0)
        active = .allocate(capacity: 0)
        nexts = .allocate(capacity: 0)
        held = .allocate(capacity: 0)
        volumeUse = .allocate(capacity: 0)
        // Kernels read whole vectors, up to 64 bytes before and after a block.
        equityMemory = .allocate(capacity: ContainerRunner.blockLength + 16)
        equityMemory.initialize(repeating: 0, count: ContainerRunner.blockLength + 16)
        equity = equityMemory + 8
        days = UnsafePointer(bitPattern: 8).unsafelyUnwrapped
    }

    deinit {
        // The queues of the last container may have grown since they were handed out.
        for index in 0..<sleeveCount { sleeves[index].orders.destroy() }
        for queue in orderQueues.dropFirst(sleeveCount) { queue.destroy() }
        for buffer in signalBuffers { buffer.destroy() }
        sleeves.deallocate()
        summation.deallocate()
        active.deallocate()
        nexts.deallocate()
        held.deallocate()
        volumeUse.deallocate()
        equityMemory.deallocate()
    }

    /// Forgets what the last container traded, and makes room for the lanes of the next.
    mutating func resetVolumeUse(lanes: Int) {
        if lanes > volumeUseCapacity {
            volumeUse.deallocate()
            volumeUse = .allocate(capacity: lanes)
            volumeUseCapacity = lanes
        }
        volumeUse.initialize(repeating: VolumeUse(), count: lanes)
    }

    /// Runs a container from its first bar to its last.
    ///
    /// Refuses signals of a strategy that the container's filter does not let through, before anything has run.
    public mutating func run(_ input: ContainerInput) throws(SubscriptionError) -> ContainerOutcome {
        for delivery in input.deliveries where !input.filter.contains(delivery.strategyID) {
            throw .foreignSignal(
                container: input.id,
                strategy: delivery.strategyID,
                filter: input.filter.strategies
            )
        }
        prepare(input)
        publishLifecycle(.initialised, bar: 0)
        publishLifecycle(.started, bar: 0)
        if barCount > 0 {
            if input.trades { trade() } else { listen() }
        }
        publishLifecycle(.stopped, bar: max(0, barCount - 1))
        bus.flush()
        for index in 0..<sleeveCount {
            outcome.unfilled += sleeves[index].orders.count
            outcome.signals.append(sleeves[index].delivered)
        }
        // What sleeves point to must last until here.
        extendLifetime(input)
        return outcome
    }

    private mutating func trade() {
        for index in 0..<sleeveCount { schedule(index, AnySleeves.self) }
        // One loop, compiled three times.
        if isPlain {
            drive(PlainSleeve.self)
        } else if sleeveCount == 1, !stepwise {
            drive(OneSleeve.self)
        } else {
            drive(AnySleeves.self)
        }
        _ = mark(to: barCount)
    }

    @inline(__always)
    private mutating func drive<S: ContainerShape>(_ shape: S.Type) {
        var bar = nextBar(from: 0, shape)
        while true {
            if !S.isPlain, eager, marked < bar, let breach = mark(to: bar) {
                handle(breach)
                bar = nextBar(from: breach.bar + 1, shape)
                continue
            }
            guard bar < barCount else { break }
            process(bar, shape)
            bar = nextBar(from: bar + 1, shape)
        }
    }

    /// Takes signals as an analysis container does: every one is heard, none is acted on.
    private mutating func listen() {
        for index in 0..<sleeveCount { schedule(index, AnySleeves.self) }
        var bar = nextBar(from: 0, AnySleeves.self)
        while bar < barCount {
            beginBar(bar, AnySleeves.self)
            publishSignals(bar, AnySleeves.self)
            for place in 0..<activeCount { skipSignals(active[place]) }
            endBar(bar, AnySleeves.self)
            bar = nextBar(from: bar + 1, AnySleeves.self)
        }
        bus.publish(marks: MarkSpan(first: 0, count: barCount, flatEquity: portfolio.initialCapital))
    }

    /// The next bar that concerns the container, `barCount` for none.
    @inline(__always)
    private mutating func nextBar<S: ContainerShape>(from bar: Int, _ shape: S.Type) -> Int {
        var next = barCount
        if S.isAlone {
            next = min(next, Int(nexts.pointee))
        } else {
            if stepwise { return min(bar, barCount) }
            var least = Int32.max
            for index in 0..<sleeveCount { least = min(least, nexts[index]) }
            next = min(next, Int(least))
        }
        if !S.isPlain, execution.closeAtEnd, bar <= lastBar, next > lastBar { next = lastBar }
        return max(next, bar)
    }

    /// What happens on one bar, in the order of events.md and rule R36.
    @inline(__always)
    private mutating func process<S: ContainerShape>(_ bar: Int, _ shape: S.Type) {
        let work = beginBar(bar, shape)
        if work.contains(.orders) {
            if !S.isPlain, cancels { cancelSuperseded(bar) }
            fillOrders(bar, at: .open, shape)
            if !S.isPlain, rests { fillOrders(bar, at: .inside, shape) }
        }
        // What has just been opened may be protected on this very bar.
        if !S.isPlain, isProtected { protect(bar) }
        if !S.isPlain, work.contains(.orders), fillsAtClose { fillOrders(bar, at: .close, shape) }
        if !S.isPlain, rests, work.contains(.orders) { expire(bar) }
        if !S.isAlone, stepwise { publishFeatures(bar) }
        if work.contains(.signals) { publishSignals(bar, shape) }
        if !S.isPlain, isTimed { decideTimeExits(bar) }
        if work.contains(.signals) { decide(bar, shape) }
        if !S.isPlain, fillsAtOnce {
            if cancels { cancelSuperseded(bar) }
            fillOrders(bar, at: .close, shape)
        }
        if !S.isPlain, execution.closeAtEnd, bar == lastBar { closeAtEnd(bar) }
        endBar(bar, shape)
    }

    /// What a bar brings to at least one of the sleeves that it concerns.
    private struct Work: OptionSet {
        var rawValue: UInt8
        static let orders = Work(rawValue: 1)
        static let signals = Work(rawValue: 2)
    }

    @discardableResult
    @inline(__always)
    private mutating func beginBar<S: ContainerShape>(_ bar: Int, _ shape: S.Type) -> Work {
        bus.reserve(EventBus.batchCapacity / 4)
        activeCount = 0
        if S.isAlone {
            let sleeve = sleeves
            // The end of the data may concern the container and not the sleeve.
            guard S.isPlain || nexts.pointee == Int32(truncatingIfNeeded: bar) else { return [] }
            sleeve.pointee.local = sleeve.pointee.lastLocal(at: bar)
            if !S.isPlain {
                active.pointee = 0
                activeCount = 1
            }
            var work: Work = sleeve.pointee.orders.isEmpty ? [] : .orders
            if hears(0) { work.insert(.signals) }
            return work
        }
        var work: Work = []
        for index in 0..<sleeveCount
        where nexts[index] == Int32(truncatingIfNeeded: bar) || (stepwise && sleeves[index].hasBar(at: bar)) {
            sleeves[index].local = sleeves[index].lastLocal(at: bar)
            active[activeCount] = index
            activeCount += 1
            if !sleeves[index].orders.isEmpty { work.insert(.orders) }
            if hears(index) { work.insert(.signals) }
        }
        if stepwise { publishBars(bar) }
        return work
    }

    @inline(__always)
    private mutating func endBar<S: ContainerShape>(_ bar: Int, _ shape: S.Type) {
        if S.isPlain {
            sleeves.pointee.done = sleeves.pointee.local
            return schedule(0, shape)
        }
        for place in 0..<(S.isAlone ? min(activeCount, 1) : activeCount) {
            let index = S.isAlone ? 0 : active[place]
            sleeves[index].done = sleeves[index].local
            sleeves[index].changed = false
            schedule(index, shape)
        }
        // Only the end of the data touches sleeves that the bar does not concern.
        guard execution.closeAtEnd, bar == lastBar else { return }
        for index in 0..<sleeveCount where sleeves[index].changed {
            sleeves[index].changed = false
            schedule(index, shape)
        }
    }
}
