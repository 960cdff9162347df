/// Why an order was refused or cancelled.
public enum RejectionReason: UInt8, Sendable, Hashable, CaseIterable {
    /// Not refused.
    case none
    /// The sizing rule, the cash at hand or the lot left nothing to buy or sell.
    case sizeZero
    /// Both sides were to be entered on one bar by one sleeve; neither is.
    case conflictingSignals
    /// As many sleeves hold a position, or are about to, as `risk.max_positions` allows.
    case maxPositions
    /// Fewer than `risk.cooldown_bars` bars of the symbol have passed since the exit, or the exit is still to fill.
    case cooldown
    /// A drawdown or the loss of all equity has halted the container for good.
    case halted
    /// The container is halted until the next day by `risk.daily_loss_limit`.
    case dailyLossLimit
    /// A distance is a multiple of an average true range that is still undefined.
    case undefinedDistance
    /// `volatility_target` has no estimate yet, or one of 0.
    case undefinedVolatility
    /// Cancelled by a halt while it waited.
    case cancelled
    /// No cash is left for the rest of a partly filled entry.
    case restUnaffordable
    /// What had not filled of an entry was cancelled by the close of its position, or by an exit before there was one.
    case exit
    /// A newer entry of the same side took the place of one that rested unfilled.
    case replaced
    /// A newer entry found the position opened by the one that it was to replace.
    case alreadyOpen
    /// A resting entry has outlived `execution.expire_bars`.
    case expired
    /// A short entry whose price is 0 after slippage.
    case priceZero

    /// Whether an order that was accepted ended before all of it had filled, rather than being refused.
    public var isCancellation: Bool {
        switch self {
        case .cancelled, .restUnaffordable, .exit, .replaced, .alreadyOpen, .expired: true
        default: false
        }
    }

    /// The text in events and results.
    public var name: String {
        switch self {
        case .none: "none"
        case .sizeZero: "size 0"
        case .conflictingSignals: "enter_long and enter_short on one bar"
        case .maxPositions: "max_positions"
        case .cooldown: "cooldown_bars"
        case .halted: "halted"
        case .dailyLossLimit: "daily_loss_limit"
        case .undefinedDistance: "atr undefined"
        case .undefinedVolatility: "volatility undefined"
        case .cancelled: "cancelled by a halt"
        case .restUnaffordable: "no cash for the rest"
        case .exit: "cancelled by an exit"
        case .replaced: "replaced by a newer entry"
        case .alreadyOpen: "position already open"
        case .expired: "expire_bars"
        case .priceZero: "price 0"
        }
    }
}
