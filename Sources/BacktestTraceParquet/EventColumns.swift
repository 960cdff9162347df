public import BacktestColumnar
import BacktestEvents
import BacktestTracing

/// The columns of a table of events: ids and times, then every key that a payload of the standard schema may have.
///
/// A key is NULL in the types that don't have it. So a Parquet file explains itself: `commission` of a FILL, `equity` of a
/// PORTFOLIO_UPDATE. Nothing is lost: what a type doesn't name lies under its generic name, as in the JSON lines.
public struct EventColumns: Sendable {
    /// One column.
    public struct Column: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The type.
        public var type: ColumnarType
    }

    /// The columns before the payload's, in this order.
    public enum Fixed: Int, Sendable, CaseIterable {
        case run
        case container
        case portfolio
        case sequence
        case type
        case timestamp
        case trade
        case cause
        case strategy
        case symbol
        case created
        case emitted
        case received
        case processed
        case bar

        var column: Column {
            switch self {
            case .run: Column(name: "run_id", type: .text)
            case .container: Column(name: "container_id", type: .text)
            case .portfolio: Column(name: "portfolio_id", type: .text)
            case .sequence: Column(name: "sequence", type: .uint32)
            case .type: Column(name: "event_type", type: .text)
            case .timestamp: Column(name: "timestamp", type: .timestampNanoseconds)
            case .trade: Column(name: "trade", type: .uint32)
            case .cause: Column(name: "cause", type: .uint32)
            case .strategy: Column(name: "strategy_id", type: .text)
            case .symbol: Column(name: "symbol", type: .text)
            case .created: Column(name: "created_at", type: .int64)
            case .emitted: Column(name: "emitted_at", type: .int64)
            case .received: Column(name: "received_at", type: .int64)
            case .processed: Column(name: "processed_at", type: .int64)
            case .bar: Column(name: "bar", type: .int32)
            }
        }
    }

    /// A key of one event type and the column that holds it.
    struct Field: Sendable {
        enum Form: Sendable {
            case number(PayloadSlot)
            case text(PayloadSlot, [String])
            case bits(mask: UInt8, lowest: UInt8, [String])
            case bit(UInt8)
        }

        var column: Int
        var form: Form
        var conditionMask: UInt8
        var conditionValue: UInt8
        /// What a text stands for.
        var codes: [String: UInt8] = [:]

        func isThere(_ flags: UInt8) -> Bool { flags & conditionMask == conditionValue }
    }

    /// The columns of this program's events.
    public static let standard = EventColumns(.standard)

    /// All columns, in order.
    public let columns: [Column]
    /// By event type its named fields.
    let fields: [[Field]]
    /// By slot the column of what a type doesn't name.
    let generic: [Int]

    /// The columns of a schema.
    init(_ schema: PayloadSchema) {
        var columns = Fixed.allCases.map(\.column)
        func place(_ name: String, _ type: ColumnarType) -> Int {
            if let index = columns.firstIndex(where: { $0.name == name }) {
                // A code that some type has as a text may be a bare number in another.
                if type == .text { columns[index].type = .text }
                return index
            }
            columns.append(Column(name: name, type: type))
            return columns.count - 1
        }
        fields = EventType.allCases.map { type in
            schema[type].map { field in
                var made = Field(
                    column: 0,
                    form: .bit(0),
                    conditionMask: field.conditionMask,
                    conditionValue: field.conditionValue
                )
                switch field.form {
                case .number(let slot):
                    made.form = .number(slot)
                    made.column = place(field.name, .double)
                case .text(let slot, let texts):
                    made.form = .text(slot, texts)
                    made.column = place(field.name, .text)
                    made.codes = EventColumns.codes(texts)
                case .bits(let mask, let lowest, let texts):
                    made.form = .bits(mask: mask, lowest: lowest, texts)
                    made.column = place(field.name, .text)
                    made.codes = EventColumns.codes(texts)
                case .bit(let mask):
                    made.form = .bit(mask)
                    made.column = place(field.name, .boolean)
                }
                return made
            }
        }
        generic = PayloadSlot.allCases.map { slot in
            let isSmall = slot == .code || slot == .reason || slot == .flags
            return place(slot.genericName, isSmall ? .uint8 : .double)
        }
        self.columns = columns
    }

    private static func codes(_ texts: [String]) -> [String: UInt8] {
        var codes: [String: UInt8] = [:]
        for (code, text) in texts.prefix(256).enumerated() where codes[text] == nil {
            codes[text] = UInt8(code)
        }
        return codes
    }

    /// The statement that makes an empty table of them; the name is SQL already.
    public func createTable(_ name: String, temporary: Bool = false) -> String {
        let list = columns.map { "\(SQLText.identifier($0.name)) \($0.type.sqlName)" }
        return "CREATE \(temporary ? "TEMP " : "")TABLE \(name) (\(list.joined(separator: ", ")))"
    }

    /// Their names as a SELECT lists them.
    public var list: String { columns.map { SQLText.identifier($0.name) }.joined(separator: ", ") }
}

extension EventNumbers {
    func number(in slot: PayloadSlot) -> Double {
        switch slot {
        case .price: price
        case .quantity: quantity
        case .value0: value0
        case .value1: value1
        case .value2: value2
        case .value3: value3
        case .code, .reason, .flags: 0
        }
    }

    func small(in slot: PayloadSlot) -> UInt8 {
        switch slot {
        case .code: code
        case .reason: reason
        case .flags: flags
        case .price, .quantity, .value0, .value1, .value2, .value3: 0
        }
    }
}
