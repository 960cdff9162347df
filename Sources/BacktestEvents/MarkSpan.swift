/// A run of bars marked to market in one pass: the batch form of per-bar PORTFOLIO_UPDATE events.
///
/// Between two events of a container nothing can change but the value of what it holds, so a span carries one equity a bar
/// and nothing else. Spans of a container follow each other without gaps from bar 0 to the last bar.
public struct MarkSpan {
    /// Timeline index of the first bar.
    public let first: Int
    /// Number of bars, at least 1.
    public let count: Int
    /// Equity at the close of each bar where something was held, with 64 readable bytes before and after; `nil` where nothing
    /// was held.
    public let exposed: UnsafePointer<Double>?
    /// Equity of every bar of a span in which nothing was held.
    public let flatEquity: Double

    /// Makes a span of bars during which something was held; the memory is valid for the call only.
    @inlinable
    public init(first: Int, count: Int, exposed: UnsafePointer<Double>) {
        self.first = first
        self.count = count
        self.exposed = exposed
        flatEquity = 0
    }

    /// Makes a span of bars during which nothing was held.
    @inlinable
    public init(first: Int, count: Int, flatEquity: Double) {
        self.first = first
        self.count = count
        exposed = nil
        self.flatEquity = flatEquity
    }

    /// Equity at the close of the bar `first + offset`.
    @inlinable
    public func equity(at offset: Int) -> Double { exposed.map { $0[offset] } ?? flatEquity }
}
