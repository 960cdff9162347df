import BacktestEvents
import BacktestMetrics
import Testing

/// Keeps every event of a container; a class because the bus refers to it.
final class StreamTape: EventObserver {
    let interests: EventTypeSet
    private(set) var events: [Event] = []
    init(without types: [EventType] = []) {
        interests = EventTypeSet.all.subtracting(EventTypeSet(types))
    }
    func observe(events batch: UnsafeBufferPointer<Event>) { events += batch }
}

/// Laws of the full stream, tried on seeded random scenarios.
@Suite struct StreamTests {
    private static let seeds = 0..<UInt64(300)

    private func stream(_ seed: UInt64) throws -> [Event] {
        let tape = StreamTape()
        var engine = RealEngine()
        _ = try engine.run(Self.scenario(seed), stepwise: true, watching: tape)
        return tape.events
    }

    /// A random scenario; two of three halt early.
    private static func scenario(_ seed: UInt64) -> Reference.Scenario {
        var scenario = ScenarioGenerator.scenario(seed: seed)
        switch seed % 3 {
        case 1: scenario.risk.maxDrawdown = 0.02
        case 2: scenario.risk.dailyLossLimit = 0.01
        default: break
        }
        return scenario
    }

    @Test func sequencesHaveNoGapAndTimeNeverGoesBack() throws {
        for seed in Self.seeds {
            let events = try stream(seed)
            #expect(events.map(\.sequence) == Array(0..<UInt32(events.count)), "seed \(seed)")
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.bar <= $1.bar }, "seed \(seed)")
        }
    }

    /// The types of what led to an event, its direct cause first; a cause is older than its effect.
    private func causes(of event: Event, in events: [Event]) -> [Event] {
        let places = Dictionary(uniqueKeysWithValues: events.map { ($0.sequence, $0) })
        var chain: [Event] = []
        var cause = event.cause
        while cause != Event.none32, let next = places[cause], cause < (chain.last ?? event).sequence {
            chain.append(next)
            cause = next.cause
        }
        return chain
    }

    /// FILL -> ORDER -> ORDER_REQUEST -> SIGNAL -> FEATURES -> BAR; what protects or ends a position comes from its
    /// POSITION_OPEN, and so from its entry's signal; what a crossed limit closes comes from the BAR that crossed it.
    @Test func everyFillWalksBackToItsBar() throws {
        var fills = 0
        var protective = 0
        var halted = 0
        for seed in Self.seeds {
            let events = try stream(seed)
            for fill in events where fill.type == .fill {
                fills += 1
                #expect(fill.correlation != 0)
                let chain = causes(of: fill, in: events)
                let types = chain.map(\.type)
                if types.contains(.positionOpen) { protective += 1 }
                guard let place = types.firstIndex(of: .riskBreach) else {
                    #expect(
                        types.suffix(3) == [.signal, .features, .bar],
                        "seed \(seed), fill \(fill.sequence)"
                    )
                    continue
                }
                halted += 1
                #expect(types == [.order, .orderRequest, .riskBreach, .bar], "seed \(seed)")
                #expect(chain[place].bar == chain[place + 1].bar, "the bar at whose close it happened")
                // The trade's own entry still has its signal.
                let entry = events.first { $0.correlation == fill.correlation && $0.type == .signal }
                #expect(entry != nil, "seed \(seed), fill \(fill.sequence)")
            }
        }
        #expect(fills > 1_000 && protective > 50 && halted > 50, "\(fills), \(protective), \(halted)")
    }

    /// Where no BARs are published the signal is the beginning, also of what a crossed limit closes.
    @Test func withoutBarsEveryFillWalksBackToASignal() throws {
        var halted = 0
        for seed in Self.seeds {
            let tape = StreamTape(without: [.bar, .features])
            var engine = RealEngine()
            _ = try engine.run(Self.scenario(seed), stepwise: false, watching: tape)
            for fill in tape.events where fill.type == .fill {
                let types = causes(of: fill, in: tape.events).map(\.type)
                #expect(types.last == .signal, "seed \(seed), fill \(fill.sequence): \(types)")
                if types.contains(.riskBreach) {
                    halted += 1
                    #expect(types.contains(.positionOpen))
                }
            }
        }
        #expect(halted > 50, "\(halted)")
    }

    @Test func everyBarIsMarkedOnceAtItsEnd() throws {
        for seed in Self.seeds {
            let events = try stream(seed)
            let marks = events.filter { $0.type == .portfolioUpdate && $0.flags & EventFlags.mark != 0 }
            #expect(marks.map(\.bar) == Array(0..<Int32(marks.count)), "seed \(seed)")
            for mark in marks {
                let later = events[(Int(mark.sequence) + 1)...].first { $0.bar == mark.bar }
                #expect(
                    later.map { [.riskBreach, .orderRequest, .order, .lifecycle].contains($0.type) } ?? true,
                    "seed \(seed): only a crossed limit follows the mark of its bar"
                )
            }
        }
    }

    /// The metrics are a projection of the stream: the events alone give every one of them, to the last bit.
    @Test func theStreamGivesTheMetrics() throws {
        for seed in Self.seeds {
            let scenario = ScenarioGenerator.scenario(seed: seed)
            let tape = StreamTape()
            var engine = RealEngine()
            let (expected, context) = try engine.metrics(scenario, stepwise: false)
            _ = try engine.run(scenario, stepwise: true, watching: tape)
            let metrics = MetricsObserver()
            metrics.begin(context)
            tape.events.withUnsafeBufferPointer { metrics.observe(events: $0) }
            for event in tape.events
            where event.type == .portfolioUpdate && event.flags & EventFlags.mark != 0 {
                let bar = Int(event.bar)
                guard event.flags & EventFlags.exposed != 0 else {
                    metrics.observe(marks: MarkSpan(first: bar, count: 1, flatEquity: event.value1))
                    continue
                }
                // A span promises 64 readable bytes before and after.
                var padded = [Double](repeating: 0, count: 17)
                padded[8] = event.value1
                try padded.withUnsafeBufferPointer { buffer in
                    let start = try #require(buffer.baseAddress)
                    metrics.observe(marks: MarkSpan(first: bar, count: 1, exposed: start + 8))
                }
            }
            let values = metrics.finish()
            for name in MetricName.allCases {
                #expect(values[name] == expected[name], "seed \(seed): \(name.name)")
            }
        }
    }
}
