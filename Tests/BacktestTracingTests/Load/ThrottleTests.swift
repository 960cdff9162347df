import BacktestEvents
import Testing

@testable import BacktestTracing

@Suite struct ThrottleTests {
    private static func measurement(_ observed: Double) -> TraceThrottle.Measurement {
        TraceThrottle.Measurement(load: .queue, observed: observed, limit: 100)
    }

    private let stream = EventStreams.trading(count: 4_000, sleeves: 2, seed: 41)

    /// Runs the stream with a measurement before every ten events.
    private func run(_ load: (Int) -> Double) -> (kept: [Event], throttle: TraceThrottle) {
        var throttle = TraceThrottle()
        var kept: [Event] = []
        for (place, event) in stream.enumerated() {
            if place % 10 == 0 { throttle.measure(Self.measurement(load(place / 10))) }
            switch throttle.judge(event) {
            case .passes: kept.append(event)
            case .isLeftOut: continue
            case .isReplaced(let note): kept.append(note)
            }
        }
        return (kept, throttle)
    }

    private static let loads: [@Sendable (Int) -> Double] = [
        { _ in 0 }, { _ in 101 }, { $0 < 20 ? 101 : 0 }, { $0 % 50 < 25 ? 200 : 10 },
        { $0 % 2 == 0 ? 150 : 0 }, { $0 < 100 ? 150 : 75 }, { $0 == 7 ? 101 : 60 },
    ]

    @Test(arguments: loads.indices)
    func `critical events pass whatever the load`(index: Int) {
        let (kept, _) = run(Self.loads[index])
        let critical = stream.filter { EventTypeSet.critical.contains(type: $0.type) }
        #expect(kept.filter { EventTypeSet.critical.contains(type: $0.type) } == critical)
    }

    @Test(arguments: loads.indices)
    func `no sequence is there twice, and every one is accounted for`(index: Int) {
        let (kept, throttle) = run(Self.loads[index])
        #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.sequence < $1.sequence })
        let notes = kept.filter { $0.type == .lifecycle }
        #expect(notes.count == throttle.changes.count)
        #expect(kept.count - notes.count + throttle.leftOut.reduce(0, +) == stream.count)
        #expect(notes.map(\.sequence) == throttle.changes.map(\.sequence))
    }

    @Test func `without load nothing happens`() {
        let (kept, throttle) = run(Self.loads[0])
        #expect(kept == stream && throttle.changes.isEmpty && !throttle.isActive)
    }

    @Test func `under lasting load it goes down step by step and stays there`() {
        let (kept, throttle) = run(Self.loads[1])
        #expect(throttle.changes.map(\.reduction) == [.normal, .critical])
        #expect(throttle.changes.allSatisfy { $0.load == .queue })
        let end = kept.suffix(200)
        #expect(end.allSatisfy { TraceReduction.critical.types.contains(type: $0.type) })
    }

    @Test func `it comes back when the load is gone`() {
        let (kept, throttle) = run(Self.loads[2])
        #expect(throttle.changes.map(\.reduction) == [.normal, .critical, .normal, .none])
        #expect(throttle.changes.suffix(2).allSatisfy { $0.load == .recovered })
        #expect(Array(kept.suffix(1_000)) == Array(stream.suffix(1_000)))
    }

    @Test func `between half the limit and the limit nothing changes`() {
        #expect(run(Self.loads[5]).throttle.changes.last?.reduction == .critical)
        #expect(run(Self.loads[6]).throttle.changes.map(\.reduction) == [.normal])
    }

    /// A load that comes back while a step up is on trial makes the next wait longer.
    @Test func `trials grow rarer`() {
        var throttle = TraceThrottle()
        var ups: [Int] = []
        var last = TraceReduction.none
        for time in 0..<2_000 {
            throttle.measure(Self.measurement(throttle.types == .all ? 101 : 0))
            let event = Event(type: .bar, bar: 0, sequence: UInt32(time))
            _ = throttle.judge(event)
            let now = throttle.changes.last?.reduction ?? .none
            if now == .none, last != .none { ups.append(time) }
            last = now
        }
        let gaps = zip(ups, ups.dropFirst()).map { $1 - $0 }
        #expect(gaps.count >= 3)
        #expect(zip(gaps, gaps.dropFirst()).allSatisfy { $1 >= $0 } && (gaps.last ?? 0) > 4 * gaps[0])
    }

    @Test func `the record says why and how far`() {
        let note = run(Self.loads[1]).kept.first { $0.type == .lifecycle }
        let line = RecordSamples.lines(note.map { [$0] } ?? [])
        #expect(line.contains("\"stage\":\"trace_level_changed\",\"under_load\":true,\"load\":\"queue\""))
        #expect(line.contains("\"trace_level\":\"normal\",\"load_observed\":101,\"load_limit\":100"))
        let read = try? TraceDecoder().decode(line)
        #expect(read?.numbers == note.map { EventNumbers($0) })
    }

    // MARK: memory

    private static func settings(_ fill: (inout TraceSettings) -> Void) -> TraceSettings {
        var settings = TraceSettings()
        settings.eventTypes = .all
        settings.retention = .all
        settings.maxEvents = 100_000
        settings.onOverload = .degrade
        fill(&settings)
        return settings
    }

    private func retained(_ settings: TraceSettings, portion: Int = 64) -> ContainerTracer {
        let tracer = ContainerTracer()
        tracer.begin(settings)
        for start in stride(from: 0, to: stream.count, by: portion) {
            stream[start..<min(start + portion, stream.count)].withUnsafeBufferPointer {
                try? tracer.observe(events: $0)
            }
        }
        return tracer
    }

    @Test func `a container over its threshold keeps what matters`() {
        let size = Double(MemoryLayout<Event>.stride)
        let tracer = retained(Self.settings { $0.memoryThresholdMegabytes = 1_500 * size / 1e6 })
        let critical = stream.filter { EventTypeSet.critical.contains(type: $0.type) }
        #expect(tracer.memoryReductions.first?.load == .memory)
        #expect(tracer.events.filter { EventTypeSet.critical.contains(type: $0.type) } == critical)
        #expect(tracer.events.contains { $0.type == .lifecycle })
        #expect(tracer.counters.peak < stream.count)
        let again = retained(Self.settings { $0.memoryThresholdMegabytes = 1_500 * size / 1e6 })
        #expect(again.events == tracer.events, "memory is counted in events, so the same run keeps the same")
    }

    @Test func `waiting is the default, and keeps everything`() {
        let tracer = retained(
            Self.settings {
                $0.memoryThresholdMegabytes = 0.001
                $0.onOverload = .wait
            }
        )
        #expect(tracer.events == stream && tracer.memoryReductions.isEmpty)
    }

    @Test func `all containers together are counted`() {
        let memory = TraceMemory()
        let size = MemoryLayout<Event>.stride
        do {
            let first = ContainerTracer(memory: memory)
            first.begin(Self.settings { _ in })
            stream.withUnsafeBufferPointer { try? first.observe(events: $0) }
            #expect(memory.bytes == stream.count * size)
            let second = ContainerTracer(memory: memory)
            second.begin(Self.settings { $0.totalThresholdMegabytes = Double(stream.count * size) / 1e6 })
            for _ in 0..<2 {
                stream.prefix(200).withUnsafeBufferPointer { try? second.observe(events: $0) }
            }
            #expect(second.memoryReductions.first?.load == .totalMemory)
        }
        #expect(memory.bytes == 0, "what a tracer held goes with it")
    }
}
