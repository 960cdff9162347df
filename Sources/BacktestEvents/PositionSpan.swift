/// A run of bars on which one position and nothing else was held: what their equities are made of.
public struct PositionSpan {
    /// Timeline index of the first bar.
    public let first: Int
    /// Number of bars, at least 1.
    public let count: Int
    /// Cash beside the position, in currency.
    public let base: Double
    /// Signed units held.
    public let quantity: Double
    /// Prices that the bars are marked at, `count` of them; equity is `base + quantity * price`.
    public let prices: UnsafePointer<Double>

    /// Makes a span.
    @inlinable
    public init(first: Int, count: Int, base: Double, quantity: Double, prices: UnsafePointer<Double>) {
        self.first = first
        self.count = count
        self.base = base
        self.quantity = quantity
        self.prices = prices
    }
}
