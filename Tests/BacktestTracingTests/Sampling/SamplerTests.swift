import BacktestEvents
import BacktestTracing
import Testing

@Suite struct SamplerTests {
    private static func settings(_ rate: Double, window: Int = 5, seed: UInt64? = nil) -> TraceSettings {
        var settings = TraceSettings()
        settings.sampleRate = rate
        settings.contextWindow = window
        settings.samplingSeed = seed
        return settings
    }

    private func sample(
        _ events: [Event],
        _ settings: TraceSettings,
        container: String = "c",
        runSeed: UInt64 = 42
    ) -> [UInt32] {
        var sampler = EventSampler(settings: settings, runSeed: runSeed, containerID: container)
        var kept: [UInt32] = []
        for event in events { sampler.take(.init(event: event)) { kept.append($0.event.sequence) } }
        sampler.finish { kept.append($0.event.sequence) }
        let (keptCount, out) = (sampler.keptCount, sampler.sampledOutCount)
        #expect(keptCount == kept.count && keptCount + out == events.count)
        return kept
    }

    /// A SIGNAL every hundred events among BARs (seed 002, "test_smart_sampling").
    private static let seedStream = (0..<1_000).map { index in
        Event(type: index % 100 == 0 ? .signal : .bar, bar: Int32(index), sequence: UInt32(index))
    }

    @Test func keepsThePromisesOfTheSeed() {
        let kept = sample(Self.seedStream, Self.settings(0.1))
        #expect(kept == kept.sorted())
        for signal in stride(from: 0, to: 1_000, by: 100) {
            for near in max(0, signal - 5)...min(999, signal + 5) { #expect(kept.contains(UInt32(near))) }
        }
        // 106 critical and near ones; of the 894 others a tenth, give or take four standard deviations.
        #expect((106 + 89 - 36...106 + 89 + 40).contains(kept.count))
    }

    @Test(arguments: [0, 1, 5, 40], [0.0, 0.3])
    func neverLosesACriticalEventOrItsContext(window: Int, rate: Double) {
        let events = EventStreams.chaos(count: 600, trades: 3, seed: 5).enumerated().map { index, event in
            var event = event
            // Long quiet stretches between the critical ones.
            if index % 37 != 0 { event.type = .bar }
            return event
        }
        let kept = Set(sample(events, Self.settings(rate, window: window)))
        for (index, event) in events.enumerated() where EventTypeSet.critical.contains(type: event.type) {
            for near in max(0, index - window)...min(events.count - 1, index + window) {
                #expect(kept.contains(UInt32(near)))
            }
        }
        if rate == 0 {
            for sequence in kept {
                let near = events[
                    max(0, Int(sequence) - window)...min(events.count - 1, Int(sequence) + window)
                ]
                #expect(
                    near.contains { EventTypeSet.critical.contains(type: $0.type) },
                    "nothing else at rate 0"
                )
            }
        }
    }

    @Test func rateOneKeepsEverything() {
        let bars = (0..<50).map { Event(type: .bar, bar: 0, sequence: UInt32($0)) }
        #expect(sample(bars, Self.settings(1)).count == 50)
        #expect(sample(Self.seedStream, Self.settings(1)).count == 1_000)
    }

    @Test func isDeterministicAndSeeded() {
        let bars = (0..<2_000).map { Event(type: .bar, bar: Int32($0), sequence: UInt32($0)) }
        let once = sample(bars, Self.settings(0.1))
        #expect(once == sample(bars, Self.settings(0.1)))
        #expect(once != sample(bars, Self.settings(0.1), container: "d"))
        #expect(once != sample(bars, Self.settings(0.1), runSeed: 43))
        #expect(
            once == sample(bars, Self.settings(0.1, seed: 42), runSeed: 7),
            "its own seed counts before the run's"
        )
        #expect((140...260).contains(once.count))
    }

    @Test func activityRaisesTheRateUpToThreefold() {
        // With no context to save them, bars among many signals stay far more often than bars alone.
        let busy = (0..<4_000).map { index in
            Event(type: index % 2 == 0 ? .fill : .bar, bar: Int32(index), sequence: UInt32(index))
        }
        let quiet = (0..<4_000).map { Event(type: .bar, bar: Int32($0), sequence: UInt32($0)) }
        let settings = Self.settings(0.1, window: 0)
        let busyShare = Double(sample(busy, settings).filter { $0 % 2 == 1 }.count) / 2_000
        let quietShare = Double(sample(quiet, settings).count) / 4_000
        // Half of the window is critical: 1 + 2 x 0.5 = 2.
        #expect(abs(busyShare - 0.2) < 0.04)
        #expect(abs(quietShare - 0.1) < 0.02)
    }

    @Test func stampsTravelWithTheirEvents() {
        var sampler = EventSampler(settings: Self.settings(1), runSeed: 1, containerID: "c")
        var kept: [EventSampler.Item] = []
        for index in 0..<20 {
            let stamps = EventStamps(created: Int64(index), emitted: 0, received: 0, processed: 0)
            sampler.take(.init(event: Self.seedStream[index], stamps: stamps)) { kept.append($0) }
        }
        sampler.finish { kept.append($0) }
        #expect(kept.allSatisfy { $0.stamps?.created == Int64($0.event.sequence) })
    }
}
