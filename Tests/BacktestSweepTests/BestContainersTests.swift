import BacktestMetrics
import BacktestModel
import BacktestResults
import BacktestSweep
import Testing

/// The best containers, kept while a run goes on.
@Suite struct BestContainersTests {
    private struct Ended {
        var template: Int
        var set: Int
        var value: Double?
        var meets: Bool

        var record: ContainerRecord {
            var record = ContainerRecord(containerID: "\(template)-\(set)", portfolioID: "p", runHash: "")
            record.metrics[.calmarRatio] = value
            return record
        }
    }

    /// Few distinct values, so that many containers tie; some values are undefined, some conditions not met.
    private static func containers(_ generator: inout some RandomNumberGenerator) -> [Ended] {
        var all: [Ended] = []
        for template in 0..<3 {
            for set in 0..<100 {
                let value = Int.random(in: 0..<12, using: &generator)
                all.append(
                    Ended(
                        template: template,
                        set: set,
                        value: value == 0 ? nil : Double(value),
                        meets: Int.random(in: 0..<4, using: &generator) > 0
                    )
                )
            }
        }
        return all
    }

    /// The same list by sorting everything: defined values first, ties in container order.
    private static func expected(_ all: [Ended], maximize: Bool, most: Int) -> Set<String> {
        let matching = all.enumerated().filter { $0.element.meets }
        let sorted = matching.sorted { a, b in
            let worst = maximize ? -Double.infinity : .infinity
            let (x, y) = (a.element.value ?? worst, b.element.value ?? worst)
            if x != y { return maximize ? x > y : x < y }
            return a.offset < b.offset
        }
        return Set(sorted.prefix(most).map { "\($0.element.template)-\($0.element.set)" })
    }

    @Test(arguments: [0, 1, 10, 64, 1_000], [true, false])
    func `they are the same whatever order containers end in`(most: Int, maximize: Bool) {
        var generator = SystemRandomNumberGenerator()
        var plan = SweepPlan()
        plan.objective = SweepObjective(metric: .calmarRatio, maximize: maximize)
        let all = Self.containers(&generator)
        for _ in 0..<20 {
            var best = BestContainers(plan, most: most)
            for ended in all.shuffled(using: &generator) {
                best.add(
                    ended.record,
                    template: ended.template,
                    set: ended.set,
                    meetsCondition: ended.meets
                )
            }
            let ids = best.rows.map(\.containerID)
            #expect(Set(ids) == Self.expected(all, maximize: maximize, most: most))
            #expect(ids == ids.sorted { a, b in Self.place(a) < Self.place(b) })
            #expect(best.containerCount == 300)
            #expect(best.matchCount == all.count { $0.meets })
        }
    }

    private static func place(_ id: String) -> Int {
        let parts = id.split(separator: "-").compactMap { Int($0) }
        return parts[0] * 1_000 + parts[1]
    }
}
