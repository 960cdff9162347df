public import BacktestEvents

/// A number of an event that a payload may name.
public enum PayloadSlot: UInt8, Sendable, Hashable, CaseIterable {
    case code
    case reason
    case flags
    case price
    case quantity
    case value0
    case value1
    case value2
    case value3

    /// The key under which it is stored where a type gives it no name and it isn't 0.
    public var genericName: String { "\(self)" }
}

/// A key of a payload and what it says.
public struct PayloadField: Sendable, Hashable {
    /// How a value is stored.
    public enum Form: Sendable, Hashable {
        /// A number as it is.
        case number(PayloadSlot)
        /// A code or reason as one of some texts for 0, 1 and so on; a value without a text as a number.
        case text(PayloadSlot, [String])
        /// Some bits of the flags, of which the lowest is given, as one of some texts; as a number without one.
        case bits(mask: UInt8, lowest: UInt8, [String])
        /// A bit of the flags: `true`, or the key is absent.
        case bit(UInt8)
    }

    /// The key in the stored record.
    public var name: String
    /// What is stored under it.
    public var form: Form
    /// Bits of the flags that decide whether the key is there at all.
    public var conditionMask: UInt8 = 0
    /// What these bits must be.
    public var conditionValue: UInt8 = 0

    /// Names a value.
    public init(_ name: String, _ form: Form) {
        self.name = name
        self.form = form
    }

    /// The same key, there only in events with all of these flags.
    public func onlyWith(_ flags: UInt8) -> PayloadField {
        var field = self
        field.conditionMask |= flags
        field.conditionValue |= flags
        return field
    }

    /// The same key, there only in events with none of these flags.
    public func onlyWithout(_ flags: UInt8) -> PayloadField {
        var field = self
        field.conditionMask |= flags
        return field
    }

    /// The number that the field stores.
    var slot: PayloadSlot {
        switch form {
        case .number(let slot), .text(let slot, _): slot
        case .bits, .bit: .flags
        }
    }

    /// The bits of the flags that the field stores.
    var bits: UInt8 {
        switch form {
        case .number, .text: 0
        case .bits(let mask, _, _): mask
        case .bit(let mask): mask
        }
    }
}

/// The payload of every event type: which of an event's numbers it has, under which names, in which order.
///
/// Nothing is ever lost: what the type doesn't name is stored under its generic name where it isn't 0.
public struct PayloadSchema: Sendable, Hashable {
    private var byType: [[PayloadField]]

    /// A schema without names.
    public init() {
        byType = [[PayloadField]](repeating: [], count: EventType.allCases.count)
    }

    /// The named fields of a type, in order.
    public subscript(type: EventType) -> [PayloadField] {
        get { byType[Int(type.rawValue)] }
        set { byType[Int(type.rawValue)] = newValue }
    }
}
