public import BacktestEvents
public import BacktestModel

/// An event as it is stored: with its ids as text, readable without the run that made it.
public struct TracedEvent: Sendable, Hashable {
    /// What happened.
    public var type: EventType
    /// Market time of its bar.
    public var timestamp: Timestamp
    /// The run.
    public var runID: String
    /// Number of the trade in its container, `nil` for none.
    public var trade: UInt32?
    /// Sequence of the event of the same container that caused it, `nil` for none.
    public var cause: UInt32?
    /// The container.
    public var containerID: String
    /// The portfolio, `nil` where the container doesn't trade.
    public var portfolioID: String?
    /// The strategy, `nil` where it doesn't apply.
    public var strategyID: String?
    /// The symbol, `nil` where it doesn't apply.
    public var symbol: String?
    /// Position in the container's stream.
    public var sequence: UInt32
    /// Clock readings, `nil` where latency tracing was off.
    public var stamps: EventStamps?
    /// The payload.
    public var numbers: EventNumbers

    /// Makes a record.
    public init(
        type: EventType,
        timestamp: Timestamp,
        runID: String,
        trade: UInt32?,
        cause: UInt32?,
        containerID: String,
        portfolioID: String?,
        strategyID: String?,
        symbol: String?,
        sequence: UInt32,
        stamps: EventStamps?,
        numbers: EventNumbers
    ) {
        self.type = type
        self.timestamp = timestamp
        self.runID = runID
        self.trade = trade
        self.cause = cause
        self.containerID = containerID
        self.portfolioID = portfolioID
        self.strategyID = strategyID
        self.symbol = symbol
        self.sequence = sequence
        self.stamps = stamps
        self.numbers = numbers
    }

    /// `<container_id>:<sequence>`, unique within the run.
    public var eventID: String { "\(containerID):\(sequence)" }
    /// `<container_id>/T<n>`.
    public var correlationID: String? { trade.map { "\(containerID)/T\($0)" } }
    /// The id of the event that directly caused it.
    public var causationID: String? { cause.map { "\(containerID):\($0)" } }
}

/// The numbers of an event that its type gives a meaning.
public struct EventNumbers: Sendable, Hashable {
    /// Index of the bar on the container's timeline.
    public var bar: Int32 = 0
    /// See `Event.code`.
    public var code: UInt8 = 0
    /// See `Event.reason`.
    public var reason: UInt8 = 0
    /// See `Event.flags`.
    public var flags: UInt8 = 0
    /// See `Event.price`.
    public var price: Double = 0
    /// See `Event.quantity`.
    public var quantity: Double = 0
    /// See `Event.value0`.
    public var value0: Double = 0
    /// See `Event.value1`.
    public var value1: Double = 0
    /// See `Event.value2`.
    public var value2: Double = 0
    /// See `Event.value3`.
    public var value3: Double = 0

    /// All zero.
    public init() {}

    /// The numbers of an event.
    public init(_ event: Event) {
        bar = event.bar
        code = event.code
        reason = event.reason
        flags = event.flags
        price = event.price
        quantity = event.quantity
        value0 = event.value0
        value1 = event.value1
        value2 = event.value2
        value3 = event.value3
    }
}

extension TracedEvent {
    /// The record of an event.
    ///
    /// - Parameters:
    ///   - event: An event of the container.
    ///   - timestamp: Market time of its bar.
    ///   - context: The container's ids and name tables.
    ///   - stamps: Its clock readings, if any.
    public init(_ event: Event, at timestamp: Timestamp, in context: TraceContext, stamps: EventStamps? = nil)
    {
        self.init(
            type: event.type,
            timestamp: timestamp,
            runID: context.runID,
            trade: event.correlation == 0 ? nil : event.correlation,
            cause: event.cause == Event.none32 ? nil : event.cause,
            containerID: context.containerID,
            portfolioID: context.portfolioID,
            strategyID: event.strategy == Event.none16 ? nil : context.strategies[Int(event.strategy)],
            symbol: event.symbol == Event.none16 ? nil : context.symbols[Int(event.symbol)],
            sequence: event.sequence,
            stamps: stamps,
            numbers: EventNumbers(event)
        )
    }

    /// The event that the record was made of.
    ///
    /// - Parameter context: The container's name tables.
    /// - Returns: `nil` where the tables lack the record's strategy or symbol, or the container is another one.
    public func event(in context: TraceContext) -> Event? {
        guard context.containerID == containerID else { return nil }
        guard let strategy = index(of: strategyID, in: context.strategies) else { return nil }
        guard let symbol = index(of: symbol, in: context.symbols) else { return nil }
        return Event(
            type: type,
            code: numbers.code,
            reason: numbers.reason,
            flags: numbers.flags,
            strategy: strategy,
            symbol: symbol,
            bar: numbers.bar,
            sequence: sequence,
            cause: cause ?? Event.none32,
            correlation: trade ?? 0,
            price: numbers.price,
            quantity: numbers.quantity,
            value0: numbers.value0,
            value1: numbers.value1,
            value2: numbers.value2,
            value3: numbers.value3
        )
    }

    private func index(of name: String?, in table: [String]) -> UInt16? {
        guard let name else { return Event.none16 }
        return table.firstIndex(of: name).flatMap { UInt16(exactly: $0) }
    }
}

extension EventNumbers {
    /// Sets one of the doubles.
    package mutating func set(_ number: Double, in slot: PayloadSlot) {
        switch slot {
        case .price: price = number
        case .quantity: quantity = number
        case .value0: value0 = number
        case .value1: value1 = number
        case .value2: value2 = number
        case .value3: value3 = number
        case .code, .reason, .flags: break
        }
    }

    /// Sets a code or a reason, or adds bits to the flags.
    package mutating func set(_ small: UInt8, in slot: PayloadSlot) {
        switch slot {
        case .code: code = small
        case .reason: reason = small
        case .flags: flags |= small
        case .price, .quantity, .value0, .value1, .value2, .value3: break
        }
    }
}
