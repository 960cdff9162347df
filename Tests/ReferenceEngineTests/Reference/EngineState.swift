extension Reference {
    /// A bar of the container's timeline: the sorted union over the symbols that are traded (R11).
    struct Moment {
        var time: Int
        var day: Int
        /// Each symbol's own bar at this time, `nil` where it has none.
        var bar: [Int?]
        /// Each symbol's last bar at or before this time, `nil` before its first.
        var last: [Int?]
    }

    /// An order that waits to be filled.
    struct Order {
        enum Purpose {
            case close(ExitReason)
            case entry(Side)
        }

        enum Style {
            case market
            case limit(Double)
            case stop(Double)
            /// The rest of a protective exit: a market order at the next opens, whatever the timing (e).
            case nextOpens
        }

        /// Counts orders over the whole container in the order decided (R31, a).
        var id: Int
        var purpose: Purpose
        var style: Style
        /// Timeline index of the decision.
        var decidedAt: Int
        var decisionBar: Int
        /// First bar of the symbol on which it may fill (R35).
        var dueBar: Int
        var signal: Signal?
        /// Units in all; fixed at the decision (R44) or at the first fill (e), a close's when it is first tried.
        var total: Double?
        var filled = 0.0
        /// Last bar on which it has had its turn: an order fills once a bar.
        var triedBar = -1

        var isClose: Bool { if case .close = purpose { true } else { false } }

        /// Where a resting entry waits.
        var level: Double? {
            switch style {
            case .limit(let level), .stop(let level): level
            case .market, .nextOpens: nil
            }
        }

        /// An entry that waits at its limit or stop (R34).
        var isResting: Bool { level != nil }

        /// Whether a bar's prices meet the level at which it waits.
        func isMet(in bar: Bar, _ local: Int) -> Bool {
            guard let level, local >= dueBar else { return false }
            return bar.low <= level && level <= bar.high
        }

        /// Whether what has not filled of it is what an exit cancels (R34).
        var isCancellable: Bool { !isClose && (isResting || filled > 0) }

        /// The side of an entry; a close has none.
        var side: Side? { if case .entry(let side) = purpose { side } else { nil } }
    }

    /// The trade that a sleeve has open.
    struct OpenTrade {
        var side: Side
        /// Own bar and timeline index of the first fill.
        var entryBar: Int
        var entryAt: Int
        /// First bar whose whole range is held: the entry bar if filled at its open, else the next (R62).
        var heldFrom: Int
        var averageEntry: Double
        var entered: Double
        var entryNotional: Double
        var averageExit = 0.0
        var exited = 0.0
        var exitNotional = 0.0
        var commission = 0.0
        var slippage = 0.0
        var borrow = 0.0
        /// What the order that opened the trade fixed.
        var signal: Signal
        var decisionBar: Int
        /// Best price since the entry for the trailing stop (R61).
        var extreme: Double
        var highest = -Double.infinity
        var lowest = Double.infinity
    }

    /// One strategy on one symbol (R40).
    struct Sleeve {
        var strategy: Int
        var symbol: Int
        /// Share of the capital.
        var share: Double
        var cash: Double
        var signals: [Int: [Signal]]
        /// Signed units.
        var position = 0.0
        var trade: OpenTrade?
        var queue: [Order] = []
        var lastExitBar: Int?
        /// Own bar inside which a resting entry has filled last (c), and the level that was touched.
        var insideBar: Int?
        var insideLevel = 0.0
        var closedNets: [Double] = []

        /// R30: the sign of the position after every pending order has filled.
        var projected: Double {
            var sign = position == 0 ? 0 : (position > 0 ? 1.0 : -1.0)
            for order in queue {
                switch order.purpose {
                case .close: sign = 0
                case .entry(let side): sign = side.sign
                }
            }
            return sign
        }
    }

    /// Where in a bar a fill happens, and at which price before slippage.
    struct FillPoint {
        enum Place {
            case open
            /// Inside the bar: a touched level or a volume-weighted price.
            case inside
            case close
        }

        var place: Place
        var reference: Double
        var slips: Bool
    }
}
