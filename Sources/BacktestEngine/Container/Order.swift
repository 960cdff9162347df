import BacktestModel

/// An order of a sleeve, from its decision until it has filled or is dropped.
struct Order {
    enum Kind: UInt8 {
        case market
        case limit
        case stop
    }

    // Small fields first: 128 bytes in all, which are copied without a call.
    var isEntry: Bool
    var kind: Kind = .market
    /// Side of the position that it opens or closes.
    var side: Side
    /// Why a close was decided.
    var reason: ExitReason = .signal
    /// Whether it goes at the next opens whatever the timing: what a bar's volume did not take of a protective close.
    var fillsAtOpen = false
    /// Whether it was decided to add to a trade that another order has opened or will open.
    var joins = false
    /// Place in the order of all decisions of the container.
    var number: UInt32
    private var decidedBar: Int32
    private var dueBar: Int32
    var correlation: UInt32 = 0
    /// Sequence of its ORDER event.
    var sequence: UInt32 = 0
    /// Price of a limit or stop order.
    var level = Double.nan
    /// Units in all, `nan` until the first fill decides them.
    var quantity = Double.nan
    /// Units filled so far.
    var filled = 0.0
    var strength = 1.0
    /// From a signal file; `nan` for none.
    var fixedQuantity = Double.nan
    var stop = Double.nan
    var target = Double.nan
    /// Distances that are frozen at the decision (average true range), in price units; `nan` for none.
    var stopDistance = Double.nan
    var targetDistance = Double.nan
    var trailDistance = Double.nan
    /// Share of equity that a volatility target asks for.
    var volatilityShare = Double.nan
    /// Close of the decision bar: what execution quality compares the fill with.
    var expected = 0.0

    init(isEntry: Bool, side: Side, reason: ExitReason = .signal, number: UInt32, decided: Int, due: Int) {
        self.isEntry = isEntry
        self.side = side
        self.reason = reason
        self.number = number
        decidedBar = Int32(truncatingIfNeeded: decided)
        dueBar = Int32(truncatingIfNeeded: due)
    }

    /// Local bar on whose close it was decided.
    var decided: Int { Int(decidedBar) }

    /// Local bar from which on it may fill.
    var due: Int {
        get { Int(dueBar) }
        set { dueBar = Int32(truncatingIfNeeded: newValue) }
    }
}
