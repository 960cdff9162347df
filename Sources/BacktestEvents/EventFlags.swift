/// Bits of `Event.flags`.
public enum EventFlags {
    /// ORDER_REQUEST, ORDER, FILL: opens or adds (else closes).
    public static let entry: UInt8 = 1 << 0
    /// FILL: at the bar's open.
    public static let atOpen: UInt8 = 1 << 1
    /// FILL: at the bar's close.
    public static let atClose: UInt8 = 1 << 2
    /// FILL: the size was cut to the cash at hand.
    public static let cut: UInt8 = 1 << 3
    /// ORDER, RISK_BREACH: refused or cancelled; the reason is a `RejectionReason`.
    public static let rejected: UInt8 = 1 << 4
    /// ORDER: position of the two bits that tell market (0), limit (1) and stop (2).
    public static let kindShift: UInt8 = 6
    /// PORTFOLIO_UPDATE: the container's equity at a bar's close, in `value1`.
    public static let mark: UInt8 = 1 << 0
    /// PORTFOLIO_UPDATE with `mark`: something was held at the close.
    public static let exposed: UInt8 = 1 << 1
    /// RISK_BREACH: a limit of the whole container was crossed; the reason is an `ExitReason`.
    public static let limit: UInt8 = 1 << 0
    /// LIFECYCLE: the trace was lowered or raised because of its load, see `TraceThrottle`.
    public static let load: UInt8 = 1 << 0
    /// LIFECYCLE with `load`: position of the two bits that tell how far the trace is lowered from here on.
    public static let reductionShift: UInt8 = 1
}

/// Stages of a container's life, `Event.code` of LIFECYCLE.
public enum LifecycleStage: UInt8, Sendable, Hashable, CaseIterable {
    case initialised
    case started
    case configurationChanged
    case traceLevelChanged
    case stopped
    case failed

    /// The written name.
    public var name: String {
        switch self {
        case .initialised: "initialised"
        case .started: "started"
        case .configurationChanged: "configuration_changed"
        case .traceLevelChanged: "trace_level_changed"
        case .stopped: "stopped"
        case .failed: "failed"
        }
    }
}
