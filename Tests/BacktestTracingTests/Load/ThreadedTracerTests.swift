import BacktestEvents
import BacktestTracing
import Foundation
import Synchronization
import Testing

/// A store that fails at one attempt.
private final class FailingOnce: TraceStore {
    private let attempt: Int
    private var attempts = 0
    private(set) var eventCount = 0
    private(set) var isClosed = false

    init(at attempt: Int) { self.attempt = attempt }

    func append(_ batch: TraceBatch) throws(TraceStoreError) {
        attempts += 1
        if attempts == attempt {
            throw TraceStoreError(operation: "write", target: "there", reason: "no space")
        }
        eventCount += batch.events.count
    }

    func flush() throws(TraceStoreError) {}

    func close() throws(TraceStoreError) { isClosed = true }
}

/// With and without a thread of its own a tracer leaves the same.
@Suite struct ThreadedTracerTests {
    private static let stream = EventStreams.trading(count: 3_000, sleeves: 3, seed: 31)

    private static func settings(_ fill: (inout TraceSettings) -> Void = { _ in }) -> TraceSettings {
        var settings = TraceSettings()
        settings.eventTypes = .all
        settings.retention = .all
        settings.storageBackend = .file
        settings.batchSize = 100
        fill(&settings)
        return settings
    }

    /// Traces containers one after the other with one tracer, as a worker does.
    private func trace(
        isThreaded: Bool,
        _ settings: TraceSettings,
        containers: Int = 3,
        portion: Int = 41,
        store: (Int) -> any TraceStore
    ) -> [TraceLosses] {
        let tracer = ContainerTracer(isThreaded: isThreaded)
        return RecordSamples.times.withUnsafeBufferPointer { times in
            (0..<containers).map { container in
                tracer.begin(
                    settings,
                    store: store(container),
                    context: RecordSamples.context,
                    times: times,
                    runSeed: 1
                )
                for start in stride(from: 0, to: Self.stream.count, by: portion) {
                    Self.stream[start..<min(start + portion, Self.stream.count)].withUnsafeBufferPointer {
                        try? tracer.observe(events: $0)
                    }
                }
                return tracer.finish()
            }
        }
    }

    /// What is in each file below a folder, by path.
    private static func contents(_ folder: String) throws -> [Data] {
        let files = FileManager.default
        return try files.subpathsOfDirectory(atPath: folder).sorted().compactMap { name in
            var isFolder: ObjCBool = false
            guard files.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder), !isFolder.boolValue
            else {
                return nil
            }
            return try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
    }

    private static let kinds = StoreCase.lasting.filter { !$0.name.hasSuffix("batches of 1") }

    @Test(arguments: kinds, [1, 64, 100_000])
    func `the thread changes no byte`(kind: StoreCase, queueSize: Int) throws {
        let scratch = try Scratch()
        var contents: [[Data]] = []
        for isThreaded in [false, true] {
            let losses = trace(isThreaded: isThreaded, Self.settings { $0.queueSize = queueSize }) {
                kind.make("\(scratch.path)/\(isThreaded)\($0)")
            }
            #expect(losses.allSatisfy { $0.stored == Self.stream.count && $0.lostCount == 0 })
            contents += try (0..<3).map { container in
                let folder = "\(isThreaded)\(container)"
                return try Self.contents("\(scratch.path)/\(folder)")
            }
        }
        #expect(!contents[0].isEmpty && contents.allSatisfy { $0 == contents[0] })
    }

    @Test func `sampling and stamps pass through the queue`() throws {
        let settings = Self.settings {
            $0.sampleRate = 0.2
            $0.contextWindow = 0
        }
        let losses = [false, true].map { isThreaded in
            trace(isThreaded: isThreaded, settings, containers: 1) { _ in MemoryTraceStore() }[0]
        }
        #expect(losses[0] == losses[1] && losses[0].sampledOut > 0)
    }

    @Test(arguments: [1, 7, 30])
    func `an aborting store stops its container and not the next one`(attempt: Int) throws {
        let tracer = ContainerTracer(isThreaded: true)
        let settings = Self.settings { $0.onStorageFailure = .abort }
        RecordSamples.times.withUnsafeBufferPointer { times in
            for container in 0..<3 {
                let store = FailingOnce(at: container == 1 ? attempt : 0)
                tracer.begin(settings, store: store, context: RecordSamples.context, times: times, runSeed: 1)
                for start in stride(from: 0, to: Self.stream.count, by: 50) {
                    Self.stream[start..<min(start + 50, Self.stream.count)].withUnsafeBufferPointer {
                        try? tracer.observe(events: $0)
                    }
                }
                let losses = tracer.finish()
                #expect((tracer.failure != nil) == (container == 1))
                #expect(store.isClosed)
                #expect(losses.stored == (container == 1 ? (attempt - 1) * 100 : Self.stream.count))
            }
        }
    }

    @Test func `a worker that waits is counted`() {
        let tracer = ContainerTracer(isThreaded: true)
        RecordSamples.times.withUnsafeBufferPointer { times in
            tracer.begin(
                Self.settings { $0.queueSize = 1 },
                store: MemoryTraceStore(),
                context: RecordSamples.context,
                times: times,
                runSeed: 1
            )
            Self.stream.withUnsafeBufferPointer { try? tracer.observe(events: $0) }
            #expect(tracer.finish().stored == Self.stream.count)
        }
        #expect(tracer.waits.count > 0 && tracer.waits.nanoseconds > 0)
    }

    // MARK: batch_timeout_ms

    /// What was seen of a folder while a stream waited for its batch.
    private func tail(_ kind: StoreCase, _ isThreaded: Bool) throws -> (early: [TracedEvent], late: [Data]) {
        let scratch = try Scratch()
        let folder = scratch.path + "/c"
        let store = kind.make(folder)
        let tracer = ContainerTracer(isThreaded: isThreaded)
        let settings = Self.settings {
            $0.batchSize = 10_000
            $0.batchTimeoutMilliseconds = 1
        }
        var early: [TracedEvent] = []
        RecordSamples.times.withUnsafeBufferPointer { times in
            tracer.begin(settings, store: store, context: RecordSamples.context, times: times, runSeed: 1)
            for event in Self.stream[..<40] {
                withUnsafePointer(to: event) {
                    try? tracer.observe(events: UnsafeBufferPointer(start: $0, count: 1))
                }
                Thread.sleep(forTimeInterval: 0.001)
            }
            for _ in 0..<12_000 where early.isEmpty {
                Thread.sleep(forTimeInterval: 0.005)
                // The store belongs to the thread now, so the folder is read without it.
                early = (try? kind.read(folder, MemoryTraceStore())) ?? []
            }
            tracer.finish()
        }
        return (
            early,
            try Self.contents(folder)
        )
    }

    @Test(arguments: kinds, [false, true])
    func `what waits for its batch can be read after the timeout`(kind: StoreCase, isThreaded: Bool) throws {
        let (early, late) = try tail(kind, isThreaded)
        #expect(!early.isEmpty, "nothing could be read while the batch was open")
        #expect(early == Array(StoreConformance.records(Self.stream).prefix(early.count)))
        #expect(late.count == 1, "the tail goes with the batch")
        if kind.name != "sqlite" {
            let (_, again) = try tail(kind, isThreaded)
            #expect(again == late, "the timeout leaves no mark in the file")
        }
    }
}
