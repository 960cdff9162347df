/// Bits of `Event.flags`.
///
/// Computed, because a stored constant of another module is read through a call.
public enum EventFlags {
    /// ORDER_REQUEST, ORDER, FILL: opens or adds (else closes).
    @inlinable public static var entry: UInt8 { 1 << 0 }
    /// FILL: at the bar's open.
    @inlinable public static var atOpen: UInt8 { 1 << 1 }
    /// FILL: at the bar's close.
    @inlinable public static var atClose: UInt8 { 1 << 2 }
    /// FILL: the size was cut to the cash at hand.
    @inlinable public static var cut: UInt8 { 1 << 3 }
    /// ORDER, RISK_BREACH: refused or cancelled; the reason is a `RejectionReason`.
    @inlinable public static var rejected: UInt8 { 1 << 4 }
    /// FILL: of more units than the bar's volume, on which `volume_impact` rests.
    @inlinable public static var beyondVolume: UInt8 { 1 << 5 }
    /// ORDER: position of the two bits that tell market (0), limit (1) and stop (2).
    @inlinable public static var kindShift: UInt8 { 6 }
    /// PORTFOLIO_UPDATE: the container's equity at a bar's close, in `value1`.
    @inlinable public static var mark: UInt8 { 1 << 0 }
    /// PORTFOLIO_UPDATE with `mark`: something was held at the close.
    @inlinable public static var exposed: UInt8 { 1 << 1 }
    /// RISK_BREACH: a limit of the whole container was crossed; the reason is an `ExitReason`.
    @inlinable public static var limit: UInt8 { 1 << 0 }
    /// LIFECYCLE: the trace was lowered or raised because of its load, see `TraceThrottle`.
    @inlinable public static var load: UInt8 { 1 << 0 }
    /// LIFECYCLE with `load`: position of the two bits that tell how far the trace is lowered from here on.
    @inlinable public static var reductionShift: UInt8 { 1 }
}

/// Stages of a container's life, `Event.code` of LIFECYCLE.
public enum LifecycleStage: UInt8, Sendable, Hashable, CaseIterable {
    /// The accounts are set up; nothing has happened yet.
    case initialised
    /// The first bar comes next.
    case started
    /// Reserved; the engine does not publish it.
    case configurationChanged
    /// The settings of the trace are others from here on: `dynamic_rules`, or its load.
    case traceLevelChanged
    /// The last bar is over.
    case stopped
    /// Reserved; the engine does not publish it.
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
