import BacktestEvents
import BacktestModel
import BacktestTracing

/// Events, contexts and helpers of the record and store tests.
enum RecordSamples {
    static let context = TraceContext(
        runID: "3fa9c1",
        containerID: "momentum_portfolio_0042",
        portfolioID: "momentum_portfolio",
        strategies: ["momentum_1", "dip_buyer"],
        symbols: ["SPY", "BRK.B"]
    )

    static let times: [Int64] = (0..<64).map { 1_711_978_200_000_000_000 + $0 * 300_000_000_000 }

    /// One trade as the engine tells it, a mark, a refusal, and a code that has no name.
    static let story: [Event] = [
        Event(type: .lifecycle, code: 1, bar: -1, sequence: 0),
        Event(
            type: .bar,
            symbol: 0,
            bar: 0,
            sequence: 1,
            price: 101.25,
            quantity: 1e6,
            value0: 100,
            value1: 102.5,
            value2: 99.75
        ),
        Event(
            type: .signal,
            code: 2,
            strategy: 0,
            symbol: 0,
            bar: 0,
            sequence: 2,
            cause: 1,
            correlation: 1,
            price: 101.25,
            value0: 1
        ),
        Event(
            type: .order,
            flags: EventFlags.entry,
            strategy: 0,
            symbol: 0,
            bar: 0,
            sequence: 3,
            cause: 2,
            correlation: 1,
            price: .nan,
            quantity: .nan,
            value0: 101.25,
            value1: 1
        ),
        Event(
            type: .fill,
            flags: EventFlags.entry | EventFlags.atOpen,
            strategy: 0,
            symbol: 0,
            bar: 1,
            sequence: 4,
            cause: 3,
            correlation: 1,
            price: 101.3,
            quantity: 0.1 + 0.2,
            value0: 10.13,
            value1: 1.0 / 3.0,
            value2: 101.29,
            value3: 101.25
        ),
        Event(
            type: .positionClose,
            code: 0,
            reason: 2,
            strategy: 0,
            symbol: 1,
            bar: 63,
            sequence: 5,
            cause: 4,
            correlation: 1,
            price: 1e-7,
            quantity: 5,
            value0: -12,
            value1: -12.5,
            value2: 62,
            value3: 101.3
        ),
        Event(type: .portfolioUpdate, flags: EventFlags.mark, bar: 63, sequence: 6, value1: 99_987.5),
        Event(
            type: .order,
            code: 200,
            reason: 4,
            flags: EventFlags.rejected | EventFlags.entry | 2 << 6 | 2,
            strategy: 1,
            bar: 63,
            sequence: 7,
            price: 90,
            value3: 7
        ),
    ]

    static func lines(
        _ events: [Event],
        in context: TraceContext = context,
        times: [Int64] = times,
        stamps: [EventStamps]? = nil
    ) -> String {
        var buffer = ByteBuffer(capacity: 64)
        let encoder = TraceEncoder(context)
        events.withUnsafeBufferPointer { events in
            times.withUnsafeBufferPointer { times in
                if let stamps {
                    stamps.withUnsafeBufferPointer {
                        encoder.encode(events, times: times, stamps: $0, into: &buffer)
                    }
                } else {
                    encoder.encode(events, times: times, into: &buffer)
                }
            }
        }
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    /// An event with anything in it that a record can hold.
    static func random(_ generator: inout SeededGenerator, sequence: UInt32) -> Event {
        func number() -> Double {
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: 0
            case 1: Double(Int.random(in: -1_000_000...1_000_000, using: &generator))
            case 2: Double(Int.random(in: -10_000_000...10_000_000, using: &generator)) / 100
            case 3: Double.random(in: -1e6...1e6, using: &generator)
            case 4: Double(bitPattern: UInt64.random(in: 0..<0x7FF0_0000_0000_0000, using: &generator))
            default: -0.0
            }
        }
        return Event(
            type: EventType.allCases.randomElement(using: &generator) ?? .bar,
            code: UInt8.random(in: 0...255, using: &generator),
            reason: UInt8.random(in: 0...12, using: &generator),
            flags: UInt8.random(in: 0...255, using: &generator),
            strategy: [0, 1, Event.none16].randomElement(using: &generator) ?? 0,
            symbol: [0, 1, Event.none16].randomElement(using: &generator) ?? 0,
            bar: Int32.random(in: -1...70, using: &generator),
            sequence: sequence,
            cause: Bool.random(using: &generator)
                ? Event.none32 : UInt32.random(in: 0..<1_000, using: &generator),
            correlation: UInt32.random(in: 0...3, using: &generator),
            price: number(),
            quantity: number(),
            value0: number(),
            value1: number(),
            value2: number(),
            value3: number()
        )
    }
}
