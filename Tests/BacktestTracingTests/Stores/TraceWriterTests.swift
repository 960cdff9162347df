import BacktestEvents
import BacktestTracing
import Testing

/// A store that fails when told to.
private final class FailingStore: TraceStore {
    var plan: (Int) -> Bool
    var closeFails = false
    private(set) var attempts = 0
    private(set) var taken: [UInt32] = []
    private(set) var batches: [Int] = []
    private(set) var isClosed = false
    private var waiting = 0
    static let error = TraceStoreError(operation: "write", target: "there", reason: "no space")

    init(failsAt plan: @escaping (Int) -> Bool) { self.plan = plan }

    var eventCount: Int { taken.count - waiting }

    func append(_ batch: TraceBatch) throws(TraceStoreError) {
        attempts += 1
        if plan(attempts) { throw Self.error }
        taken += batch.events.map(\.sequence)
        batches.append(batch.events.count)
        if closeFails { waiting = batch.events.count }
    }

    func flush() throws(TraceStoreError) {}

    func close() throws(TraceStoreError) {
        isClosed = true
        if closeFails { throw Self.error }
    }
}

@Suite struct TraceWriterTests {
    private static func settings(_ fill: (inout TraceSettings) -> Void = { _ in }) -> TraceSettings {
        var settings = TraceSettings()
        settings.eventTypes = .all
        settings.batchSize = 10
        settings.storageBackend = .file
        fill(&settings)
        return settings
    }

    /// Writes a stream through a tracer in batches of seven.
    private func trace(
        _ events: [Event],
        to store: any TraceStore,
        _ settings: TraceSettings
    ) -> (losses: TraceLosses, tracer: ContainerTracer, failures: Int) {
        let tracer = ContainerTracer()
        var failures = 0
        let losses = RecordSamples.times.withUnsafeBufferPointer { times in
            tracer.begin(settings, store: store, context: RecordSamples.context, times: times, runSeed: 1)
            for start in stride(from: 0, to: events.count, by: 7) {
                events[start..<min(start + 7, events.count)].withUnsafeBufferPointer {
                    do { try tracer.observe(events: $0) } catch { failures += 1 }
                }
            }
            return tracer.finish()
        }
        return (losses, tracer, failures)
    }

    private let stream = EventStreams.trading(count: 205, sleeves: 2, seed: 8)

    @Test func batchesAndCloses() {
        let store = FailingStore { _ in false }
        let (losses, tracer, _) = trace(stream, to: store, Self.settings())
        #expect(store.taken == stream.map(\.sequence))
        #expect(store.batches.dropLast().allSatisfy { $0 == 10 } && store.batches.last == 5)
        #expect(store.isClosed)
        #expect(losses.stored == 205 && losses.lostCount == 0 && losses.firstError == nil)
        #expect(tracer.failure == nil)
    }

    @Test func otherTypesPassBy() {
        let store = FailingStore { _ in false }
        let settings = Self.settings { $0.eventTypes = .trades }
        _ = trace(stream, to: store, settings)
        #expect(store.taken == stream.filter { EventTypeSet.trades.contains(type: $0.type) }.map(\.sequence))
    }

    @Test func degradingCountsWhatIsLostByType() {
        let store = FailingStore { $0 <= 3 }
        let (losses, tracer, failures) = trace(stream, to: store, Self.settings())
        #expect(failures == 0 && tracer.failure == nil)
        #expect(losses.firstError == FailingStore.error)
        #expect(losses.breakerOpenings == 1)
        // Three failed, sixteen skipped, then it works again.
        #expect(store.attempts == 5)
        #expect(losses.stored == 15 && losses.lostCount == 190)
        let lost = stream.prefix(190)
        for type in EventType.allCases {
            #expect(losses.lost[type, default: 0] == lost.filter { $0.type == type }.count)
        }
    }

    @Test func abortingThrowsOnceAndSaysWhy() {
        let store = FailingStore { $0 == 2 }
        let (losses, tracer, failures) = trace(
            stream,
            to: store,
            Self.settings { $0.onStorageFailure = .abort }
        )
        #expect(failures == 1, "a bus detaches an observer that keeps throwing; this one says it once")
        #expect(tracer.failure == FailingStore.error)
        #expect(losses.stored >= 10)
    }

    @Test func whatCouldNotBeWrittenAtTheEndIsNotCountedAsStored() {
        let store = FailingStore { _ in false }
        store.closeFails = true
        let (losses, _, _) = trace(stream, to: store, Self.settings())
        #expect(losses.stored == 200 && losses.unwritten == 5 && losses.lostCount == 5)
    }

    @Test func samplingNeverLosesCriticalEvents() {
        let store = FailingStore { _ in false }
        let settings = Self.settings {
            $0.sampleRate = 0; $0.contextWindow = 0
        }
        let (losses, _, _) = trace(stream, to: store, settings)
        let critical = stream.filter { EventTypeSet.critical.contains(type: $0.type) }
        #expect(store.taken == critical.map(\.sequence))
        #expect(losses.sampledOut == stream.count - critical.count)
    }

    @Test func memoryAndStoreAreIndependent() {
        let store = MemoryTraceStore()
        let settings = Self.settings { $0.retention = .tradeComplete }
        let (_, tracer, _) = trace(stream, to: store, settings)
        #expect(store.records.count == 205)
        let whole = tracer.counters
        let plain = ContainerTracer()
        plain.begin(settings)
        try? stream.withUnsafeBufferPointer { try plain.observe(events: $0) }
        #expect(plain.counters == whole, "the same counts whatever the batches")
        #expect(plain.events == tracer.events)
        #expect(plain.finish() == TraceLosses())
    }

    @Test func disabledAsksForNothing() {
        let tracer = ContainerTracer()
        tracer.begin(Self.settings { $0.enabled = false })
        #expect(tracer.interests.isEmpty)
        tracer.begin(
            Self.settings {
                $0.eventTypes = types(.signal); $0.retention = .tradeComplete
            }
        )
        #expect(tracer.interests.contains(types(.signal, .positionClose)))
    }
}
