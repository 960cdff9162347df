import BacktestEvents
import BacktestTracing
import Synchronization
import Testing

/// A tracer whose settings change while the container runs.
@Suite struct ChangingTracerTests {
    private static func settings(_ fill: (inout TraceSettings) -> Void) -> TraceSettings {
        var settings = TraceSettings()
        fill(&settings)
        return settings
    }

    private static let full = settings {
        $0.eventTypes = .all
        $0.retention = .all
        $0.storageBackend = .file
        $0.batchSize = 3
    }

    /// Bars and fills without end; event `change` says that the settings change.
    private static func events(change: Int) -> [Event] {
        (0..<40).map { index in
            if index == change {
                return Event(
                    type: .lifecycle,
                    code: LifecycleStage.traceLevelChanged.rawValue,
                    bar: 0,
                    sequence: UInt32(index)
                )
            }
            return Event(
                type: index % 3 == 0 ? .fill : .bar,
                strategy: 0,
                symbol: 0,
                bar: 0,
                sequence: UInt32(index)
            )
        }
    }

    private func run(
        change: Int,
        batch: Int,
        to changed: TraceSettings
    ) -> (stored: [UInt32], changes: [UInt32]) {
        let store = MemoryTraceStore()
        let tracer = ContainerTracer()
        RecordSamples.times.withUnsafeBufferPointer { times in
            tracer.begin(TraceSettings())
            let target = TraceTarget(context: RecordSamples.context, times: times, runSeed: 1) { _ in store }
            tracer.expectChanges(.all, target)
            #expect(tracer.interests == .all)
            tracer.queue(changed)
            let events = Self.events(change: change)
            for start in stride(from: 0, to: events.count, by: batch) {
                events[start..<min(start + batch, events.count)].withUnsafeBufferPointer {
                    try? tracer.observe(events: $0)
                }
            }
            _ = tracer.finish()
        }
        return (store.records.map(\.sequence), tracer.changes)
    }

    @Test(arguments: [1, 2, 7, 40], [0, 5, 39])
    func theStoreBeginsWithTheChangeWhateverTheBatches(batch: Int, change: Int) {
        let (stored, changes) = run(change: change, batch: batch, to: Self.full)
        #expect(stored == Array(UInt32(change)..<40))
        #expect(changes == [UInt32(change)])
    }

    @Test func withoutTheEventNothingChanges() {
        let (stored, changes) = run(change: 100, batch: 7, to: Self.full)
        #expect(stored.isEmpty)
        #expect(changes.isEmpty)
    }

    @Test func settingsWithoutAStoreOpenNone() {
        let (stored, changes) = run(change: 5, batch: 7, to: Self.settings { $0.eventTypes = .all })
        #expect(stored.isEmpty)
        #expect(changes == [5])
    }

    @Test func aRunningStoreTakesOtherTypes() throws {
        let store = MemoryTraceStore()
        let tracer = ContainerTracer()
        RecordSamples.times.withUnsafeBufferPointer { times in
            tracer.begin(Self.full, store: store, context: RecordSamples.context, times: times, runSeed: 1)
            let target = TraceTarget(context: RecordSamples.context, times: times, runSeed: 1) { _ in store }
            tracer.expectChanges(.all, target)
            tracer.queue(
                Self.settings {
                    $0 = Self.full
                    $0.eventTypes = EventTypeSet(.fill)
                }
            )
            Self.events(change: 10).withUnsafeBufferPointer { try? tracer.observe(events: $0) }
            _ = tracer.finish()
        }
        let later = store.records.filter { $0.sequence >= 10 }
        #expect(store.records.count - later.count == 10)
        #expect(later.allSatisfy { $0.type == .fill })
        #expect(!later.isEmpty)
    }

    @Test func latencyIsMeasuredWithoutAStore() throws {
        let ticks = Ticks()
        let clock = EventClock { ticks.next() }
        var bus = EventBus()
        let tracer = ContainerTracer()
        var settings = TraceSettings()
        settings.eventTypes = .all
        tracer.begin(settings)
        tracer.measureLatency(clock)
        bus.attach(tracer, name: "tracer")
        bus.clock = clock
        for event in Self.events(change: 100) { bus.append(event) }
        bus.flush()
        let latencies = try #require(tracer.latencies)
        #expect(latencies.statistics(of: .fill)?.count == 14)
        #expect(latencies.overall?.count == 40)
        #expect(try #require(latencies.overall).max > 0)
        tracer.begin(settings)
        #expect(tracer.latencies == nil)
    }
}

/// A clock that goes on by one with every reading; a class because the closure and the test refer to it.
private final class Ticks: Sendable {
    private let count = Mutex(Int64(0))
    func next() -> Int64 {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
