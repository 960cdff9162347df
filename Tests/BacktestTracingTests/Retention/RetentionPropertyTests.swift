import BacktestEvents
import BacktestTracing
import Testing

@Suite struct RetentionPropertyTests {
    static let bounds = [0, 1, 2, 5, 17, 10_000]
    static let typeSets: [EventTypeSet] = [
        .all, .trades, types(.signal, .order, .portfolioUpdate), types(.portfolioUpdate), types(.fill), [],
    ]

    private static func settings(
        _ policy: RetentionPolicy,
        bound: Int,
        types: EventTypeSet
    ) -> TraceSettings {
        var settings = TraceSettings()
        settings.retention = policy
        settings.maxEvents = bound
        settings.eventTypes = types
        return settings
    }

    /// Feeds the same stream, cut at random, to the real thing and to the model.
    private func compare(
        _ events: [Event],
        _ settings: TraceSettings,
        into retention: inout EventRetention,
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        var model = RetentionModel(settings)
        retention.reset(settings)
        var start = 0
        while start < events.count {
            let size = Bool.random(using: &random) ? 1 : Int.random(in: 1...60, using: &random)
            let end = min(start + size, events.count)
            // What is offered beyond the interests changes nothing.
            for event in events[start..<end] { model.record(event) }
            if size == 1 {
                retention.record(events[start])
            } else {
                events[start..<end].withUnsafeBufferPointer { retention.record($0) }
            }
            let held = retention.events
            let counters = retention.counters
            guard held == model.held, counters == model.counters else {
                Issue.record(
                    "\(settings.retention), bound \(settings.maxEvents), seed \(seed), after event \(end): \(counters) against \(model.counters), \(held.map(\.sequence)) against \(model.held.map(\.sequence))"
                )
                return
            }
            #expect(counters.accepted == counters.inMemory + counters.pruned + counters.dropped)
            #expect(counters.peak <= settings.maxEvents, "the bound is never exceeded")
            start = end
        }
    }

    @Test(arguments: RetentionPolicy.allCases, Self.bounds)
    func agreesWithModel(policy: RetentionPolicy, bound: Int) {
        var retention = EventRetention()
        for types in Self.typeSets {
            let settings = Self.settings(policy, bound: bound, types: types)
            for seed in UInt64(1)...4 {
                let trading = EventStreams.trading(count: 300, sleeves: Int(seed % 5) + 1, seed: seed)
                compare(trading, settings, into: &retention, seed: seed)
                let chaos = EventStreams.chaos(count: 200, trades: UInt32(seed), seed: seed)
                compare(chaos, settings, into: &retention, seed: seed)
            }
        }
    }

    /// What `trade_complete` promises, said without any state: an event stays until an end of its trade comes.
    @Test(arguments: UInt64(1)...6)
    func tradeCompleteKeepsExactlyTheOpenTrades(seed: UInt64) {
        let events = EventStreams.trading(count: 200, sleeves: 4, seed: seed)
        var retention = EventRetention()
        retention.reset(Self.settings(.tradeComplete, bound: 10_000, types: .all))
        for (count, event) in events.enumerated() {
            retention.record(event)
            let past = events[...count]
            let opened = Set(past.filter { $0.type == .fill }.map(\.correlation))
            let closed = past.filter { $0.type == .positionClose }.map(\.correlation)
            let refused = past.filter { isRejected($0) && !opened.contains($0.correlation) }.map(
                \.correlation
            )
            let ended = Set(closed + refused)
            let expected = events[...count].filter { $0.correlation != 0 && !ended.contains($0.correlation) }
            let held = retention.events
            #expect(held == Array(expected))
        }
        let counters = retention.counters
        #expect(counters.dropped == 0)
        #expect(counters.peak <= 4 * 10, "at most the events of four open trades at once")
    }

    /// The counters, the peak among them, don't depend on how the stream is cut.
    @Test(arguments: RetentionPolicy.allCases, [2, 64])
    func batchSizeChangesNothing(policy: RetentionPolicy, size: Int) {
        let events = EventStreams.trading(count: 1_000, sleeves: 3, seed: 99)
        for bound in [4, 12, 1_000] {
            let settings = Self.settings(policy, bound: bound, types: .all)
            var whole = EventRetention()
            whole.reset(settings)
            for event in events { whole.record(event) }
            var cut = EventRetention()
            cut.reset(settings)
            for start in stride(from: 0, to: events.count, by: size) {
                cut.record(Array(events[start..<min(start + size, events.count)]).span)
            }
            let (a, b) = (whole.counters, cut.counters)
            #expect(a == b)
            let (heldWhole, heldCut) = (whole.events, cut.events)
            #expect(heldWhole == heldCut)
        }
    }
}
