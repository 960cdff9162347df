import BacktestMarketData
import BacktestModel

/// Computes one node from the values of its operands; shared by the store and by the workers' evaluators.
struct FeatureEvaluation {
    let graph: FeatureGraph

    /// The memory of a node that is a column of the tape as it stands, `nil` for every other node.
    func tapeColumn(_ id: Int32) -> Doubles? {
        let node = graph.nodes[Int(id)]
        let series = graph.tape.series[Int(node.symbol)]
        return switch node.operation {
        case .open: series.open.pointer
        case .high: series.high.pointer
        case .low: series.low.pointer
        case .close: series.close.pointer
        case .volume: series.volume.pointer
        case .vwap: series.vwap?.pointer
        default: nil
        }
    }

    /// A column, or the number where the node is constant.
    func operand(_ id: Int32, _ column: (Int32) -> Doubles) -> PointwiseKernels.Operand {
        let node = graph.nodes[Int(id)]
        return node.operation == .constant ? .number(node.number) : .column(column(id))
    }

    /// Writes a number node; `out` has `graph.length(of: id)` doubles.
    func compute(
        _ id: Int32,
        column: (Int32) -> Doubles,
        condition: (Int32) -> Words,
        into out: MutableDoubles
    ) {
        let node = graph.nodes[Int(id)]
        let count = graph.barCount(of: id)
        switch node.operation {
        case .constant: out.update(repeating: node.number, count: count)
        case .add, .subtract, .multiply, .divide, .minimum, .maximum:
            PointwiseKernels.binary(
                node.operation,
                operand(node.a, column),
                operand(node.b, column),
                count,
                out
            )
        case .negate, .absolute, .logarithm, .exponential, .squareRoot, .sign:
            PointwiseKernels.unary(node.operation, column(node.a), count, out)
        case .addScaled: PointwiseKernels.addScaled(column(node.a), column(node.b), node.number, count, out)
        case .lag: PointwiseKernels.lag(column(node.a), Int(node.n), count, out)
        case .change: PointwiseKernels.change(column(node.a), Int(node.n), count, out)
        case .rateOfChange: PointwiseKernels.rateOfChange(column(node.a), Int(node.n), count, out)
        case .blank: PointwiseKernels.blankStart(column(node.a), Int(node.n), count, out)
        case .barsSince: ConditionKernels.barsSince(condition(node.a), count, out)
        default: computeWindow(node, count, column, out)
        }
    }

    private func computeWindow(
        _ node: FeatureNode,
        _ count: Int,
        _ column: (Int32) -> Doubles,
        _ out: MutableDoubles
    ) {
        let n = Int(node.n)
        switch node.operation {
        case .prefixSum: MomentKernels.prefixSum(column(node.a), count, out)
        case .prefixMoments: MomentKernels.prefixMoments(column(node.a), count, out)
        case .movingAverage: MomentKernels.movingAverage(column(node.a), column(node.b), n, count, out)
        case .standardDeviation:
            MomentKernels.deviation(column(node.a), column(node.b), n, degrees: 0, count, out)
        case .sampleDeviation:
            MomentKernels.deviation(column(node.a), column(node.b), n, degrees: 1, count, out)
        case .zScore: MomentKernels.zScore(column(node.a), column(node.b), n, count, out)
        case .weightedAverage: RegressionKernels.weightedAverage(column(node.a), n, count, out)
        case .linearSlope: RegressionKernels.slope(column(node.a), n, count, out)
        case .correlation: RegressionKernels.correlation(column(node.a), column(node.b), n, count, out)
        case .beta: RegressionKernels.beta(column(node.a), column(node.b), n, count, out)
        case .highest: ExtremeKernels.highest(column(node.a), n, count, out)
        case .lowest: ExtremeKernels.lowest(column(node.a), n, count, out)
        case .rank: ExtremeKernels.rank(column(node.a), n, share: false, count, out)
        case .percentileRank: ExtremeKernels.rank(column(node.a), n, share: true, count, out)
        case .exponentialAverage: RecursiveKernels.exponentialAverage(column(node.a), n, count, out)
        case .relativeStrength: RecursiveKernels.relativeStrength(column(node.a), n, count, out)
        case .macdLine: RecursiveKernels.macdLine(column(node.a), n, Int(node.m), count, out)
        case .commodityChannel: RecursiveKernels.commodityChannel(column(node.a), n, count, out)
        case .stochastic:
            RecursiveKernels.stochastic(column(node.a), column(node.b), column(node.c), count, out)
        default: computeSeries(node, count, column, out)
        }
    }

    private func computeSeries(
        _ node: FeatureNode,
        _ count: Int,
        _ column: (Int32) -> Doubles,
        _ out: MutableDoubles
    ) {
        let series = graph.tape.series[Int(node.symbol)]
        let zone = graph.tape.timeZone
        let bars = BarPointers(series)
        let n = Int(node.n)
        switch node.operation {
        case .open: out.update(from: bars.open, count: count)
        case .high: out.update(from: bars.high, count: count)
        case .low: out.update(from: bars.low, count: count)
        case .close: out.update(from: bars.close, count: count)
        case .volume: out.update(from: bars.volume, count: count)
        case .hl2: for i in 0..<count { out[i] = (bars.high[i] + bars.low[i]) / 2 }
        case .hlc3: for i in 0..<count { out[i] = (bars.high[i] + bars.low[i] + bars.close[i]) / 3 }
        case .ohlc4:
            for i in 0..<count { out[i] = (bars.open[i] + bars.high[i] + bars.low[i] + bars.close[i]) / 4 }
        case .vwap: TimeKernels.vwap(series, zone, out)
        case .foreign:
            let source = graph.tape.series[Int(graph.nodes[Int(node.a)].symbol)]
            let values = column(node.a)
            series.eachKnown(of: source, staleAfter: graph.tape.staleAfter) { bar, last, isStale in
                out[bar] = last < 0 || isStale ? .nan : values[last]
            }
        case .hour, .minute, .dayOfWeek, .month: TimeKernels.clock(node.operation, series, zone, out)
        case .barsIntoSession: TimeKernels.barsIntoSession(series, zone, out)
        case .minutesToClose: TimeKernels.minutesToClose(series, zone, out)
        case .random: TimeKernels.random(node.number, n, series, out)
        case .trueRangeAverage: RecursiveKernels.trueRangeAverage(bars, n, count, out)
        case .directionalIndex: DirectionalKernels.average(bars, n, count, out)
        case .plusDirectional: DirectionalKernels.plus(bars, n, count, out)
        case .minusDirectional: DirectionalKernels.minus(bars, n, count, out)
        case .onBalanceVolume: RecursiveKernels.onBalanceVolume(bars, count, out)
        default: preconditionFailure("\(node.operation) is not a number")
        }
    }

    /// Writes a condition node other than a cross; `out` has `graph.length(of: id)` words.
    func compute(
        _ id: Int32,
        column: (Int32) -> Doubles,
        condition: (Int32) -> Words,
        into out: MutableWords
    ) {
        let node = graph.nodes[Int(id)]
        let count = graph.barCount(of: id)
        let words = (count + 63) / 64
        switch node.operation {
        case .always: ConditionKernels.fill(node.number != 0, count, out)
        case .greater, .greaterOrEqual, .equal, .notEqual:
            ConditionKernels.compare(
                node.operation,
                operand(node.a, column),
                operand(node.b, column),
                count,
                out
            )
        case .and:
            let (x, y) = (condition(node.a), condition(node.b))
            for i in 0..<words { out[i] = x[i] & y[i] }
        case .or:
            let (x, y) = (condition(node.a), condition(node.b))
            for i in 0..<words { out[i] = x[i] | y[i] }
        case .not: ConditionKernels.not(condition(node.a), count, out)
        case .rising: ConditionKernels.monotone(column(node.a), Int(node.n), up: true, count, out)
        case .falling: ConditionKernels.monotone(column(node.a), Int(node.n), up: false, count, out)
        case .lagCondition: ConditionKernels.lag(condition(node.a), Int(node.n), count, out)
        default: preconditionFailure("\(node.operation) is not a condition of its own")
        }
    }

    /// Writes one of the two crosses; the other one's memory is thrown away.
    func computeCross(_ id: Int32, column: (Int32) -> Doubles, into out: MutableWords) {
        let node = graph.nodes[Int(id)]
        let count = graph.barCount(of: id)
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: graph.length(of: id) + 1) { buffer in
            guard let spare = buffer.baseAddress else { return }
            let isAbove = node.operation == .crossesAbove
            let above = isAbove ? out : spare
            let below = isAbove ? spare : out
            ConditionKernels.sides(
                operand(node.a, column),
                operand(node.b, column),
                count,
                above: above,
                below: below
            )
            ConditionKernels.crosses(above: above, below: below, count)
        }
    }
}

extension BarPointers {
    init(_ series: Series) {
        open = series.open.pointer
        high = series.high.pointer
        low = series.low.pointer
        close = series.close.pointer
        volume = series.volume.pointer
    }
}
