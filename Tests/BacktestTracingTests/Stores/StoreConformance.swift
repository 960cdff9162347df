import BacktestEvents
import BacktestModel
import BacktestTracing
import Foundation
import Testing

/// What every store must prove (see `TraceStore`).
@Suite struct StoreConformance {
    // MARK: helpers, also for other tests

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

    /// A store in a folder of its own.
    private struct Opened {
        let scratch: Scratch
        let store: any TraceStore
        let readAll: () throws -> [TracedEvent]

        init(_ kind: StoreCase, in scratch: Scratch? = nil) throws {
            let scratch = try scratch ?? Scratch()
            self.scratch = scratch
            let folder = scratch.path + "/deep/down"
            let store = kind.make(folder)
            self.store = store
            readAll = { try kind.read(folder, store) }
        }
    }

    // MARK: what every store does

    @Test(arguments: StoreCase.all, [1, 13, 130])
    func `events come out as they went in, whatever the batches`(kind: StoreCase, size: Int) throws {
        let events = Self.events(130, seed: 3)
        let opened = try Opened(kind)
        for start in stride(from: 0, to: events.count, by: size) {
            try Self.append(Array(events[start..<min(start + size, events.count)]), to: opened.store)
        }
        try opened.store.close()
        #expect(try opened.readAll() == Self.records(events))
        #expect(opened.store.eventCount == 130)
    }

    @Test(arguments: StoreCase.all)
    func `what was flushed can be read while the store is open`(kind: StoreCase) throws {
        let events = Self.events(60, seed: 4)
        let opened = try Opened(kind)
        for (count, event) in events.enumerated() {
            try Self.append([event], to: opened.store)
            if count % 20 == 7 {
                try opened.store.flush()
                #expect(try opened.readAll() == Self.records(Array(events[...count])))
                #expect(opened.store.eventCount == count + 1)
            }
        }
        try opened.store.flush()
        try opened.store.flush()
        #expect(try opened.readAll() == Self.records(events), "flushing twice changes nothing")
        try opened.store.close()
        #expect(try opened.readAll() == Self.records(events))
    }

    @Test(arguments: StoreCase.all)
    func `clock stamps are kept`(kind: StoreCase) throws {
        let events = Self.events(3, seed: 5)
        let stamps = (0..<3).map { index in
            EventStamps(created: Int64(index), emitted: .max, received: .min, processed: -1)
        }
        let opened = try Opened(kind)
        try Self.append(events, stamps: stamps, to: opened.store)
        try opened.store.close()
        #expect(try opened.readAll() == Self.records(events, stamps: stamps))
    }

    @Test(arguments: StoreCase.all)
    func `containers are kept apart`(kind: StoreCase) throws {
        var other = RecordSamples.context
        other.containerID = "other"
        other.portfolioID = nil
        other.strategies = ["dip_buyer", "third"]
        let events = Self.events(4, seed: 6)
        let opened = try Opened(kind)
        try Self.append(events, to: opened.store)
        try Self.append(events, context: other, to: opened.store)
        try Self.append(events, to: opened.store)
        try opened.store.close()
        let mine = Self.records(events)
        #expect(try opened.readAll() == mine + Self.records(events, context: other) + mine)
    }

    @Test(arguments: StoreCase.all)
    func `a closed store takes nothing and closes again`(kind: StoreCase) throws {
        let opened = try Opened(kind)
        try Self.append(Self.events(1, seed: 7), to: opened.store)
        try opened.store.close()
        try opened.store.close()
        #expect(throws: TraceStoreError.self) { try opened.store.flush() }
        #expect(throws: TraceStoreError.self) { try Self.append(Self.events(1, seed: 8), to: opened.store) }
        #expect(try opened.readAll().count == 1)
    }

    @Test(arguments: StoreCase.all)
    func `an empty batch leaves nothing`(kind: StoreCase) throws {
        let opened = try Opened(kind)
        try Self.append([], to: opened.store)
        try opened.store.flush()
        try opened.store.close()
        #expect(try opened.readAll().isEmpty)
        #expect(opened.scratch.files("deep/down").isEmpty)
    }

    // MARK: what outlives the process

    @Test(arguments: StoreCase.lasting)
    func `a folder that was left by a killed run is written anew`(kind: StoreCase) throws {
        let killed = try Opened(kind)
        try Self.append(Self.events(50, seed: 9), to: killed.store)
        try killed.store.flush()
        // The first store is never closed, as after a kill -9.
        let events = Self.events(7, seed: 10)
        let opened = try Opened(kind, in: killed.scratch)
        try Self.append(events, to: opened.store)
        try opened.store.close()
        #expect(try opened.readAll() == Self.records(events))
    }

    /// A copy of the files is what a kill -9 leaves: the kernel keeps what was written.
    @Test(arguments: StoreCase.lasting)
    func `a kill at any moment leaves what was flushed`(kind: StoreCase) throws {
        let events = Self.events(90, seed: 11)
        let opened = try Opened(kind)
        for (count, event) in events.enumerated() {
            try Self.append([event], to: opened.store)
            if count % 30 == 29 { try opened.store.flush() }
            guard count % 10 == 9, count >= 29 else { continue }
            let copy = opened.scratch.path + "/copy\(count)"
            try FileManager.default.copyItem(atPath: opened.scratch.path + "/deep/down", toPath: copy)
            let found = try kind.read(copy, opened.store)
            let sure = (count + 1) / 30 * 30
            #expect(found.count >= sure && found == Self.records(Array(events[..<found.count])))
        }
    }

    @Test(arguments: StoreCase.lasting)
    func `the same events leave the same bytes`(kind: StoreCase) throws {
        let contents = try (0..<2).map { _ in
            let opened = try Opened(kind)
            let events = Self.events(300, seed: 12)
            for start in stride(from: 0, to: 300, by: 100) {
                try Self.append(Array(events[start..<start + 100]), to: opened.store)
            }
            try opened.store.close()
            let folder = "\(opened.scratch.path)/deep/down"
            let names = FileManager.default.subpaths(atPath: folder) ?? []
            return names.sorted().compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)") }
        }
        #expect(contents[0] == contents[1] && !contents[0].isEmpty)
    }

    @Test(arguments: StoreCase.lasting)
    func `a folder that cannot be made is named`(kind: StoreCase) throws {
        let store = kind.make("/proc/none/here")
        let error = try #require(throws: TraceStoreError.self) {
            try Self.append(RecordSamples.story, to: store)
            try store.flush()
        }
        #expect(error.description.hasPrefix("cannot create /proc/none"))
        #expect(store.eventCount == 0)
    }
}
