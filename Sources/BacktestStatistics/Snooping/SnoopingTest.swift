import CKernels
import Glibc

/// Whether the best of many candidates beats a benchmark by more than searching among them explains.
///
/// White's reality check (2000), Hansen's test of superior predictive ability (2005) and the stepwise test of Romano and Wolf (2005),
/// all on the same resamples of the same periods.
public struct SnoopingTest: Sendable, Equatable {
    /// A statistic and how many resamples went beyond it.
    public struct Outcome: Sendable, Equatable {
        /// The statistic of the data.
        public var statistic: Double
        /// Resamples beyond it.
        public var exceedances: Int
        /// (1 + exceedances) / (1 + replicates): never 0.
        public var pValue: Double
    }

    /// White's reality check: sqrt(n) times the largest mean.
    public let realityCheck: Outcome
    /// Hansen's test, candidates that are clearly worse than the benchmark left out of the null (the one to use).
    public let consistent: Outcome
    /// The same with every candidate at the benchmark under the null: conservative.
    public let upper: Outcome
    /// The same with every candidate below the benchmark at its own mean: liberal.
    public let lower: Outcome
    /// Candidates that beat the benchmark at the level, by index, whatever the number of candidates.
    public let superior: [Int]
    /// The critical value of each step; the last step found nobody.
    public let criticalValues: [Double]
    /// The level of the stepwise test.
    public let level: Double
    /// Number of resamples.
    public let replicates: Int

    /// Tests what candidates have beyond a benchmark; `nil` without candidates, periods or resamples.
    ///
    /// Constant columns must have been left out: a column without deviation has no statistic.
    ///
    /// - Parameters:
    ///   - columns: Returns less those of the benchmark, a column a candidate.
    ///   - resamples: Resamples of as many periods.
    ///   - meanBlock: Mean block b of the stationary bootstrap, of which the deviations w are its own.
    ///   - level: Chance that the stepwise test names anybody wrongly.
    public init?<Columns: ReturnColumns>(
        _ columns: Columns,
        resamples: Resamples,
        meanBlock: Double,
        level: Double = 0.05
    ) {
        guard columns.count > 0, columns.periods > 1, resamples.replicates > 0 else { return nil }
        precondition(resamples.periods == columns.periods)
        let facts = SnoopingFacts(columns, meanBlock: meanBlock)
        guard let most = facts.means.max(), let best = facts.ratios.max() else { return nil }
        let maxima = SnoopingMaxima(columns, facts, resamples)
        let root = Double(columns.periods).squareRoot()
        func outcome(_ statistic: Double, _ maxima: [Double], _ observed: Double) -> Outcome {
            let exceedances = maxima.count { $0 > observed }
            return Outcome(
                statistic: statistic,
                exceedances: exceedances,
                pValue: Resamples.pValue(exceedances: exceedances, of: resamples.replicates)
            )
        }
        realityCheck = outcome(root * most, maxima.plain, most)
        let studentised = max(0, root * best)
        lower = outcome(studentised, maxima.lower, best)
        consistent = outcome(studentised, maxima.consistent.map(\.greatest), best)
        upper = outcome(studentised, maxima.upper, best)
        self.level = level
        replicates = resamples.replicates
        (superior, criticalValues) = SnoopingTest.step(columns, facts, maxima, resamples, level: level)
    }

    /// Takes those out that beat the critical value of the ones left, until nobody does.
    private static func step<Columns: ReturnColumns>(
        _ columns: Columns,
        _ facts: SnoopingFacts,
        _ all: SnoopingMaxima,
        _ resamples: Resamples,
        level: Double
    ) -> ([Int], [Double]) {
        let root = Double(columns.periods).squareRoot()
        var maxima = all
        var critical: [Double] = []
        var isSuperior = [Bool](repeating: false, count: columns.count)
        while true {
            // The few largest of each resample tell the maximum of who is left, unless all of them have gone.
            var values = maxima.consistent.map { $0.greatest(without: isSuperior) }
            if values.contains(where: { $0 == nil }) {
                guard isSuperior.contains(false) else { break }
                maxima = SnoopingMaxima(columns, facts, resamples, without: isSuperior)
                values = maxima.consistent.map { $0.greatest(without: isSuperior) }
            }
            let known = values.compactMap { $0.map { $0 * root } }
            guard let value = Samples.quantile(known, 1 - level) else { break }
            critical.append(value)
            let found = facts.ratios.indices.filter { !isSuperior[$0] && root * facts.ratios[$0] > value }
            if found.isEmpty { break }
            for index in found { isSuperior[index] = true }
            if !isSuperior.contains(false) { break }
        }
        return (isSuperior.indices.filter { isSuperior[$0] }, critical)
    }
}

/// What the tests need of each candidate.
struct SnoopingFacts {
    /// Means, m.
    private(set) var means: [Double] = []
    /// Means over the deviation of sqrt(n) m, m / w.
    private(set) var ratios: [Double] = []
    /// 1 / w.
    private(set) var scales: [Double] = []
    /// What the resampled means are recentred by: lower, consistent.
    private(set) var lower: [Double] = []
    private(set) var consistent: [Double] = []

    init<Columns: ReturnColumns>(_ columns: Columns, meanBlock: Double) {
        let n = Double(columns.periods)
        // Below some 16 periods the logarithm of the logarithm is small or undefined: then nobody is left out.
        let threshold = n > M_E ? (2 * log(log(n)) / n).squareRoot() : 0
        let kernel = SnoopingFacts.kernel(periods: columns.periods, meanBlock: meanBlock)
        for index in 0..<columns.count {
            columns.withColumn(index) { column in
                let mean = column.sum / n
                let deviation = SnoopingFacts.deviation(column, mean: mean, kernel)
                means.append(mean)
                scales.append(deviation > 0 ? 1 / deviation : 0)
                ratios.append(deviation > 0 ? mean / deviation : 0)
                lower.append(max(mean, 0))
                consistent.append(mean >= -deviation * threshold ? mean : 0)
            }
        }
    }

    /// Weights of the autocovariances: (1 - i/n)(1 - 1/b)^i + (i/n)(1 - 1/b)^(n - i); Politis and Romano 1994.
    ///
    /// Lags of a weight below 1e-17 at the end of the first falling part are left out; those near n come back only for large
    /// blocks, where every lag is kept.
    private static func kernel(periods: Int, meanBlock: Double) -> [Double] {
        let n = Double(periods)
        let stay = 1 - 1 / max(1, meanBlock)
        var weights = [Double](repeating: 0, count: periods)
        for i in 0..<periods {
            let share = Double(i) / n
            weights[i] = (1 - share) * pow(stay, Double(i)) + share * pow(stay, n - Double(i))
        }
        return weights
    }

    /// The deviation w of sqrt(n) m under the stationary bootstrap.
    private static func deviation(_ column: Span<Double>, mean: Double, _ kernel: [Double]) -> Double {
        var centred = [Double](repeating: 0, count: column.count)
        for t in column.indices { centred[t] = column[t] - mean }
        let n = Double(column.count)
        // The falling part at the front, and the rising one at the end, each as far as it weighs anything.
        let front = kernel.firstIndex { $0 < 1e-17 } ?? kernel.count
        let products = LaggedProducts(centred.span, through: front - 1)
        var variance = products[0] / n
        for lag in stride(from: 1, to: front, by: 1) { variance += 2 * kernel[lag] * products[lag] / n }
        if let back = kernel.lastIndex(where: { $0 < 1e-17 }), back + 1 < kernel.count {
            let tail = LaggedProducts(centred.span, from: back + 1, through: kernel.count - 1)
            for lag in (back + 1)..<kernel.count {
                variance += 2 * kernel[lag] * tail[lag - back - 1] / n
            }
        }
        return variance > 0 ? variance.squareRoot() : 0
    }
}

/// The largest of some numbers, with their owners, largest first.
struct GreatestFew: Sendable {
    private static let most = 16
    private var values: [(value: Double, index: Int)] = []
    private var isCut = false

    var greatest: Double { values.first?.value ?? -.infinity }

    /// What a number must exceed to be among them.
    private(set) var threshold = -Double.infinity

    /// Takes a number in; of equal ones the earlier comes first.
    mutating func add(_ value: Double, _ index: Int) {
        let place = values.firstIndex { $0.value < value } ?? values.count
        values.insert((value, index), at: place)
        if values.count > GreatestFew.most {
            values.removeLast()
            isCut = true
        }
        if values.count == GreatestFew.most { threshold = values[GreatestFew.most - 1].value }
    }

    /// The largest of those that are left; `nil` where none of the few is, and others there were.
    func greatest(without gone: [Bool]) -> Double? {
        values.first { !gone[$0.index] }?.value ?? (isCut ? nil : -.infinity)
    }
}

/// The largest recentred means of each resample.
struct SnoopingMaxima {
    private(set) var plain: [Double]
    private(set) var lower: [Double]
    private(set) var upper: [Double]
    private(set) var consistent: [GreatestFew]

    /// Columns in a tile: small enough for the second-level cache beside the weights of eight resamples.
    private static let width = 48
    /// Bytes of weights made at once.
    private static let weightBytes = 64 << 20

    /// All means of all resamples, as products of counts and returns: eight resamples and a tile of columns at a time.
    init<Columns: ReturnColumns>(
        _ columns: Columns,
        _ facts: SnoopingFacts,
        _ resamples: Resamples,
        without gone: [Bool] = []
    ) {
        let periods = columns.periods
        let replicates = resamples.replicates
        plain = [Double](repeating: -.infinity, count: replicates)
        lower = plain
        upper = plain
        consistent = [GreatestFew](repeating: GreatestFew(), count: replicates)
        let chosen = (0..<columns.count).filter { gone.isEmpty || !gone[$0] }
        let groups = (replicates + 7) / 8
        let batch = max(1, SnoopingMaxima.weightBytes / (8 * 8 * periods))
        var tile = [Double](repeating: 0, count: SnoopingMaxima.width * periods)
        var sums = [Double](repeating: 0, count: SnoopingMaxima.width * 8)
        for first in stride(from: 0, to: groups, by: batch) {
            let part = first..<min(first + batch, groups)
            let weights = SnoopingMaxima.weights(part, resamples)
            for start in stride(from: 0, to: chosen.count, by: SnoopingMaxima.width) {
                let members = chosen[start..<min(start + SnoopingMaxima.width, chosen.count)]
                for (place, index) in members.enumerated() {
                    columns.withColumn(index) { column in
                        for t in column.indices { tile[place * periods + t] = column[t] }
                    }
                }
                for group in part {
                    weights.withUnsafeBufferPointer { all in
                        admf_weighted_sums(
                            all.baseAddress.map { $0 + (group - first) * 8 * periods },
                            tile,
                            Int64(periods),
                            Int64(periods),
                            Int64(members.count),
                            &sums
                        )
                    }
                    take(sums, members, group: group, periods: Double(periods), facts)
                }
            }
        }
    }

    /// How often each period is drawn in each resample of some groups of eight.
    private static func weights(_ groups: Range<Int>, _ resamples: Resamples) -> [Double] {
        let periods = resamples.periods
        var weights = [Double](repeating: 0, count: groups.count * 8 * periods)
        var indices = [Int](repeating: 0, count: periods)
        for replicate in groups.lowerBound * 8..<min(groups.upperBound * 8, resamples.replicates) {
            resamples.fill(&indices, replicate)
            let base = (replicate / 8 - groups.lowerBound) * 8 * periods + replicate % 8
            for t in indices { weights[base + 8 * t] += 1 }
        }
        return weights
    }

    private mutating func take(
        _ sums: [Double],
        _ members: ArraySlice<Int>,
        group: Int,
        periods: Double,
        _ facts: SnoopingFacts
    ) {
        for lane in 0..<min(8, plain.count - group * 8) {
            let replicate = group * 8 + lane
            var (most, low, high) = (plain[replicate], lower[replicate], upper[replicate])
            for (place, index) in members.enumerated() {
                let mean = sums[place * 8 + lane] / periods
                let scale = facts.scales[index]
                let above = mean - facts.means[index]
                most = max(most, above)
                high = max(high, above * scale)
                low = max(low, (mean - facts.lower[index]) * scale)
                let moved = (mean - facts.consistent[index]) * scale
                if moved > consistent[replicate].threshold { consistent[replicate].add(moved, index) }
            }
            (plain[replicate], lower[replicate], upper[replicate]) = (most, low, high)
        }
    }
}
