/// The straight line of least squares through points.
public struct LeastSquares: Sendable, Equatable {
    /// Rise of y with x.
    public let slope: Double
    /// y where x is 0.
    public let intercept: Double
    /// Share of the variance of y that the line explains, 0 to 1; `nil` where y does not vary.
    public let rSquared: Double?

    /// The line; `nil` for fewer than two points or where x does not vary.
    public init?(x: [Double], y: [Double]) {
        precondition(x.count == y.count)
        guard let xMean = Samples.mean(x), let yMean = Samples.mean(y) else { return nil }
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (p, q) in zip(x, y) {
            xx += (p - xMean) * (p - xMean)
            yy += (q - yMean) * (q - yMean)
            xy += (p - xMean) * (q - yMean)
        }
        guard xx > 0 else { return nil }
        slope = xy / xx
        intercept = yMean - slope * xMean
        rSquared = yy > 0 ? xy * xy / (xx * yy) : nil
    }
}
