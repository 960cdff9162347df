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
    /// Cancelled while it waited: by a halt, or because no more of a partly filled order fits.
    case cancelled

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
        }
    }
}
