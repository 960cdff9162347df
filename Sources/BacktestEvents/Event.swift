/// One immutable fact in a container's stream: a fixed-size value of numbers; text is looked up when somebody reads it.
///
/// The meaning of the five value fields depends on the type; `EventPayload` names them.
public struct Event: Sendable, Equatable {
    /// What happened.
    public var type: EventType
    /// Raw value of the `SignalAction`, `Side`, `LifecycleStage` or kind of order, by type.
    public var code: UInt8
    /// Raw value of an `ExitReason` or `RejectionReason`, by type.
    public var reason: UInt8
    /// Bits of facts about the event, by type.
    public var flags: UInt8
    /// Index of the strategy in the container's list, `Event.none16` where it does not apply.
    public var strategy: UInt16
    /// Index of the symbol in the container's list, `Event.none16` where it does not apply.
    public var symbol: UInt16
    /// Index of the bar on the container's timeline.
    public var bar: Int32
    /// Position in the container's stream, from 0, without gaps.
    public var sequence: UInt32
    /// Sequence of the event that directly caused this one, `Event.none32` for none.
    public var cause: UInt32
    /// Number of the trade it belongs to, from 1; 0 for none.
    public var correlation: UInt32
    /// A price.
    public var price: Double
    /// Units.
    public var quantity: Double
    /// First value.
    public var value0: Double
    /// Second value.
    public var value1: Double
    /// Third value.
    public var value2: Double
    /// Fourth value.
    public var value3: Double

    /// Stands for "no strategy" and "no symbol".
    @inlinable public static var none16: UInt16 { UInt16.max }
    /// Stands for "no cause".
    @inlinable public static var none32: UInt32 { UInt32.max }

    /// Makes an event; what is not given does not apply.
    @inlinable
    public init(
        type: EventType,
        code: UInt8 = 0,
        reason: UInt8 = 0,
        flags: UInt8 = 0,
        strategy: UInt16 = Event.none16,
        symbol: UInt16 = Event.none16,
        bar: Int32,
        sequence: UInt32,
        cause: UInt32 = Event.none32,
        correlation: UInt32 = 0,
        price: Double = 0,
        quantity: Double = 0,
        value0: Double = 0,
        value1: Double = 0,
        value2: Double = 0,
        value3: Double = 0
    ) {
        self.type = type
        self.code = code
        self.reason = reason
        self.flags = flags
        self.strategy = strategy
        self.symbol = symbol
        self.bar = bar
        self.sequence = sequence
        self.cause = cause
        self.correlation = correlation
        self.price = price
        self.quantity = quantity
        self.value0 = value0
        self.value1 = value1
        self.value2 = value2
        self.value3 = value3
    }

    /// Equality of every field; numbers are compared by their bits, so an absent (`nan`) price equals itself.
    public static func == (a: Event, b: Event) -> Bool {
        withUnsafeBytes(of: a) { x in withUnsafeBytes(of: b) { y in x.elementsEqual(y) } }
    }
}
