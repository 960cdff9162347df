import BacktestEvents
import BacktestModel
import BacktestTracing
import Testing

/// Small streams of one container.
enum QuerySamples {
    static func event(
        _ sequence: UInt32,
        _ type: EventType,
        cause: UInt32? = nil,
        trade: UInt32? = nil,
        time: Int64 = 0,
        strategy: String? = nil,
        symbol: String? = nil
    ) -> TracedEvent {
        TracedEvent(
            type: type,
            timestamp: Timestamp(nanoseconds: time == 0 ? Int64(sequence) : time),
            runID: "run",
            trade: trade,
            cause: cause,
            containerID: "c",
            portfolioID: "p",
            strategyID: strategy,
            symbol: symbol,
            sequence: sequence,
            stamps: nil,
            numbers: EventNumbers()
        )
    }

    /// A bar, its features, a signal, its order, the fill on the next bar, and a signal that came to nothing.
    static let trade: [TracedEvent] = [
        event(0, .lifecycle),
        event(1, .bar, symbol: "A"),
        event(2, .features, cause: 1, strategy: "s", symbol: "A"),
        event(3, .signal, cause: 2, trade: 1, strategy: "s", symbol: "A"),
        event(4, .signal, cause: 2, strategy: "s", symbol: "A"),
        event(5, .orderRequest, cause: 3, trade: 1, strategy: "s", symbol: "A"),
        event(6, .order, cause: 5, trade: 1, strategy: "s", symbol: "A"),
        event(7, .bar, symbol: "A"),
        event(8, .fill, cause: 6, trade: 1, strategy: "s", symbol: "A"),
        event(9, .positionOpen, cause: 8, trade: 1, strategy: "s", symbol: "A"),
        event(10, .portfolioUpdate, cause: 8, trade: 1, strategy: "s", symbol: "A"),
        event(11, .fill, cause: 9, trade: 1, strategy: "s", symbol: "A"),
        event(12, .positionClose, cause: 11, trade: 1, strategy: "s", symbol: "A"),
    ]
}

@Suite struct TraceGraphTests {
    private let graph = TraceGraph(QuerySamples.trade.reversed())

    @Test func causesLeadToTheBar() throws {
        let close = try #require(graph.event(12))
        #expect(graph.causes(of: close).map(\.sequence) == [11, 9, 8, 6, 5, 3, 2, 1])
        #expect(graph.causes(of: try #require(graph.event(0))).isEmpty)
    }

    @Test func consequencesComeInOrder() throws {
        #expect(graph.consequences(of: try #require(graph.event(2))).map(\.sequence) == [3, 4])
        #expect(graph.consequences(of: try #require(graph.event(8))).map(\.sequence) == [9, 10])
        #expect(graph.consequences(of: try #require(graph.event(12))).isEmpty)
    }

    @Test func unknownEventsAndTrades() {
        #expect(graph.event(13) == nil)
        #expect(graph.trade(2).isEmpty)
        #expect(graph.trade(1).map(\.sequence) == [3, 5, 6, 8, 9, 10, 11, 12])
        #expect(TraceGraph([]).event(0) == nil)
    }

    @Test func aMissingCauseEndsTheChain() throws {
        let graph = TraceGraph(QuerySamples.trade.filter { $0.sequence != 5 })
        #expect(graph.causes(of: try #require(graph.event(8))).map(\.sequence) == [6])
    }

    @Test func aCircleOfCausesEnds() {
        let circle = [
            QuerySamples.event(1, .order, cause: 2), QuerySamples.event(2, .order, cause: 1),
            QuerySamples.event(3, .order, cause: 3),
        ]
        let graph = TraceGraph(circle)
        #expect(graph.causes(of: circle[1]).map(\.sequence) == [1])
        #expect(graph.causes(of: circle[2]).isEmpty)
        #expect(LineageTree(of: circle[0], in: graph).lines.map(\.event.sequence) == [1, 2])
    }
}

@Suite struct LineageTreeTests {
    private let graph = TraceGraph(QuerySamples.trade)

    @Test func anEventStandsBetweenItsCausesAndItsEffects() throws {
        let tree = LineageTree(of: try #require(graph.event(6)), in: graph)
        #expect(tree.lines.map(\.event.sequence) == [1, 2, 3, 5, 6, 8, 9, 11, 12, 10])
        #expect(tree.lines.map(\.depth) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 6])
        #expect(tree.lines.filter(\.isSubject).map(\.event.sequence) == [6])
    }

    @Test func aTradeHasNothingOfOthers() {
        let tree = LineageTree(ofTrade: 1, in: graph)
        #expect(tree.lines.map(\.event.sequence) == [1, 2, 3, 5, 6, 8, 9, 11, 12, 10])
        #expect(tree.lines.filter { !$0.isSubject }.map(\.event.sequence) == [1, 2])
    }

    @Test func aLongChainDoesNotOverflow() {
        let chain = (0..<100_000).map {
            QuerySamples.event(UInt32($0), .order, cause: $0 == 0 ? nil : UInt32($0) - 1)
        }
        #expect(LineageTree(of: chain[0], in: TraceGraph(chain)).lines.last?.depth == 99_999)
    }
}

@Suite struct TraceFilterTests {
    private func sequences(_ fill: (inout TraceFilter) -> Void) -> [UInt32] {
        var filter = TraceFilter()
        fill(&filter)
        return QuerySamples.trade.filter(filter.matches).map(\.sequence)
    }

    @Test func everyCriterionNarrows() {
        #expect(sequences { _ in }.count == QuerySamples.trade.count)
        #expect(sequences { $0.types = EventTypeSet(.fill) } == [8, 11])
        #expect(sequences { $0.trades = [1] }.first == 3)
        #expect(sequences { $0.trades = [2] }.isEmpty)
        #expect(sequences { $0.strategies = ["s"] }.first == 2)
        #expect(sequences { $0.symbols = ["A"] }.first == 1)
        #expect(sequences { $0.symbols = ["B"] }.isEmpty)
        let window = sequences {
            $0.since = Timestamp(nanoseconds: 4)
            $0.until = Timestamp(nanoseconds: 6)
        }
        #expect(window == [4, 5, 6])
    }
}

@Suite struct TraceIntegrityTests {
    private func damage(_ events: [TracedEvent], isFull: Bool = true) -> [TraceDamage.Kind] {
        var integrity = TraceIntegrity(containerID: "c", runID: "run", isFull: isFull)
        for event in events { integrity.take(event) }
        #expect(integrity.damageCount == integrity.damage.count)
        return integrity.damage.map(\.kind)
    }

    @Test func aWholeTraceHasNone() {
        #expect(damage(QuerySamples.trade).isEmpty)
        #expect(damage([]).isEmpty)
    }

    @Test(arguments: 0..<13)
    func everyDroppedEventIsNoticed(index: Int) {
        var events = QuerySamples.trade
        events.remove(at: index)
        // The last one leaves no gap: the count of stored events tells.
        #expect(damage(events).contains(.gap) == (index < 12))
    }

    @Test(arguments: 0..<13)
    func everyDoubledEventIsNoticed(index: Int) {
        var events = QuerySamples.trade
        events.insert(events[index], at: index)
        #expect(damage(events) == [.duplicate])
    }

    @Test func eventsInTheWrongOrder() {
        var events = QuerySamples.trade
        events.swapAt(3, 4)
        #expect(Set(damage(events)).isSuperset(of: [.gap, .duplicate, .clock]))
    }

    @Test func causesThatCannotBe() {
        var events = QuerySamples.trade
        events[5].cause = 5
        #expect(damage(events) == [.orphan])
        events[5].cause = 9
        #expect(damage(events, isFull: false) == [.orphan])
        events.remove(at: 3)
        #expect(damage(events, isFull: false) == [.orphan], "what was not traced may be missing")
    }

    @Test func timeAndStrangers() {
        var events = QuerySamples.trade
        events[4].timestamp = Timestamp(nanoseconds: 2)
        events[7].containerID = "d"
        events[8].runID = "other"
        #expect(damage(events) == [.clock, .stranger, .stranger])
    }

    @Test func aFilteredTraceMayHaveGaps() {
        #expect(damage(QuerySamples.trade.filter { $0.type == .fill }, isFull: false).isEmpty)
    }

    @Test func onlySoMuchDamageIsListed() {
        var integrity = TraceIntegrity(containerID: "x", runID: "run", isFull: false)
        for sequence in 0..<1_000 { integrity.take(QuerySamples.event(UInt32(sequence), .bar)) }
        #expect(integrity.damageCount == 1_000)
        #expect(integrity.damage.count == TraceIntegrity.damageMax)
    }
}
