/// What a node of the feature graph computes.
///
/// Number operations give a column of doubles (NaN is undefined), prefix
/// operations a work column that others share, condition operations a bitmap.
enum FeatureOperation: UInt8, Sendable, Hashable {
    // Numbers that are the same on every bar.
    case constant
    case parameter
    // The evaluating symbol's own columns.
    case open
    case high
    case low
    case close
    case volume
    case hl2
    case hlc3
    case ohlc4
    case vwap
    // Another symbol's column on this symbol's bars; in a rule the symbol is `index`, or the pair's other one.
    case foreign
    case other
    // Time.
    case hour
    case minute
    case dayOfWeek
    case month
    case barsIntoSession
    case minutesToClose
    case random
    // Arithmetic.
    case add
    case subtract
    case multiply
    case divide
    case negate
    case minimum
    case maximum
    case absolute
    case logarithm
    case exponential
    case squareRoot
    case sign
    case addScaled
    case lag
    case change
    case rateOfChange
    case blank
    // Windows.
    case prefixSum
    case prefixMoments
    case movingAverage
    case weightedAverage
    case linearSlope
    case standardDeviation
    case sampleDeviation
    case zScore
    case correlation
    case beta
    case highest
    case lowest
    case rank
    case percentileRank
    // Recursive.
    case exponentialAverage
    case relativeStrength
    case macdLine
    case trueRangeAverage
    case directionalIndex
    case plusDirectional
    case minusDirectional
    case onBalanceVolume
    case stochastic
    case commodityChannel
    case barsSince
    // Conditions.
    case always
    case greater
    case greaterOrEqual
    case equal
    case notEqual
    case and
    case or
    case not
    case crossesAbove
    case crossesBelow
    case rising
    case falling
    case lagCondition

    var isCondition: Bool { rawValue >= FeatureOperation.always.rawValue }
}
