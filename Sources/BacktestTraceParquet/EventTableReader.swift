import BacktestColumnar
import BacktestEvents
import BacktestModel
import BacktestTracing

/// Makes events of the rows of a result that has the columns of `EventColumns`, in that order.
struct EventTableReader: Sendable {
    /// A value that no event can have.
    struct Malformed: Error {
        var message: String
    }

    let columns: EventColumns

    func event(_ chunk: borrowing ColumnarChunk, row: Int) throws(Malformed) -> TracedEvent {
        func text(_ field: EventColumns.Fixed) -> String? { chunk.text(field.rawValue, row: row) }
        func integer(_ field: EventColumns.Fixed) -> Int64? { chunk.integer(field.rawValue, row: row) }
        guard let name = text(.type), let type = EventType(name: name) else {
            throw Malformed(message: "'\(text(.type) ?? "NULL")' is no event type")
        }
        guard let run = text(.run), let container = text(.container),
            let sequence = integer(.sequence).flatMap({ UInt32(exactly: $0) }),
            let time = integer(.timestamp), let bar = integer(.bar).flatMap({ Int32(exactly: $0) })
        else { throw Malformed(message: "a \(name) lacks an id, its sequence, its time or its bar") }
        var stamps: EventStamps?
        if let created = integer(.created), let emitted = integer(.emitted),
            let received = integer(.received), let processed = integer(.processed)
        {
            stamps = EventStamps(
                created: created,
                emitted: emitted,
                received: received,
                processed: processed
            )
        }
        var numbers = try payload(type, chunk, row)
        numbers.bar = bar
        return TracedEvent(
            type: type,
            timestamp: Timestamp(nanoseconds: time),
            runID: run,
            trade: integer(.trade).flatMap { UInt32(exactly: $0) },
            cause: integer(.cause).flatMap { UInt32(exactly: $0) },
            containerID: container,
            portfolioID: text(.portfolio),
            strategyID: text(.strategy),
            symbol: text(.symbol),
            sequence: sequence,
            stamps: stamps,
            numbers: numbers
        )
    }

    private func payload(
        _ type: EventType,
        _ chunk: borrowing ColumnarChunk,
        _ row: Int
    ) throws(Malformed) -> EventNumbers {
        var numbers = EventNumbers()
        let fields = columns.fields[Int(type.rawValue)]
        // Which fields are there depends on the flags, so these come first.
        for field in fields {
            switch field.form {
            case .bit(let mask):
                if chunk.boolean(field.column, row: row) == true { numbers.set(mask, in: .flags) }
            case .bits(let mask, let lowest, _):
                let code = try code(of: field, chunk, row) ?? 0
                numbers.set(code << lowest & mask, in: .flags)
            case .number, .text: break
            }
        }
        numbers.set(try small(.flags, chunk, row), in: .flags)
        var written: UInt16 = 0
        for field in fields where field.isThere(numbers.flags) {
            switch field.form {
            case .number(let slot):
                // A named number that is not there is undefined.
                numbers.set(chunk.number(field.column, row: row) ?? .nan, in: slot)
                written |= 1 << UInt16(slot.rawValue)
            case .text(let slot, _):
                numbers.set(try code(of: field, chunk, row) ?? 0, in: slot)
                written |= 1 << UInt16(slot.rawValue)
            case .bits, .bit: break
            }
        }
        for slot in PayloadSlot.allCases where slot != .flags && written & 1 << UInt16(slot.rawValue) == 0 {
            switch slot {
            case .code, .reason: numbers.set(try small(slot, chunk, row), in: slot)
            default:
                let column = columns.generic[Int(slot.rawValue)]
                numbers.set(chunk.number(column, row: row) ?? 0, in: slot)
            }
        }
        return numbers
    }

    private func code(
        of field: EventColumns.Field,
        _ chunk: borrowing ColumnarChunk,
        _ row: Int
    ) throws(Malformed) -> UInt8? {
        guard let text = chunk.text(field.column, row: row) else { return nil }
        if let code = field.codes[text] ?? UInt8(text) { return code }
        throw Malformed(message: "'\(text)' is no value of '\(columns.columns[field.column].name)'")
    }

    private func small(
        _ slot: PayloadSlot,
        _ chunk: borrowing ColumnarChunk,
        _ row: Int
    ) throws(Malformed) -> UInt8 {
        let column = columns.generic[Int(slot.rawValue)]
        if columns.columns[column].type == .text {
            guard let text = chunk.text(column, row: row) else { return 0 }
            // Under this name another type may have a text; then this slot has nothing of its own.
            return UInt8(text) ?? 0
        }
        return chunk.integer(column, row: row).flatMap { UInt8(exactly: $0) } ?? 0
    }
}
