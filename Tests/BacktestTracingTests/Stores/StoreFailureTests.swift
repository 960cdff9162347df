import BacktestEvents
import BacktestTracing
import Testing

/// A real store that is made to fail at chosen attempts.
private final class FaultyStore: TraceStore {
    private let inner: any TraceStore
    private let fails: (Int) -> Bool
    private(set) var attempts = 0
    static let error = TraceStoreError(operation: "write", target: "there", reason: "no space")

    init(_ inner: any TraceStore, failsAt fails: @escaping (Int) -> Bool) {
        self.inner = inner
        self.fails = fails
    }

    var eventCount: Int { inner.eventCount }

    func append(_ batch: TraceBatch) throws(TraceStoreError) {
        attempts += 1
        if fails(attempts) { throw Self.error }
        try inner.append(batch)
    }

    func flush() throws(TraceStoreError) { try inner.flush() }

    func close() throws(TraceStoreError) { try inner.close() }
}

/// Every store behind the writer: whatever fails, the container goes on, and what is lost is counted to the event.
@Suite struct StoreFailureTests {
    private static let batchSize = 10
    private static let stream = EventStreams.trading(count: 205, sleeves: 2, seed: 8)

    private static func settings(_ action: StorageFailureAction) -> TraceSettings {
        var settings = TraceSettings()
        settings.eventTypes = .all
        settings.batchSize = batchSize
        settings.storageBackend = .file
        settings.onStorageFailure = action
        return settings
    }

    private struct Outcome {
        var losses: TraceLosses
        var stored: [UInt32]
        var failure: TraceStoreError?
        var counters: RetentionCounters
    }

    private func run(
        _ kind: StoreCase,
        _ action: StorageFailureAction = .degrade,
        failsAt fails: @escaping (Int) -> Bool
    ) throws -> Outcome {
        let scratch = try Scratch()
        let inner = kind.make(scratch.path + "/c")
        let tracer = ContainerTracer()
        let losses = RecordSamples.times.withUnsafeBufferPointer { times in
            tracer.begin(
                Self.settings(action),
                store: FaultyStore(inner, failsAt: fails),
                context: RecordSamples.context,
                times: times,
                runSeed: 1
            )
            for start in stride(from: 0, to: Self.stream.count, by: 7) {
                Self.stream[start..<min(start + 7, Self.stream.count)].withUnsafeBufferPointer {
                    try? tracer.observe(events: $0)
                }
            }
            return tracer.finish()
        }
        return Outcome(
            losses: losses,
            stored: try kind.read(scratch.path + "/c", inner).map(\.sequence),
            failure: tracer.failure,
            counters: tracer.counters
        )
    }

    private func batch(_ attempt: Int) -> [Event] {
        let start = (attempt - 1) * Self.batchSize
        return Array(Self.stream[start..<min(start + Self.batchSize, Self.stream.count)])
    }

    /// The batches that a model of the breaker lets pass, by number, where those in `failing` attempts fail.
    private func expected(failsAt fails: (Int) -> Bool) -> (kept: [Int], openings: Int) {
        var kept: [Int] = []
        var attempts = 0
        var breaker = CircuitBreaker()
        for number in 1...21 where breaker.allowsAttempt() {
            attempts += 1
            if fails(attempts) {
                breaker.failed()
            } else {
                breaker.succeeded()
                kept.append(number)
            }
        }
        return (kept, breaker.openings)
    }

    private func check(_ kind: StoreCase, failsAt fails: @escaping (Int) -> Bool) throws {
        let outcome = try run(kind, failsAt: fails)
        let (kept, openings) = expected(failsAt: fails)
        #expect(outcome.stored == kept.flatMap { batch($0).map(\.sequence) })
        #expect(outcome.losses.stored == outcome.stored.count)
        #expect(outcome.losses.stored + outcome.losses.lostCount == Self.stream.count)
        #expect(outcome.losses.breakerOpenings == openings)
        let there = Set(outcome.stored)
        for type in EventType.allCases {
            let lost = Self.stream.filter { $0.type == type && !there.contains($0.sequence) }.count
            #expect(outcome.losses.lost[type, default: 0] == lost)
        }
        #expect(outcome.failure == nil)
        #expect((outcome.losses.firstError == nil) == (outcome.losses.lostCount == 0))
    }

    /// Breaker closed: one failed write loses its batch and no more.
    @Test(arguments: StoreCase.all)
    func `a failure at the Nth write loses that batch, for all N`(kind: StoreCase) throws {
        for attempt in 1...21 { try check(kind) { $0 == attempt } }
    }

    /// Breaker open and half-open: from the Nth write on everything fails for a while.
    @Test(arguments: StoreCase.all, [1, 2, 4, 5, 100])
    func `a store that keeps failing is left alone and tried again`(kind: StoreCase, count: Int) throws {
        for first in [1, 2, 9, 20] { try check(kind) { $0 >= first && $0 < first + count } }
    }

    @Test(arguments: StoreCase.all)
    func `aborting stops at the first failure and keeps what was stored`(kind: StoreCase) throws {
        for attempt in 1...21 {
            let outcome = try run(kind, .abort) { $0 == attempt }
            #expect(outcome.failure == FaultyStore.error)
            #expect(outcome.stored == Self.stream.prefix((attempt - 1) * Self.batchSize).map(\.sequence))
        }
    }

    @Test(arguments: StoreCase.all)
    func `no failure changes what is in memory`(kind: StoreCase) throws {
        let calm = try run(kind) { _ in false }
        for attempt in [1, 5, 21] {
            #expect(try run(kind) { $0 >= attempt }.counters == calm.counters)
        }
    }
}
