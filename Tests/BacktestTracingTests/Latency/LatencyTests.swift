import BacktestEvents
import BacktestTracing
import Testing

@Suite struct LatencyTests {
    /// Expected values from numpy.percentile (linear), numpy.mean and max.
    @Test func agreesWithNumpy() throws {
        let durations = (1...100).reversed().map { Int64($0) * 10 }
        let statistics = try #require(LatencyStatistics(durations))
        #expect(statistics.count == 100)
        #expect(statistics.mean == 505)
        #expect(statistics.median == 505)
        #expect(abs(statistics.p95 - 950.5) < 1e-9)
        #expect(abs(statistics.p99 - 990.1) < 1e-9)
        #expect(statistics.max == 1_000)
    }

    @Test func oneDurationIsAllOfThem() throws {
        let statistics = try #require(LatencyStatistics([7]))
        #expect(statistics.mean == 7 && statistics.median == 7 && statistics.p99 == 7 && statistics.max == 7)
        #expect(LatencyStatistics([]) == nil)
    }

    @Test func countsByType() {
        var recorder = LatencyRecorder()
        for index in 0..<100 {
            let created = Int64(index) * 1_000
            recorder.record(
                index % 4 == 0 ? .fill : .bar,
                EventStamps(
                    created: created,
                    emitted: created + 1,
                    received: created + 5,
                    processed: created + (index % 4 == 0 ? 10_000_000 : 5_000)
                )
            )
        }
        #expect(recorder.statistics(of: .bar)?.count == 75)
        #expect(recorder.statistics(of: .fill)?.mean == 10_000_000)
        #expect(recorder.statistics(of: .order) == nil)
        #expect(recorder.overall?.count == 100)
        #expect(recorder.bottlenecks(percentile: 0.99).map(\.type) == [.fill, .bar])
        #expect(recorder.bottlenecks(percentile: 0.99).first?.nanoseconds == 10_000_000)
    }
}
