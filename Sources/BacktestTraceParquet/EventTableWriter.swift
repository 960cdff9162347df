public import BacktestColumnar
import BacktestEvents
import BacktestModel
public import BacktestTracing

/// Adds events to a table that has the columns of `EventColumns`.
public struct EventTableWriter: ~Copyable {
    private let columns: EventColumns
    private let writer: TableWriter

    /// Begins to write to a table that is there.
    public init(
        _ connection: ColumnarConnection,
        schema: String? = nil,
        table: String,
        columns: EventColumns = .standard
    ) throws(ColumnarError) {
        self.columns = columns
        writer = try TableWriter(connection, schema: schema, table: table, types: columns.columns.map(\.type))
    }

    /// Adds an event.
    public func append(_ event: TracedEvent) throws(ColumnarError) {
        put(.run, event.runID)
        put(.container, event.containerID)
        put(.portfolio, event.portfolioID)
        put(.sequence, Int64(event.sequence))
        put(.type, event.type.name)
        put(.timestamp, event.timestamp.nanoseconds)
        put(.trade, event.trade.map(Int64.init))
        put(.cause, event.cause.map(Int64.init))
        put(.strategy, event.strategyID)
        put(.symbol, event.symbol)
        if let stamps = event.stamps {
            put(.created, stamps.created)
            put(.emitted, stamps.emitted)
            put(.received, stamps.received)
            put(.processed, stamps.processed)
        }
        put(.bar, Int64(event.numbers.bar))
        putPayload(event.type, event.numbers)
        try writer.endRow()
    }

    /// Makes every event so far visible to queries.
    public func flush() throws(ColumnarError) { try writer.flush() }

    private func put(_ field: EventColumns.Fixed, _ text: String?) {
        if let text { writer.set(field.rawValue, text: text) }
    }

    private func put(_ field: EventColumns.Fixed, _ number: Int64?) {
        if let number { writer.set(field.rawValue, integer: number) }
    }

    private func putPayload(_ type: EventType, _ numbers: EventNumbers) {
        var written: UInt16 = 0
        var flags: UInt8 = 0
        for field in columns.fields[Int(type.rawValue)] where field.isThere(numbers.flags) {
            switch field.form {
            case .number(let slot):
                writer.set(field.column, number: numbers.number(in: slot))
                written |= 1 << UInt16(slot.rawValue)
            case .text(let slot, let texts):
                put(numbers.small(in: slot), of: texts, field.column)
                written |= 1 << UInt16(slot.rawValue)
            case .bits(let mask, let lowest, let texts):
                put((numbers.flags & mask) >> lowest, of: texts, field.column)
                flags |= mask
            case .bit(let mask):
                writer.set(field.column, boolean: numbers.flags & mask != 0)
                flags |= mask
            }
        }
        for slot in PayloadSlot.allCases where written & 1 << UInt16(slot.rawValue) == 0 {
            putGeneric(slot, numbers, flags)
        }
    }

    private func put(_ code: UInt8, of texts: [String], _ column: Int) {
        writer.set(column, text: Int(code) < texts.count ? texts[Int(code)] : String(code))
    }

    private func putGeneric(_ slot: PayloadSlot, _ numbers: EventNumbers, _ named: UInt8) {
        let column = columns.generic[Int(slot.rawValue)]
        switch slot {
        case .code, .reason, .flags:
            let value = slot == .flags ? numbers.flags & ~named : numbers.small(in: slot)
            guard value != 0 else { return }
            if columns.columns[column].type == .text {
                writer.set(column, text: String(value))
            } else {
                writer.set(column, integer: Int64(value))
            }
        case .price, .quantity, .value0, .value1, .value2, .value3:
            let value = numbers.number(in: slot)
            // An absent value means 0 here, so what is undefined has to be said.
            if value != 0 || value.sign == .minus {
                writer.set(column, exactly: value.isFinite ? value : .nan)
            }
        }
    }
}
