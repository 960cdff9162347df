import BacktestMetrics
public import BacktestModel
import BacktestStatistics

/// How the returns of a run's containers are cut into periods.
public struct ReturnPeriods: Sendable {
    /// Most periods that are chosen by themselves.
    public static let mostPeriods = 5_300
    /// Bytes of the matrix, at most.
    public static let mostBytes = 512_000_000

    /// The length asked for; `nil`: the finest that keeps the matrix in bounds.
    public var frequency: ReturnFrequency?
    /// Seconds that the data's clock is ahead of UTC at a time.
    public var offset: @Sendable (Timestamp) -> Int

    /// Periods on a clock.
    public init(_ frequency: ReturnFrequency?, offset: @escaping @Sendable (Timestamp) -> Int) {
        self.frequency = frequency
        self.offset = offset
    }

    /// Whether a matrix has more periods or bytes than are chosen by themselves.
    static func isTooLarge(periods: Int, columns: Int) -> Bool {
        periods > mostPeriods || periods * columns * 8 > mostBytes
    }

    /// A number that all times of one period share, and that grows with time.
    func key(_ time: Timestamp, _ frequency: ReturnFrequency) -> Int64 {
        func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
            value >= 0 ? value / by : -((-value + by - 1) / by)
        }
        if frequency == .bar { return time.nanoseconds }
        let local = time.nanoseconds + Int64(offset(time)) * Timestamp.nanosecondsPerSecond
        if frequency == .hour { return floorDivide(local, 3_600 * Timestamp.nanosecondsPerSecond) }
        let day = floorDivide(local, Timestamp.nanosecondsPerDay)
        switch frequency {
        // 1970-01-01 was a Thursday.
        case .week: return floorDivide(day + 3, 7)
        case .month:
            let date = CivilDate(daysSinceEpoch: Int(day))
            return Int64(date.year * 12 + date.month)
        default: return day
        }
    }

    /// Periods a year of a length: those of a bar are the run's own.
    func perYear(_ frequency: ReturnFrequency, bar: Double, bars: Int, keys: [Int64]) -> Double {
        switch frequency {
        case .bar: return bar
        case .hour: return bar * Double(keys.count) / Double(max(1, bars))
        case .day:
            // A Saturday or Sunday among the days: a market that never closes.
            let weekends = keys.contains { ($0 + 3) % 7 >= 5 }
            return weekends ? 365 : 252
        case .week: return 52
        case .month: return 12
        }
    }
}

extension ReturnTable {
    /// The returns of a run's completed containers from the equity curves that it stored.
    ///
    /// A period's return is that of its last equities; before a container's first bar and after its last it is 0. Throws
    /// `incomplete` where the run stored no curves.
    public init(
        _ run: RunReader,
        _ ids: [String],
        _ periods: ReturnPeriods,
        barsPerYear: Double
    ) throws(RunReadError) {
        var curves: [(id: String, start: Double, points: [(time: Timestamp, equity: Double)])] = []
        for id in ids {
            guard let points = try run.equity(id) else {
                throw RunReadError(
                    .incomplete,
                    "\(run.path)/\(id)/\(ContainerWriter.equityName)",
                    "the run stored neither returns nor equity curves",
                    remedy: "run it with --set results.store_returns=true"
                )
            }
            guard !points.isEmpty else { continue }
            let record = try run.record(id)
            curves.append((id, record.metrics[.initialCapital] ?? points[0].equity, points))
        }
        let layout = ReturnLayout(
            curves.map { curve in curve.points.map(\.time.nanoseconds) },
            periods,
            columns: curves.count,
            barsPerYear: barsPerYear
        )
        self.ids = curves.map(\.id)
        matrix = ReturnMatrix(
            columns: curves.enumerated().map { index, curve in
                curve.points.map(\.equity).withUnsafeBufferPointer {
                    layout.returns($0, timeline: index, initialCapital: curve.start)
                }
            }
        )
        frequency = layout.frequency
        periodsPerYear = layout.periodsPerYear
    }

    /// Returns between equities; one that is not known is that before it, and after ruin there is nothing to gain or lose.
    static func returns(_ equity: [Double], from start: Double) -> [Double] {
        var last = start
        return equity.map { value in
            guard !value.isNaN, last > 0 else { return 0 }
            defer { last = value }
            return max(value, 0) / last - 1
        }
    }
}
