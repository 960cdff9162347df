import BacktestStatistics
import Foundation
import Testing

@Suite struct PairedStatisticsTests {
    @Test(
        arguments: [
            (0, 0, 1.0), (3, 9, 598.0 / 4096), (9, 3, 598.0 / 4096), (0, 26, 0x1p-25), (5, 5, 1), (1, 0, 1),
        ] as [(Int, Int, Double)]
    )
    func `the sign test is the binomial's`(up: Int, down: Int, p: Double) {
        #expect(abs(PairedStatistics.signTest(up: up, down: down) - p) <= 1e-12 * p)
    }

    @Test func `the sign test of many is that of a normal distribution`() {
        // 50,300 of 100,000: z = 1.894..1.897, two-sided 0.058.
        #expect(abs(PairedStatistics.signTest(up: 50_300, down: 49_700) - 0.0582) < 0.0005)
        #expect(PairedStatistics.signTest(up: 100_000, down: 0) == 0)
    }

    @Test(arguments: [9, 25, 60, 101])
    func `the interval of the median is that of resampling`(count: Int) throws {
        var state: UInt64 = 0x1234_5678_9ABC_DEF1
        func index() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(count))
        }
        let values = (0..<count).map { Double($0) }
        var medians: [Double] = []
        for _ in 0..<4_000 {
            let sample = (0..<count).map { _ in values[index()] }.sorted()
            medians.append((sample[(count - 1) / 2] + sample[count / 2]) / 2)
        }
        medians.sort()
        let found = try #require(PairedStatistics.medianInterval(values))
        #expect(abs(found.low - medians[100]) <= 1.5)
        #expect(abs(found.high - medians[3_899]) <= 1.5)
        #expect(found.low + found.high == Double(count - 1), "symmetric for symmetric values")
    }

    @Test func `intervals and quantiles of few values`() {
        #expect(PairedStatistics.medianInterval([]) == nil)
        #expect(PairedStatistics.quantile([], 0.5) == nil)
        let one = PairedStatistics.medianInterval([3])
        #expect(one?.low == 3 && one?.high == 3)
        #expect(PairedStatistics.quantile([1, 2, 4, 8], 0.5) == 3)
        #expect(PairedStatistics.quantile([1, 2, 4, 8], 0.25) == 1.75)
        #expect(PairedStatistics.quantile([1, 2, 4, 8], 1) == 8)
    }

    /// What `Fixtures/paired.py` wrote.
    private static func golden() throws -> [String: Any] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/paired.json")
        return try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        )
    }

    @Test func `sign tests are those of SciPy`() throws {
        let tests = try #require(try Self.golden()["sign_tests"] as? [[String: Double]])
        #expect(tests.count > 8)
        for test in tests {
            let found = PairedStatistics.signTest(up: Int(test["up"] ?? 0), down: Int(test["down"] ?? 0))
            let expected = try #require(test["p_value"])
            #expect(abs(found - expected) <= 1e-9 * expected, "\(test)")
        }
    }

    @Test func `quantiles and bootstrap intervals are those of NumPy and SciPy`() throws {
        let samples = try #require(try Self.golden()["samples"] as? [[String: Any]])
        #expect(samples.count == 4)
        for sample in samples {
            let sorted = try #require(sample["values"] as? [Double]).sorted()
            let quantiles = try #require(sample["quantiles"] as? [Double])
            for (q, expected) in zip([0.05, 0.25, 0.5, 0.75, 0.95], quantiles) {
                let found = try #require(PairedStatistics.quantile(sorted, q))
                #expect(abs(found - expected) <= 1e-12 + 1e-12 * abs(expected))
            }
            let interval = try #require(sample["interval"] as? [Double])
            let found = try #require(PairedStatistics.medianInterval(sorted))
            for (ours, theirs) in [(found.low, interval[0]), (found.high, interval[1])] {
                let place = sorted.firstIndex { $0 >= ours } ?? 0
                // SciPy draws 200,000 resamples; ours is the limit of infinitely many, a rank off at most.
                let near = sorted[max(0, place - 1)]...sorted[min(sorted.count - 1, place + 1)]
                #expect(near.contains(theirs), "\(sample["name"] ?? "")")
            }
            let (up, down) = (sorted.count { $0 > 0 }, sorted.count { $0 < 0 })
            let p = try #require(sample["p_value"] as? Double)
            #expect(abs(PairedStatistics.signTest(up: up, down: down) - p) <= 1e-9 * p)
        }
    }
}
