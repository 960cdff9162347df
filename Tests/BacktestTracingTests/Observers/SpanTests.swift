import BacktestEvents
import BacktestTracing
import Testing

/// The distributed tracing observer, by itself.
@Suite struct SpanTests {
    private static let times: [Int64] = (0..<100).map { $0 * 1_000 }

    /// A trade with everything, a refused order, and another trade closed by a stop.
    private static let events: [Event] = [
        Event(type: .signal, bar: 1, sequence: 0, cause: Event.none32, correlation: 1, price: 10),
        Event(type: .orderRequest, bar: 1, sequence: 1, cause: 0, correlation: 1),
        Event(type: .order, bar: 1, sequence: 2, cause: 1, correlation: 1),
        Event(type: .signal, bar: 1, sequence: 3),
        Event(type: .fill, bar: 2, sequence: 4, cause: 2, correlation: 1, price: 11, quantity: 2),
        Event(type: .positionOpen, bar: 2, sequence: 5, cause: 4, correlation: 1, value0: .nan),
        Event(type: .portfolioUpdate, bar: 2, sequence: 6, cause: 4, correlation: 1),
        Event(type: .lifecycle, bar: 2, sequence: 7),
        Event(type: .order, flags: EventFlags.rejected, bar: 3, sequence: 8, cause: 2, correlation: 2),
        Event(type: .fill, bar: 9, sequence: 9, cause: 5, correlation: 1, price: 9, quantity: 2),
        Event(type: .positionClose, bar: 9, sequence: 10, cause: 9, correlation: 1),
        Event(type: .portfolioUpdate, bar: 9, sequence: 11, cause: 9, correlation: 1),
    ]

    private static func lines(batch: Int, _ events: [Event] = events) -> [String] {
        let observer = DistributedTracingObserver()
        var lines: [String] = []
        times.withUnsafeBufferPointer { times in
            observer.begin(
                TraceContext(
                    runID: "abc123",
                    containerID: "fund \"x\"",
                    portfolioID: "fund",
                    strategies: [],
                    symbols: []
                ),
                SpanIdentity(high: 1, low: 2),
                service: "admf",
                times: times,
                clock: nil,
                sink: { bytes, _ in lines.append(String(decoding: bytes, as: UTF8.self)) }
            )
            for start in stride(from: 0, to: events.count, by: batch) {
                events[start..<min(start + batch, events.count)].withUnsafeBufferPointer {
                    observer.observe(events: $0)
                }
            }
            observer.finish()
        }
        return lines
    }

    @Test(arguments: 1...13)
    func batchesOfAnySizeGiveTheSameDocument(batch: Int) {
        #expect(Self.lines(batch: batch) == Self.lines(batch: 1))
    }

    @Test func parentsAreCausesOfTheSameTrade() throws {
        let line = try #require(Self.lines(batch: 5).first)
        let identity = SpanIdentity(high: 1, low: 2)
        #expect(line.matches(of: /"spanId"/).count == 10, "events of no trade have no span")
        #expect(Set(line.matches(of: /"traceId":"([0-9a-f]{32})"/).map(\.1)).count == 2)
        func parent(_ sequence: UInt32) -> String? {
            let id = identity.span(ofEvent: sequence)
            guard let start = line.firstRange(of: "\"spanId\":\"\(id)\"") else { return "missing" }
            let rest = line[start.upperBound...].prefix(40)
            return rest.firstMatch(of: /^,"parentSpanId":"([0-9a-f]{16})"/).map { String($0.1) }
        }
        #expect(parent(0) == nil)
        for (event, cause) in [(1, 0), (2, 1), (4, 2), (5, 4), (6, 4), (9, 5), (10, 9), (11, 9)]
            as [(UInt32, UInt32)]
        {
            #expect(parent(event) == identity.span(ofEvent: cause), "\(event)")
        }
        #expect(parent(8) == nil, "its cause is of another trade")
        // The stop's fill lasts from the opening on.
        #expect(line.contains("\"startTimeUnixNano\":\"2000\",\"endTimeUnixNano\":\"9000\""))
        #expect(line.contains("\"status\":{\"code\":2"))
        #expect(line.contains("fund \\\"x\\\""))
        #expect(!line.contains("nan"))
    }

    @Test func documentsHaveAtMost512Spans() {
        let many = (0..<1_300).map {
            Event(type: .fill, bar: 1, sequence: UInt32($0), correlation: UInt32($0 + 1))
        }
        let lines = Self.lines(batch: 100, many)
        #expect(lines.map { $0.matches(of: /"spanId"/).count } == [512, 512, 276])
        #expect(lines.allSatisfy { $0.hasPrefix("{\"resourceSpans\"") && $0.hasSuffix("]}]}]}\n") })
    }

    @Test func idsDifferBetweenTradesEventsAndContainers() {
        let identity = SpanIdentity(high: 5, low: 6)
        let spans = Set((0..<5_000).map { identity.span(ofEvent: UInt32($0)) })
        #expect(spans.count == 5_000)
        #expect(spans.allSatisfy { $0.utf8.count == 16 })
        let traces = Set((1..<5_000).map { identity.trace(ofTrade: UInt32($0)) })
        #expect(traces.count == 4_999)
        #expect(SpanIdentity(high: 5, low: 7).trace(ofTrade: 1) != identity.trace(ofTrade: 1))
    }

    @Test func itWatchesOnlyWhereAsked() {
        let observer = DistributedTracingObserver()
        #expect(observer.interests.isEmpty)
        Self.events.withUnsafeBufferPointer { observer.observe(events: $0) }
        observer.finish()
        #expect(observer.spanCount == 0)
    }
}
