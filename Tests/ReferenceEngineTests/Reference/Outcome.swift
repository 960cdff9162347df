extension Reference {
    enum ExitReason: Hashable, CaseIterable {
        case signal
        case stopLoss
        case takeProfit
        case trailingStop
        case maxHoldingBars
        case maxDrawdown
        case insolvency
        case dailyLossLimit
        case endOfData
    }

    /// Why an entry was not taken.
    enum Rejection: Hashable, CaseIterable {
        case sizeZero
        case cooldown
        case maxPositions
        case undefinedRange
        case undefinedVolatility
        case conflict
        case halted
        case dailyLossLimit
    }

    /// One fill, in the order in which it happened.
    struct Fill: Equatable {
        /// Index in the timeline.
        var at: Int
        var strategy: Int
        var symbol: Int
        var isEntry: Bool
        /// +1 bought, -1 sold.
        var sign: Double
        var quantity: Double
        var price: Double
        var commission: Double
        var slippage: Double
    }

    /// A closed trade with the fields of trades.csv (R74).
    struct Trade: Equatable {
        var strategy: Int
        var symbol: Int
        var side: Side
        var entryTime: Int
        var entryPrice: Double
        var exitTime: Int
        var exitPrice: Double
        var quantity: Double
        var grossPnL: Double
        var commission: Double
        var slippage: Double
        var netPnL: Double
        var returnOnEntry: Double
        var barsHeld: Int
        var reason: ExitReason
        var mae: Double
        var mfe: Double
        /// Bars of the fills in the symbol's own numbering; not in trades.csv.
        var entryBar: Int
        var exitBar: Int
    }

    /// Where a rule decides: random scenarios must come to each of these often.
    enum Coverage: Hashable, CaseIterable {
        // R5.
        case insolvency, insolvencyAfterHalt, ruinOfADay
        // R7.
        case conflict, conflictWithExit, entryDropped
        // R34.
        case exitCancelsResting, exitCancelsRestingPart, exitCancelsPart, lastTurnCancels, timeCloseCancels
        case protectionCancels, haltCancelsResting, haltCancelsPart, passesResting
        case replacedByResting, replacedByMarket, replacementTooLate, expired, expiredPart
        // R34a.
        case part, sharedVolume, laterPart, addition, stopInParts, stopWithoutVolume
        // R40a, R42.
        case ofPortfolio, cutLong, cutShort
        // R51.
        case saleAtZero, shortAtZero
        // R62.
        case certainStop, certainTarget, certainTrailing, eitherCertain, uncertain, beyondStop, beyondTarget
        case additionFirst, protectionFirst
        // R71.
        case dustFilled, returnAtQuantile, equityAtPeak
    }

    struct OpenPosition: Equatable {
        var strategy: Int
        var symbol: Int
        /// Signed units.
        var position: Double
        var entryPrice: Double
    }

    struct Halt: Equatable {
        var reason: ExitReason
        var time: Int
    }

    /// What a backtest of one container gives.
    struct Outcome: Equatable {
        var times: [Int] = []
        var days: [Int] = []
        var fills: [Fill] = []
        var trades: [Trade] = []
        /// Numbers that the real engine gives to its trades; the reference gives none.
        var tradeIDs: [Int] = []
        /// Equity at the close of each bar of the timeline.
        var equity: [Double] = []
        /// Whether any sleeve held a position after the bar's last fill.
        var exposed: [Bool] = []
        var openPositions: [OpenPosition] = []
        var halted: Halt?
        /// Timeline indices at which the daily limit was crossed.
        var dailyBreaches: [Int] = []
        var rejections: [Rejection: Int] = [:]
        /// Entries cut to the cash (R42).
        var cuts = 0
        /// Orders that were still pending at the end.
        var unfilled = 0
        /// Entries, or what was left of them, that ended without filling: cancelled, replaced or expired (R34).
        var cancelled = 0
        /// The bar of the timeline at whose close the equity was gone (R5).
        var ruin: Int?
        /// How often each rule that is easily missed has decided something.
        var coverage: [Coverage: Int] = [:]
        /// Cash of each sleeve at the end, or the one shared account.
        var cash: [Double] = []
        /// Equity of each sleeve at the close of each bar; only without shared cash.
        var sleeveEquity: [[Double]] = []
        var metrics: [Metric: Double] = [:]
    }
}
