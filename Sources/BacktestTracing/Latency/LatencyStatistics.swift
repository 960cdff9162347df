public import BacktestEvents

/// Mean and percentiles of some durations, in nanoseconds.
public struct LatencyStatistics: Sendable, Hashable {
    /// Number of durations, at least 1.
    public var count: Int
    /// Arithmetic mean.
    public var mean: Double
    /// 50 % quantile.
    public var median: Double
    /// 95 % quantile.
    public var p95: Double
    /// 99 % quantile.
    public var p99: Double
    /// The longest.
    public var max: Int64

    /// The statistics of durations in any order; `nil` for none.
    public init?(_ durations: some Sequence<Int64>) {
        let sorted = durations.sorted()
        guard let longest = sorted.last else { return nil }
        count = sorted.count
        mean = sorted.reduce(0.0) { $0 + Double($1) } / Double(sorted.count)
        median = LatencyStatistics.quantile(0.5, of: sorted)
        p95 = LatencyStatistics.quantile(0.95, of: sorted)
        p99 = LatencyStatistics.quantile(0.99, of: sorted)
        max = longest
    }

    /// A quantile of ascending durations, at least one, with linear interpolation (Hyndman and Fan 1996, type 7).
    ///
    /// - Parameters:
    ///   - share: Which, 0 to 1.
    ///   - sorted: The durations, ascending.
    /// - Returns: Nanoseconds between the shortest and the longest.
    public static func quantile(_ share: Double, of sorted: [Int64]) -> Double {
        precondition(!sorted.isEmpty && (0...1).contains(share))
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        let low = Double(sorted[below])
        return low + (Double(sorted[above]) - low) * (place - Double(below))
    }
}

/// Gathers the latencies of events by type, for statistics at the end.
///
/// Keeps 8 bytes an event; events without clock readings don't count.
public struct LatencyRecorder: Sendable {
    private var byType = [[Int64]](repeating: [], count: EventType.allCases.count)

    /// Knows nothing yet.
    public init() {}

    /// Takes an event's latency: from its creation until it was processed.
    public mutating func record(_ type: EventType, _ stamps: EventStamps) {
        byType[Int(type.rawValue)].append(stamps.latencyNanoseconds)
    }

    /// The statistics of a type, `nil` where no event of it was recorded.
    public func statistics(of type: EventType) -> LatencyStatistics? {
        LatencyStatistics(byType[Int(type.rawValue)])
    }

    /// The statistics of all events together, `nil` where none was recorded.
    public var overall: LatencyStatistics? { LatencyStatistics(byType.joined()) }

    /// The types by how long they take at a percentile, slowest first: where to look.
    ///
    /// - Parameter share: Of a type's own latencies the quantile by which types are ordered, 0 to 1, such as 0.99.
    /// - Returns: Each type that was recorded with that quantile, in nanoseconds.
    public func bottlenecks(percentile share: Double) -> [(type: EventType, nanoseconds: Double)] {
        let measured = EventType.allCases.compactMap { type -> (type: EventType, nanoseconds: Double)? in
            let sorted = byType[Int(type.rawValue)].sorted()
            guard !sorted.isEmpty else { return nil }
            return (type, LatencyStatistics.quantile(share, of: sorted))
        }
        return measured.sorted { ($1.nanoseconds, $0.type.rawValue) < ($0.nanoseconds, $1.type.rawValue) }
    }
}
