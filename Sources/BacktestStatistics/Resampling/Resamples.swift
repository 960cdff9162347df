import BacktestRandom

/// Resamples of a number of periods, the same ones for every series that is looked at.
///
/// Replicate i is a function of the seed and i: it can be made anywhere and at any time.
public struct Resamples: Sendable {
    /// How periods are drawn.
    public enum Method: Sendable, Equatable {
        /// Blocks of geometric length with a mean, at random places (Politis and Romano 1994).
        case stationary(meanBlock: Double)
        /// Blocks of one length, at random places (Politis and Romano 1992).
        case circular(block: Int)
        /// Rows of indices that another program drew.
        case given([[Int]])
    }

    /// The label of the stream that resamples are drawn from.
    public static let label = "statistics.bootstrap"

    /// How periods are drawn.
    public let method: Method
    /// Number of periods, in the data and in each resample.
    public let periods: Int
    /// Number of resamples.
    public let replicates: Int
    private let generator: Philox

    /// Resamples by a seed; those of a given method are as many as there are rows.
    public init(_ method: Method, periods: Int, replicates: Int, seed: UInt64) {
        precondition(periods > 0)
        self.method = method
        self.periods = periods
        if case .given(let rows) = method {
            precondition(rows.allSatisfy { $0.count == periods && $0.allSatisfy { 0..<periods ~= $0 } })
            self.replicates = rows.count
        } else {
            self.replicates = replicates
        }
        generator = Philox(seed: seed, label: Resamples.label)
    }

    /// The periods of a replicate, in order.
    public func indices(_ replicate: Int) -> [Int] {
        var indices = [Int](repeating: 0, count: periods)
        fill(&indices, replicate)
        return indices
    }

    /// Writes the periods of a replicate, in order, over as many entries.
    public func fill(_ indices: inout [Int], _ replicate: Int) {
        precondition(indices.count == periods)
        var stream = RandomStream(generator, number: UInt64(replicate))
        switch method {
        case .given(let rows): indices = rows[replicate]
        case .circular(let block):
            var start = 0
            for t in 0..<periods {
                let within = t % max(1, block)
                if within == 0 { start = stream.below(periods) }
                indices[t] = (start + within) % periods
            }
        case .stationary(let meanBlock):
            let restart = 1 / meanBlock
            var index = 0
            for t in 0..<periods {
                let isRestart = stream.uniform() < restart
                let place = stream.below(periods)
                index = isRestart || t == 0 ? place : index + 1 == periods ? 0 : index + 1
                indices[t] = index
            }
        }
    }

    /// Writes a resample of a series.
    public func fill(_ sample: inout [Double], of returns: Span<Double>, indices: [Int]) {
        precondition(sample.count == indices.count)
        for t in indices.indices { sample[t] = returns[indices[t]] }
    }

    /// The p-value of a statistic of which so many resamples were beyond the observed one: never 0.
    public static func pValue(exceedances: Int, of replicates: Int) -> Double {
        Double(1 + exceedances) / Double(1 + replicates)
    }
}
