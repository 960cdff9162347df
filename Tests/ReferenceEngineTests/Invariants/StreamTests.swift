import BacktestEvents
import BacktestMetrics
import Testing

/// Keeps every event of a container; a class because the bus refers to it.
private final class Tape: EventObserver {
    let interests = EventTypeSet.all
    private(set) var events: [Event] = []
    func observe(events batch: UnsafeBufferPointer<Event>) { events += batch }
}

/// Laws of the full stream, tried on seeded random scenarios.
@Suite struct StreamTests {
    private static let seeds = 0..<UInt64(300)

    private func stream(_ seed: UInt64) throws -> [Event] {
        let tape = Tape()
        var engine = RealEngine()
        _ = try engine.run(ScenarioGenerator.scenario(seed: seed), stepwise: true, watching: tape)
        return tape.events
    }

    @Test func sequencesHaveNoGapAndTimeNeverGoesBack() throws {
        for seed in Self.seeds {
            let events = try stream(seed)
            #expect(events.map(\.sequence) == Array(0..<UInt32(events.count)), "seed \(seed)")
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.bar <= $1.bar }, "seed \(seed)")
        }
    }

    /// FILL -> ORDER -> ORDER_REQUEST -> SIGNAL -> FEATURES -> BAR; what protects or ends a position comes from its
    /// POSITION_OPEN, and so from its entry's signal; only a crossed limit of the whole container is a beginning of its own.
    @Test func everyFillWalksBackToItsSignalAndBar() throws {
        var fills = 0
        var protective = 0
        for seed in Self.seeds {
            let events = try stream(seed)
            for fill in events where fill.type == .fill {
                fills += 1
                var types: [EventType] = []
                var event = fill
                while event.cause != Event.none32 {
                    #expect(event.cause < event.sequence, "seed \(seed)")
                    event = events[Int(event.cause)]
                    types.append(event.type)
                }
                if types.contains(.positionOpen) { protective += 1 }
                if event.type == .riskBreach {
                    // The trade's own entry still has its signal.
                    let entry = events.first { $0.correlation == fill.correlation && $0.type == .signal }
                    #expect(entry != nil, "seed \(seed), fill \(fill.sequence)")
                } else {
                    #expect(
                        types.suffix(3) == [.signal, .features, .bar],
                        "seed \(seed), fill \(fill.sequence)"
                    )
                }
                #expect(fill.correlation != 0)
            }
        }
        #expect(fills > 1_000 && protective > 50, "\(fills) fills, \(protective) of them protective")
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
            let tape = Tape()
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
