public import BacktestEvents

/// How far a container's trace has been lowered because it was more than could be stored or kept.
public enum TraceReduction: UInt8, Sendable, Hashable, CaseIterable {
    /// Not at all.
    case none
    /// BAR and FEATURES are left out, as at level `normal`.
    case normal
    /// Everything but the critical types, LIFECYCLE and ERROR is left out. Nothing ever goes below.
    case critical

    /// The types that still pass.
    public var types: EventTypeSet {
        switch self {
        case .none: .all
        case .normal: EventTypeSet.all.subtracting(EventTypeSet([.bar, .features]))
        case .critical: EventTypeSet.critical.union(EventTypeSet([.lifecycle, .error]))
        }
    }

    /// The written name.
    public var name: String { self == .none ? "configured" : "\(self)" }
}

/// Why a trace was lowered or raised; the raw value is `Event.reason` of the LIFECYCLE event that says so.
public enum TraceLoad: UInt8, Sendable, Hashable, CaseIterable {
    /// It was raised: the load has gone.
    case recovered
    /// Too many events wait for being written.
    case queue
    /// The container's events take more memory than its `threshold_mb`.
    case memory
    /// The events of all containers together take more than `total_threshold_mb`.
    case totalMemory

    /// The written name.
    public var name: String { self == .totalMemory ? "total_memory" : "\(self)" }
}

/// A change of how far a trace is lowered.
public struct TraceReductionChange: Sendable, Hashable {
    /// Sequence of the event from which on it holds.
    public var sequence: UInt32
    /// How far it is lowered from then on.
    public var reduction: TraceReduction
    /// Why.
    public var load: TraceLoad
}

/// Lowers a trace a step at a time while a load is over its limit, and raises it again, on trial, when the load is gone.
///
///     configured ──over──▶ normal ──still over──▶ critical
///          ▲                 │ ▲                      │
///          └──calm a while───┘ └──────calm a while────┘   over again while on trial: twice the while
///
/// It counts measurements and knows no clock. What it changes is said in the stream itself: the first event that is left
/// out makes room for a LIFECYCLE event of the same sequence, and so does the last one before everything passes again. So
/// a stream has no sequence twice, and the container's own numbering knows nothing of it.
struct TraceThrottle: Sendable {
    /// A measurement.
    struct Measurement {
        var load: TraceLoad
        /// What was measured and what it may be, in events or bytes.
        var observed: Double
        var limit: Double

        /// Between half the limit and the limit nothing changes.
        var isOver: Bool { observed > limit }
        var isCalm: Bool { observed <= limit / 2 }
    }

    /// What becomes of an event.
    enum Verdict {
        case passes
        case isLeftOut
        /// It is left out, and this LIFECYCLE event takes its place.
        case isReplaced(by: Event)
    }

    /// Measurements over the limit after which the next step down is taken.
    private static let patience = 4
    /// Calm measurements after which a step up is tried, at first and at most.
    private static let firstWait = 8
    private static let maxWait = 1_024

    /// Changes that took hold, in stream order.
    private(set) var changes: [TraceReductionChange] = []
    /// Events left out, by the raw value of their type.
    private(set) var leftOut = [Int](repeating: 0, count: EventType.allCases.count)
    /// What is measured, and what events are filtered by.
    private var target = TraceReduction.none
    private var reduction = TraceReduction.none
    private var cause = Measurement(load: .recovered, observed: 0, limit: 0)
    private var overs = 0
    private var calms = 0
    private var wait = TraceThrottle.firstWait
    /// Measurements since a step up was tried, `nil` where none is on trial.
    private var trial: Int?

    /// Whether anything is, or is about to be, left out.
    var isActive: Bool { target != .none || reduction != .none }

    /// Whether events have been left out at all.
    var hasLeftOut: Bool { leftOut.contains { $0 > 0 } }

    /// The types that pass once every change has taken hold.
    var types: EventTypeSet { target.types }

    /// Forgets everything.
    mutating func reset() { self = TraceThrottle() }

    /// Takes a measurement; what it changes takes hold with the next event that it concerns.
    mutating func measure(_ measurement: Measurement) {
        if let tried = trial {
            trial = tried + 1 > wait ? nil : tried + 1
            if trial == nil { wait = TraceThrottle.firstWait }
        }
        if measurement.isOver {
            calms = 0
            overs += 1
            guard target == .none || overs >= TraceThrottle.patience || trial != nil else { return }
            if trial != nil { wait = min(wait * 2, TraceThrottle.maxWait) }
            step(by: 1, measurement)
        } else if measurement.isCalm {
            overs = 0
            calms += 1
            guard target != .none, calms >= wait else { return }
            var recovered = measurement
            recovered.load = .recovered
            step(by: -1, recovered)
            trial = 0
        }
    }

    private mutating func step(by steps: Int, _ measurement: Measurement) {
        overs = 0
        calms = 0
        trial = nil
        guard let next = TraceReduction(rawValue: UInt8(clamping: Int(target.rawValue) + steps)) else {
            return
        }
        target = next
        cause = measurement
    }

    /// What becomes of the next event that the container's settings let pass.
    @inline(__always)
    mutating func judge(_ event: Event) -> Verdict {
        isActive ? judgeActive(event) : .passes
    }

    private mutating func judgeActive(_ event: Event) -> Verdict {
        let wasKept = reduction.types.contains(type: event.type)
        let isKept = target.types.contains(type: event.type)
        if wasKept && isKept { return .passes }
        leftOut[Int(event.type.rawValue)] += 1
        guard target != reduction else { return .isLeftOut }
        reduction = target
        changes.append(
            TraceReductionChange(sequence: event.sequence, reduction: reduction, load: cause.load)
        )
        return .isReplaced(by: note(insteadOf: event))
    }

    private func note(insteadOf event: Event) -> Event {
        Event(
            type: .lifecycle,
            code: LifecycleStage.traceLevelChanged.rawValue,
            reason: cause.load.rawValue,
            flags: EventFlags.load | reduction.rawValue << EventFlags.reductionShift,
            bar: event.bar,
            sequence: event.sequence,
            value0: cause.observed,
            value1: cause.limit
        )
    }
}
