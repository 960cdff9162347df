public import BacktestModel

/// The sorted union of the tradable bars of some symbols: what a container's bars are counted on (rule R11).
///
/// Shared by every container that trades the same symbols. With one symbol nothing is copied.
public struct Timeline: Sendable {
    /// One symbol as the timeline sees it.
    public struct Lane: Sendable {
        /// The symbol's bars.
        public let series: Series
        /// Index of the series on the tape.
        public let tapeIndex: Int
        /// Timeline index of each tradable bar, by local index less `firstTradable`; `nil` where the two are the same.
        public let positions: Column<Int32>?
        /// For each timeline index the local index of the symbol's last bar at or before it, -1 before its first;
        /// `nil` where the two differ by `firstTradable` alone.
        public let locals: Column<Int32>?
        /// Column that holds the last close at each timeline index, from `marksOffset` on (0 before the first bar).
        public let marksColumn: Column<Double>
        /// Where in `marksColumn` timeline index 0 lies.
        public let marksOffset: Int

        /// Last close at each timeline index: what positions are marked at; valid as long as the lane is.
        @inlinable public var marks: UnsafePointer<Double> { marksColumn.pointer + marksOffset }

        /// Timeline index of a local bar at or after `firstTradable`.
        @inlinable
        public func position(ofLocal local: Int) -> Int {
            if let positions {
                Int(positions.pointer[local - series.firstTradable])
            } else {
                local - series.firstTradable
            }
        }

        /// Local index of the symbol's bar at a timeline index, `nil` where the symbol has no bar there.
        @inlinable
        public func local(at position: Int) -> Int? {
            guard let locals else { return position + series.firstTradable }
            let local = Int(locals.pointer[position])
            guard local >= series.firstTradable, self.position(ofLocal: local) == position else { return nil }
            return local
        }
    }

    /// The symbols, in the order given.
    public let lanes: [Lane]
    /// Times of the timeline in UTC nanoseconds, strictly increasing.
    public let times: Column<Int64>
    /// Local calendar day of each timeline bar's stamp, as days since 1970-01-01, never earlier than that of the bar before it
    /// (a larger bar that joins at its end counts on the day that ends there).
    public let days: Column<Int32>
    /// The same without that last rule, sorted: what days and weekdays are counted by (rule R13).
    let calendarDays: Column<Int32>

    /// Number of bars.
    public var count: Int { times.count }
}
