public import BacktestMarketData
public import BacktestModel

/// Columns that protective distances and sizes need beside prices, one value a bar of the symbol.
public struct AuxiliaryColumns: Sendable {
    /// Average true range by period.
    public var averageTrueRange: [Int: Column<Double>] = [:]
    /// Standard deviation (ddof 1) of log returns a bar, by lookback.
    public var volatility: [Int: Column<Double>] = [:]

    /// No columns.
    public init() {}
}

/// One symbol of a timeline, prepared for the engine and shared by every container that trades it.
public struct MarketLane: Sendable {
    /// The symbol as the timeline sees it.
    public let lane: Timeline.Lane
    /// Lows that contain the open: `low` itself unless a bar opens below it by rounding dust.
    public let scanLow: Column<Double>
    /// Highs that contain the open.
    public let scanHigh: Column<Double>
    /// Columns for distances and sizes.
    public let auxiliary: AuxiliaryColumns

    /// Prepares a lane; reads its prices once.
    public init(_ lane: Timeline.Lane, auxiliary: AuxiliaryColumns) {
        self.lane = lane
        self.auxiliary = auxiliary
        let series = lane.series
        var below = false
        var above = false
        for index in 0..<series.count {
            below = below || series.open.pointer[index] < series.low.pointer[index]
            above = above || series.open.pointer[index] > series.high.pointer[index]
        }
        scanLow = below ? Self.combine(series.low, series.open, min) : series.low
        scanHigh = above ? Self.combine(series.high, series.open, max) : series.high
    }

    private static func combine(
        _ a: Column<Double>,
        _ b: Column<Double>,
        _ choose: (Double, Double) -> Double
    ) -> Column<Double> {
        Column(count: a.count) { buffer in
            for index in 0..<a.count { buffer[index] = choose(a.pointer[index], b.pointer[index]) }
        }
    }
}

/// The timeline of a set of symbols with everything containers share.
public struct MarketFrame: Sendable {
    /// The timeline.
    public let timeline: Timeline
    /// The symbols, in the order of the timeline's lanes.
    public let lanes: [MarketLane]
    /// Timeline index of the last bar of each local day, ascending.
    public let dayEnds: [Int32]
    /// Lane indices ordered by symbol name: an order that no list in a config decides.
    public let symbolOrder: [Int]

    /// Prepares a timeline; `auxiliary` holds the columns of each lane.
    public init(_ timeline: Timeline, auxiliary: [AuxiliaryColumns]) {
        precondition(auxiliary.count == timeline.lanes.count)
        self.timeline = timeline
        lanes = zip(timeline.lanes, auxiliary).map { MarketLane($0, auxiliary: $1) }
        var ends: [Int32] = []
        for index in 0..<timeline.count
        where index + 1 == timeline.count || timeline.days.pointer[index + 1] != timeline.days.pointer[index]
        {
            ends.append(Int32(index))
        }
        dayEnds = ends
        symbolOrder = timeline.lanes.indices.sorted {
            timeline.lanes[$0].series.symbol < timeline.lanes[$1].series.symbol
        }
    }
}
