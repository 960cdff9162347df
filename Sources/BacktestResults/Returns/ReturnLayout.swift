import BacktestModel

/// The periods of a run's returns: how the bars of its timelines fall into them (rules V50, V51).
public struct ReturnLayout: Sendable, Equatable {
    /// Length of a period.
    public let frequency: ReturnFrequency
    /// Time of the last bar of each period, in UTC nanoseconds, ascending.
    public let times: [Int64]
    /// Periods a year.
    public let periodsPerYear: Double
    /// For each timeline the period of each of its bars.
    public let periodOfBar: [[Int32]]

    /// Number of periods.
    public var count: Int { times.count }

    /// Cuts timelines into periods, the finest that keep so many columns in bounds; those that nobody trades have no bars.
    public init(_ timelines: [[Int64]], _ periods: ReturnPeriods, columns: Int, barsPerYear: Double) {
        func cut(_ frequency: ReturnFrequency) -> [(key: Int64, last: Int64)] {
            var last: [Int64: Int64] = [:]
            for times in timelines {
                for time in times {
                    let key = periods.key(Timestamp(nanoseconds: time), frequency)
                    last[key] = max(last[key] ?? time, time)
                }
            }
            return last.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
        var chosen = periods.frequency ?? .bar
        var found = cut(chosen)
        if periods.frequency == nil {
            for frequency in ReturnFrequency.allCases.dropFirst()
            where ReturnPeriods.isTooLarge(periods: found.count, columns: columns) {
                chosen = frequency
                found = cut(frequency)
            }
        }
        frequency = chosen
        times = found.map(\.last)
        let places = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1.key, Int32($0)) })
        periodOfBar = timelines.map { times in
            times.map { places[periods.key(Timestamp(nanoseconds: $0), chosen)] ?? 0 }
        }
        periodsPerYear =
            periods.perYear(
                chosen,
                bar: barsPerYear,
                bars: timelines.map(\.count).max() ?? 0,
                keys: found.map(\.key)
            )
    }

    /// The returns of a container from its equity at each bar of a timeline.
    ///
    /// A period's return is that of its last equities; where the container has no bar it is 0, and after ruin there is nothing to
    /// gain or lose.
    public func returns(
        _ equity: UnsafeBufferPointer<Double>,
        timeline: Int,
        initialCapital: Double
    ) -> [Double] {
        var ends = [Double](repeating: .nan, count: count)
        for (bar, period) in periodOfBar[timeline].enumerated() where bar < equity.count {
            ends[Int(period)] = equity[bar]
        }
        return ReturnTable.returns(ends, from: initialCapital)
    }
}
