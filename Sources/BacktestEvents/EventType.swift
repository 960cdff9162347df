/// The closed set of event types; names are written in upper case exactly so in YAML, JSON and Parquet.
public enum EventType: UInt8, Sendable, Hashable, CaseIterable {
    case bar
    case features
    case signal
    case orderRequest
    case order
    case fill
    case positionOpen
    case positionClose
    case portfolioUpdate
    case riskBreach
    case regimeChange
    case error
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
