import Glibc

/// Returns held against those of a benchmark in the same periods.
///
/// Definitions as in empyrical, but for alpha, which is not compounded.
public struct BenchmarkComparison: Sendable, Equatable {
    /// Total return of the benchmark.
    public let benchmarkReturn: Double
    /// Total return less the benchmark's.
    public let excessReturn: Double
    /// P (mean(r - rf) - beta mean(b - rf)), a year; `nil` where beta is.
    public let alpha: Double?
    /// Covariance over the benchmark's variance; `nil` where the benchmark does not vary.
    public let beta: Double?
    /// Correlation; `nil` where either does not vary.
    public let correlation: Double?
    /// Square of the correlation.
    public let rSquared: Double?
    /// Deviation of r - b (divisor n - 1), annualised; `nil` below two periods.
    public let trackingError: Double?
    /// Mean of r - b over its deviation, annualised; `nil` where r - b does not vary.
    public let informationRatio: Double?
    /// Growth a year over that of the benchmark, in the periods in which the benchmark gained; `nil` without such or without growth.
    public let upCapture: Double?
    /// The same in the periods in which the benchmark lost.
    public let downCapture: Double?

    /// Compares two series of one length.
    ///
    /// - Parameters:
    ///   - returns: Returns, the oldest first.
    ///   - benchmark: Those of the benchmark in the same periods.
    ///   - periodsPerYear: Periods a year, P.
    ///   - riskFree: Risk-free return a period.
    public init(
        _ returns: Span<Double>,
        against benchmark: Span<Double>,
        periodsPerYear: Double,
        riskFree: Double = 0
    ) {
        precondition(returns.count == benchmark.count)
        let n = Double(returns.count)
        benchmarkReturn = Growth(benchmark).end - 1
        excessReturn = Growth(returns).end - Growth(benchmark).end
        let (r, b) = (ReturnMoments(returns), ReturnMoments(benchmark))
        var products = 0.0
        var difference = [Double](repeating: 0, count: returns.count)
        for t in returns.indices {
            products += (returns[t] - r.mean) * (benchmark[t] - b.mean)
            difference[t] = returns[t] - benchmark[t]
        }
        let slope = b.isConstant ? nil : products / b.squares
        beta = slope
        alpha = slope.map { periodsPerYear * (r.mean - riskFree - $0 * (b.mean - riskFree)) }
        correlation =
            b.isConstant || r.isConstant
            ? nil : products / (r.squares.squareRoot() * b.squares.squareRoot())
        rSquared = correlation.map { $0 * $0 }
        let active = ReturnMoments(difference.span)
        trackingError =
            n > 1 ? active.isConstant ? 0 : active.deviation * periodsPerYear.squareRoot() : nil
        informationRatio = active.sharpe().map { $0 * periodsPerYear.squareRoot() }
        func capture(_ isChosen: (Double) -> Bool) -> Double? {
            var (own, other) = (1.0, 1.0)
            var count = 0
            for t in returns.indices where isChosen(benchmark[t]) {
                own *= 1 + returns[t]
                other *= 1 + benchmark[t]
                count += 1
            }
            guard count > 0, own >= 0, other >= 0 else { return nil }
            let power = periodsPerYear / Double(count)
            let market = pow(other, power) - 1
            return market == 0 ? nil : (pow(own, power) - 1) / market
        }
        upCapture = capture { $0 > 0 }
        downCapture = capture { $0 < 0 }
    }

    /// The names of the numbers, in the order of results.
    public static let names = [
        "benchmark_return", "excess_return", "alpha", "beta", "benchmark_correlation", "r_squared",
        "tracking_error", "information_ratio", "up_capture", "down_capture",
    ]

    /// The numbers, in the order of their names; `nil` where undefined.
    public var values: [Double?] {
        [
            benchmarkReturn, excessReturn, alpha, beta, correlation, rSquared, trackingError,
            informationRatio,
            upCapture, downCapture,
        ]
    }
}
