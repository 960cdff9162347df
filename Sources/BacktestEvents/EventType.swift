/// The closed set of event types; names are written in upper case exactly so in YAML, JSON and Parquet.
public enum EventType: UInt8, Sendable, Hashable, CaseIterable {
    /// A bar of a symbol, as it was read.
    case bar
    /// What a strategy's rules compare on a bar.
    case features
    /// A signal of a strategy that the container's filter lets through.
    case signal
    /// A decision to open, add to or close a position, before the risk check.
    case orderRequest
    /// The order that came of a request, or its refusal or cancellation.
    case order
    /// Units traded at a price.
    case fill
    /// A flat sleeve holds something: a trade begins.
    case positionOpen
    /// A sleeve is flat again: the trade is over, with its profit.
    case positionClose
    /// A sleeve's position and cash after a fill, or the container's equity at a bar's close.
    case portfolioUpdate
    /// The risk check refused an order, or a limit of the whole container was crossed.
    case riskBreach
    /// Reserved; the engine does not publish it.
    case regimeChange
    /// Reserved; the engine does not publish it.
    case error
    /// A stage of the container's life, see `LifecycleStage`.
    case lifecycle

    /// The written name, such as `ORDER_REQUEST`.
    public var name: String {
        switch self {
        case .bar: "BAR"
        case .features: "FEATURES"
        case .signal: "SIGNAL"
        case .orderRequest: "ORDER_REQUEST"
        case .order: "ORDER"
        case .fill: "FILL"
        case .positionOpen: "POSITION_OPEN"
        case .positionClose: "POSITION_CLOSE"
        case .portfolioUpdate: "PORTFOLIO_UPDATE"
        case .riskBreach: "RISK_BREACH"
        case .regimeChange: "REGIME_CHANGE"
        case .error: "ERROR"
        case .lifecycle: "LIFECYCLE"
        }
    }

    /// The type of that written name, `nil` where there is none.
    public init?(name: String) {
        guard let match = EventType.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}

/// A set of event types, one bit each.
public struct EventTypeSet: OptionSet, Sendable, Hashable {
    /// Bit `n` stands for the type with raw value `n`.
    public let rawValue: UInt16

    /// Makes a set from its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Makes the set of one type.
    @inlinable public init(_ type: EventType) { self.init(rawValue: 1 << UInt16(type.rawValue)) }

    /// Makes a set of types.
    public init(_ types: some Sequence<EventType>) {
        self = types.reduce(into: []) { $0.formUnion(EventTypeSet($1)) }
    }

    /// Every type.
    public static let all = EventTypeSet(EventType.allCases)
    /// What a trade consists of: FILL, POSITION_OPEN, POSITION_CLOSE.
    public static let trades = EventTypeSet([.fill, .positionOpen, .positionClose])
    /// What may never be sampled out: SIGNAL, ORDER, FILL, RISK_BREACH, POSITION_OPEN, POSITION_CLOSE.
    public static let critical = EventTypeSet([
        .signal, .order, .fill, .riskBreach, .positionOpen, .positionClose,
    ])

    /// Whether a type is in the set.
    @inlinable public func contains(type: EventType) -> Bool { rawValue & (1 << UInt16(type.rawValue)) != 0 }

    /// The types in declaration order.
    public var types: [EventType] { EventType.allCases.filter { contains(type: $0) } }
}
