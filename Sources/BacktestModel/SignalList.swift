/// The sparse signals of one strategy on one symbol: one row per bar on which at least one action fires.
///
/// Pure data, computed once and shared by every portfolio that subscribes to the strategy.
public struct SignalList: Sendable, Equatable {
    /// What a row of a signal file may fix for the trade that it opens.
    ///
    /// `nan` where the file says nothing.
    public struct Override: Sendable, Equatable {
        /// Index of the row in `bars`.
        public var row: Int
        /// The action that the override belongs to.
        public var action: SignalAction
        /// Units to trade instead of what the sizing rule gives, `nan` for none.
        public var quantity: Double
        /// Stop price of the trade, `nan` for none.
        public var stop: Double
        /// Target price of the trade, `nan` for none.
        public var target: Double
        /// Limit price of the entry, `nan` for a market order.
        public var limit: Double
        /// Strength in [0, 1], `nan` for 1.
        public var strength: Double

        /// Makes an override; every field but the row and the action may be `nan`.
        public init(
            row: Int,
            action: SignalAction,
            quantity: Double = .nan,
            stop: Double = .nan,
            target: Double = .nan,
            limit: Double = .nan,
            strength: Double = .nan
        ) {
            self.row = row
            self.action = action
            self.quantity = quantity
            self.stop = stop
            self.target = target
            self.limit = limit
            self.strength = strength
        }
    }

    /// Bars in the symbol's own numbering (warm-up bars included), strictly increasing.
    public var bars: [Int32]
    /// The actions of each row, a set of `SignalAction.mask` bits; never 0.
    public var masks: [UInt8]
    /// Strength in [0, 1] of each row; empty where every strength is 1.
    public var strengths: [Double]
    /// Overrides from a signal file, sorted by row, then action; empty for rules.
    public var overrides: [Override]

    /// Makes a list; `bars` and `masks` have the same length.
    public init(
        bars: [Int32] = [],
        masks: [UInt8] = [],
        strengths: [Double] = [],
        overrides: [Override] = []
    ) {
        precondition(bars.count == masks.count)
        precondition(strengths.isEmpty || strengths.count == bars.count)
        self.bars = bars
        self.masks = masks
        self.strengths = strengths
        self.overrides = overrides
    }

    /// Number of rows.
    public var count: Int { bars.count }
}
