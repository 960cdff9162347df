import BacktestEvents
import BacktestModel
import BacktestTracing
import Testing

/// What every store must prove (see `TraceStore`): give it a way to make a store and to read back what it holds.
struct StoreConformance {
    var make: () throws -> any TraceStore
    /// What can be read, in order, while the store is open or after it was closed.
    var read: () throws -> [TracedEvent]

    /// Runs every check on fresh stores; the caller's `make` must start empty each time.
    func check() throws {
        try appendsInOrderWhateverTheBatches()
        try flushMakesReadable()
        try keepsStamps()
        try keepsContainersApart()
        try closesOnce()
        try takesEmptyBatches()
    }

    static func events(_ count: Int, seed: UInt64) -> [Event] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { RecordSamples.random(&generator, sequence: UInt32($0)) }
    }

    static func append(
        _ events: [Event],
        stamps: [EventStamps]? = nil,
        context: TraceContext = RecordSamples.context,
        to store: any TraceStore
    ) throws {
        try events.withUnsafeBufferPointer { events in
            try RecordSamples.times.withUnsafeBufferPointer { times in
                guard let stamps else {
                    try store.append(TraceBatch(context: context, events: events, times: times))
                    return
                }
                try stamps.withUnsafeBufferPointer {
                    try store.append(TraceBatch(context: context, events: events, times: times, stamps: $0))
                }
            }
        }
    }

    static func records(
        _ events: [Event],
        stamps: [EventStamps]? = nil,
        context: TraceContext = RecordSamples.context
    ) -> [TracedEvent] {
        events.enumerated().map { index, event in
            let bar = min(max(Int(event.bar), 0), RecordSamples.times.count - 1)
            return TracedEvent(
                event,
                at: Timestamp(nanoseconds: RecordSamples.times[bar]),
                in: context,
                stamps: stamps.map { $0[index] }
            )
        }
    }

    private func appendsInOrderWhateverTheBatches() throws {
        let events = Self.events(130, seed: 3)
        for size in [1, 13, 130] {
            let store = try make()
            for start in stride(from: 0, to: events.count, by: size) {
                try Self.append(Array(events[start..<min(start + size, events.count)]), to: store)
            }
            try store.close()
            #expect(try read() == Self.records(events), "batches of \(size)")
        }
    }

    private func flushMakesReadable() throws {
        let events = Self.events(60, seed: 4)
        let store = try make()
        for (count, event) in events.enumerated() {
            try Self.append([event], to: store)
            if count % 20 == 7 {
                try store.flush()
                #expect(try read() == Self.records(Array(events[...count])))
            }
        }
        try store.flush()
        try store.flush()
        #expect(try read() == Self.records(events), "flushing twice changes nothing")
        try store.close()
        #expect(try read() == Self.records(events))
    }

    private func keepsStamps() throws {
        let events = Self.events(3, seed: 5)
        let stamps = (0..<3).map { index in
            EventStamps(created: Int64(index), emitted: .max, received: .min, processed: -1)
        }
        let store = try make()
        try Self.append(events, stamps: stamps, to: store)
        try store.close()
        #expect(try read() == Self.records(events, stamps: stamps))
    }

    private func keepsContainersApart() throws {
        var other = RecordSamples.context
        other.containerID = "other"
        other.portfolioID = nil
        let events = Self.events(4, seed: 6)
        let store = try make()
        try Self.append(events, to: store)
        try Self.append(events, context: other, to: store)
        try Self.append(events, to: store)
        try store.close()
        let mine = Self.records(events)
        #expect(try read() == mine + Self.records(events, context: other) + mine)
    }

    private func closesOnce() throws {
        let store = try make()
        try Self.append(Self.events(1, seed: 7), to: store)
        try store.close()
        try store.close()
        #expect(throws: TraceStoreError.self) { try store.flush() }
        #expect(throws: TraceStoreError.self) { try Self.append(Self.events(1, seed: 8), to: store) }
        #expect(try read().count == 1)
    }

    private func takesEmptyBatches() throws {
        let store = try make()
        try Self.append([], to: store)
        try store.flush()
        try store.close()
        #expect(try read().isEmpty)
    }
}
