public import BacktestEvents
import BacktestModel

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

/// The name that an event type gives to one of its numbers.
public struct PayloadField: Sendable, Hashable {
    /// The key in the stored record.
    public var name: String
    /// The number.
    public var slot: PayloadSlot
    /// Texts for the values of a code or reason from 0 on; a value without one is stored as a number.
    public var texts: [String]

    /// Names a number.
    public init(_ name: String, _ slot: PayloadSlot, texts: [String] = []) {
        self.name = name
        self.slot = slot
        self.texts = texts
    }
}

/// The payload of every event type: which of an event's numbers it has, under which names, in which order.
///
/// Nothing is ever lost: a number that the type doesn't name is stored under its generic name where it isn't 0.
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

    /// The payloads of this program's events.
    public static let standard = PayloadSchema.makeStandard()

    private static func makeStandard() -> PayloadSchema {
        let sides = Side.allCases.map(\.name)
        let exits = ExitReason.allCases.map(\.name)
        var schema = PayloadSchema()
        schema[.bar] = [
            PayloadField("open", .value0), PayloadField("high", .value1), PayloadField("low", .value2),
            PayloadField("close", .price), PayloadField("volume", .quantity),
        ]
        schema[.signal] = [
            PayloadField("action", .code, texts: SignalAction.allCases.map(\.name)),
            PayloadField("price", .price), PayloadField("strength", .value0),
        ]
        schema[.orderRequest] = [PayloadField("side", .code, texts: sides), PayloadField("price", .price)]
        schema[.order] = [
            PayloadField("side", .code, texts: sides), PayloadField("price", .price),
            PayloadField("quantity", .quantity),
        ]
        schema[.fill] = [
            PayloadField("side", .code, texts: sides), PayloadField("price", .price),
            PayloadField("quantity", .quantity), PayloadField("commission", .value0),
            PayloadField("slippage", .value1),
        ]
        schema[.positionOpen] = [
            PayloadField("side", .code, texts: sides), PayloadField("price", .price),
            PayloadField("quantity", .quantity),
        ]
        schema[.positionClose] = [
            PayloadField("side", .code, texts: sides), PayloadField("exit_reason", .reason, texts: exits),
            PayloadField("price", .price), PayloadField("quantity", .quantity),
            PayloadField("gross_pnl", .value0), PayloadField("net_pnl", .value1),
            PayloadField("bars_held", .value2),
        ]
        schema[.portfolioUpdate] = [PayloadField("equity", .value0), PayloadField("cash", .value1)]
        return schema
    }
}

extension Event {
    /// A code, a reason or flags as a number, or one of the doubles.
    func number(in slot: PayloadSlot) -> Double {
        switch slot {
        case .code: Double(code)
        case .reason: Double(reason)
        case .flags: Double(flags)
        case .price: price
        case .quantity: quantity
        case .value0: value0
        case .value1: value1
        case .value2: value2
        case .value3: value3
        }
    }
}
