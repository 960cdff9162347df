import BacktestEvents
import BacktestTracing
import Testing

@Suite struct RetentionTests {
    private func event(
        _ type: EventType,
        _ correlation: UInt32,
        _ sequence: UInt32,
        flags: UInt8 = 0
    ) -> Event {
        Event(type: type, flags: flags, bar: 0, sequence: sequence, correlation: correlation)
    }

    private func settings(
        _ policy: RetentionPolicy,
        _ fill: (inout TraceSettings) -> Void = { _ in }
    )
        -> TraceSettings
    {
        var settings = TraceSettings()
        settings.retention = policy
        settings.eventTypes = .all
        fill(&settings)
        return settings
    }

    @Test func closedTradeLeavesOnlyCounters() {
        var retention = EventRetention()
        retention.reset(settings(.tradeComplete))
        for (index, type) in [EventType.signal, .order, .fill, .positionOpen].enumerated() {
            retention.record(event(type, 1, UInt32(index)))
        }
        let (before, open) = (retention.counters, retention.events(ofTrade: 1).map(\.type))
        #expect(before.inMemory == 4)
        #expect(open == [.signal, .order, .fill, .positionOpen])
        retention.record(event(.positionClose, 1, 4))
        let (after, held) = (retention.counters, retention.events)
        #expect(held.isEmpty)
        #expect(after.inMemory == 0 && after.pruned == 5 && after.peak == 5 && after.dropped == 0)
    }

    @Test func updateAfterTheCloseDoesNotOpenTheTradeAgain() {
        var retention = EventRetention()
        retention.reset(settings(.tradeComplete))
        retention.record(event(.fill, 1, 0))
        retention.record(event(.positionClose, 1, 1))
        retention.record(event(.portfolioUpdate, 1, 2))
        let counters = retention.counters
        #expect(counters.inMemory == 0 && counters.pruned == 3)
    }

    @Test func rejectedOrderEndsATradeThatNeverOpened() {
        var retention = EventRetention()
        retention.reset(settings(.tradeComplete))
        retention.record(event(.signal, 1, 0))
        retention.record(event(.signal, 2, 1))
        retention.record(event(.order, 1, 2, flags: rejectedFlag))
        let held = retention.events.map(\.sequence)
        #expect(held == [1])
    }

    @Test func cancelledRestOfAnEntryEndsNothing() {
        var retention = EventRetention()
        retention.reset(settings(.tradeComplete))
        for (index, type) in [EventType.signal, .order, .fill, .positionOpen].enumerated() {
            retention.record(event(type, 1, UInt32(index)))
        }
        retention.record(event(.order, 1, 4, flags: rejectedFlag))
        let held = retention.counters.inMemory
        #expect(held == 5)
    }

    @Test(arguments: [
        (EventTypeSet.trades, EventTypeSet.trades), (types(.fill), types(.fill, .positionClose)),
        (types(.signal), types(.signal, .order, .fill, .positionOpen, .positionClose)),
    ])
    func asksForWhatItNeeds(kept: EventTypeSet, interests: EventTypeSet) {
        var retention = EventRetention()
        retention.reset(settings(.tradeComplete) { $0.eventTypes = kept })
        let asked = retention.interests
        #expect(asked == interests)
        retention.reset(settings(.slidingWindow) { $0.eventTypes = kept })
        let window = retention.interests
        #expect(window == kept)
    }

    /// An observer beside the tracer may ask for more types: the same comes out whether these are seen or not.
    @Test(arguments: UInt64(1)...10)
    func whatOthersAskForChangesNothing(seed: UInt64) {
        for kept in [
            EventTypeSet.trades, types(.signal, .order), types(.portfolioUpdate), types(.positionOpen),
        ] {
            var all = EventRetention()
            var few = EventRetention()
            let settings = settings(.tradeComplete) {
                $0.eventTypes = kept; $0.maxEvents = 6
            }
            all.reset(settings)
            few.reset(settings)
            let interests = few.interests
            for event in EventStreams.trading(count: 500, sleeves: 3, seed: seed) {
                all.record(event)
                if interests.contains(type: event.type) { few.record(event) }
            }
            let (a, b) = (all.counters, few.counters)
            #expect(a == b)
        }
    }

    @Test func minimalKeepsOnlyWhatPositionsNeed() {
        var retention = EventRetention()
        retention.reset(settings(.minimal))
        for (index, type) in EventType.allCases.enumerated() where type != .positionClose {
            retention.record(event(type, 1, UInt32(index)))
        }
        let held = retention.events.map(\.type)
        #expect(held == [.fill, .positionOpen])
        retention.record(event(.positionClose, 1, 99))
        let counters = retention.counters
        #expect(counters.inMemory == 0, "the close, though not kept itself, lets them go")
    }

    @Test func windowIsFixed() {
        var retention = EventRetention()
        retention.reset(settings(.slidingWindow) { $0.maxEvents = 3 })
        for index in 0..<10 { retention.record(event(.bar, 0, UInt32(index))) }
        let (held, counters) = (retention.events.map(\.sequence), retention.counters)
        #expect(held == [7, 8, 9])
        #expect(counters.pruned == 7 && counters.dropped == 0 && counters.peak == 3)
    }

    @Test(arguments: [RetentionPolicy.all, .tradeComplete])
    func reachingTheBoundIsCounted(policy: RetentionPolicy) {
        var retention = EventRetention()
        retention.reset(settings(policy) { $0.maxEvents = 3 })
        for index in 0..<5 { retention.record(event(.fill, UInt32(index) + 1, UInt32(index))) }
        let (held, counters) = (retention.events.map(\.sequence), retention.counters)
        #expect(held == [2, 3, 4])
        #expect(counters.dropped == 2 && counters.pruned == 0)
    }

    @Test func everythingThatIsStreamedLeavesMemory() {
        var retention = EventRetention()
        retention.reset(settings(.all) { $0.storageBackend = .file })
        for index in 0..<5 { retention.record(event(.fill, 1, UInt32(index))) }
        let counters = retention.counters
        #expect(counters.peak == 0 && counters.accepted == 5 && counters.pruned == 5)
    }

    @Test func disabledLooksAtNothing() {
        var retention = EventRetention()
        retention.reset(settings(.all) { $0.enabled = false })
        retention.record(event(.fill, 1, 0))
        let (isActive, counters) = (retention.isActive, retention.counters)
        #expect(!isActive && counters == RetentionCounters())
    }

    @Test func nextContainerBeginsClean() {
        var retention = EventRetention()
        retention.reset(settings(.tradeComplete))
        retention.record(event(.fill, 1, 0))
        retention.record(event(.positionClose, 2, 1))
        retention.reset(settings(.tradeComplete))
        let fresh = retention.counters
        #expect(fresh == RetentionCounters())
        retention.record(event(.fill, 2, 0))
        let held = retention.events.map(\.correlation)
        #expect(held == [2], "an ended trade of the container before means nothing here")
    }

    @Test(arguments: RetentionPolicy.allCases)
    func pruningATradeByHand(policy: RetentionPolicy) {
        var retention = EventRetention()
        retention.reset(settings(policy) { $0.maxEvents = 4 })
        for index in 0..<6 { retention.record(event(.fill, UInt32(index % 2) + 1, UInt32(index))) }
        let count = retention.prune(trade: 1)
        let (held, counters) = (retention.events.map(\.sequence), retention.counters)
        #expect(count == 2 && held == [3, 5])
        #expect(counters.accepted == counters.inMemory + counters.pruned + counters.dropped)
        retention.record(event(.fill, 2, 6))
        let after = retention.events.map(\.sequence)
        #expect(after == [3, 5, 6])
        let none = (retention.prune(trade: 0), retention.prune(trade: 77))
        #expect(none == (0, 0))
    }

    @Test func changingSettingsKeepsWhatItCan() {
        var retention = EventRetention()
        retention.reset(settings(.tradeComplete))
        for index in 0..<6 { retention.record(event(index % 2 == 0 ? .signal : .fill, 1, UInt32(index))) }
        retention.change(
            to: settings(.slidingWindow) {
                $0.maxEvents = 2; $0.eventTypes = types(.fill)
            }
        )
        let (held, counters) = (retention.events.map(\.sequence), retention.counters)
        #expect(held == [3, 5])
        #expect(counters.accepted == 6 && counters.peak == 6 && counters.pruned == 4)
        retention.change(to: settings(.tradeComplete))
        let after = retention.counters
        #expect(after.inMemory == 0 && after.pruned == 6, "a window doesn't know which trades are open")
    }

    /// Trades opened out of order are found wherever they sit.
    @Test func manyOpenTradesAreFoundAndPruned() {
        var retention = EventRetention()
        retention.reset(settings(.tradeComplete) { $0.maxEvents = 100_000 })
        for index in 0..<3_000 {
            retention.record(event(.fill, UInt32(index * 7 % 3_000) + 1, UInt32(index)))
        }
        let peak = retention.counters.inMemory
        #expect(peak == 3_000)
        for index in 0..<3_000 {
            retention.record(event(.positionClose, UInt32(index) + 1, UInt32(3_000 + index)))
        }
        let counters = retention.counters
        #expect(counters.inMemory == 0 && counters.pruned == 6_000 && counters.peak == 3_001)
    }
}
