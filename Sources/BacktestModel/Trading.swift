/// The side of a position.
public enum Side: UInt8, Sendable, Hashable, CaseIterable {
    case long
    case short

    /// `long` or `short`.
    public var name: String { self == .long ? "long" : "short" }
    /// +1 for long, -1 for short.
    @inlinable public var sign: Double { self == .long ? 1 : -1 }
}

/// Which sides a portfolio may take.
public enum Direction: String, Sendable, Hashable, CaseIterable {
    /// Bought and sold again.
    case longOnly = "long_only"
    /// Sold and bought back.
    case shortOnly = "short_only"
    /// Either, one at a time in each sleeve.
    case longShort = "long_short"

    /// Whether positions of that side may be opened; signals of the other side are dropped before anything else.
    @inlinable
    public func allows(_ side: Side) -> Bool {
        switch self {
        case .longOnly: side == .long
        case .shortOnly: side == .short
        case .longShort: true
        }
    }
}

/// What a signal asks for.
///
/// The raw order is the order in which the signals of one bar, strategy and symbol are published.
public enum SignalAction: UInt8, Sendable, Hashable, CaseIterable {
    /// Close a long position; nothing where there is none.
    case exitLong
    /// Close a short position; nothing where there is none.
    case exitShort
    /// Open a long position, after closing a short one.
    case enterLong
    /// Open a short position, after closing a long one.
    case enterShort

    /// The name used in YAML, CSV and JSON.
    public var name: String {
        switch self {
        case .exitLong: "exit_long"
        case .exitShort: "exit_short"
        case .enterLong: "enter_long"
        case .enterShort: "enter_short"
        }
    }

    /// The action of that name, `nil` where there is none.
    public init?(name: String) {
        guard let match = SignalAction.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    /// The side that the action concerns.
    @inlinable public var side: Side { self == .exitLong || self == .enterLong ? .long : .short }
    /// Whether it opens.
    @inlinable public var isEntry: Bool { self == .enterLong || self == .enterShort }
    /// Bit of the action in a `SignalList` mask.
    @inlinable public var mask: UInt8 { 1 << rawValue }
}

/// Why a trade ended.
public enum ExitReason: UInt8, Sendable, Hashable, CaseIterable {
    /// An exit signal, or an entry signal of the other side.
    case signal
    /// The price reached the stop of the trade.
    case stopLoss
    /// The price reached the target of the trade.
    case takeProfit
    /// The price fell back from the best one since the entry.
    case trailingStop
    /// The trade had lasted as many bars as allowed.
    case maxHoldingBars
    /// The container lost more of its peak equity than allowed, and is halted.
    case maxDrawdown
    /// The equity of the container was at or below 0, and it is halted.
    case insolvency
    /// The container lost more on the day than allowed, and is halted until the next.
    case dailyLossLimit
    /// The data ended, and `execution.close_at_end` closes what is open.
    case endOfData

    /// The name used in trades.csv and events.
    public var name: String {
        switch self {
        case .signal: "signal"
        case .stopLoss: "stop_loss"
        case .takeProfit: "take_profit"
        case .trailingStop: "trailing_stop"
        case .maxHoldingBars: "max_holding_bars"
        case .maxDrawdown: "max_drawdown"
        case .insolvency: "insolvency"
        case .dailyLossLimit: "daily_loss_limit"
        case .endOfData: "end_of_data"
        }
    }
}
