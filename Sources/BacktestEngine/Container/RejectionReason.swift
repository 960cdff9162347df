/// Why an order was refused or cancelled.
public enum RejectionReason: UInt8, Sendable, Hashable, CaseIterable {
    case none
    case sizeZero
    case conflictingSignals
    case maxPositions
    case cooldown
    case halted
    case dailyLossLimit
    case undefinedDistance
    case undefinedVolatility
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
