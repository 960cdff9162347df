import BacktestModel

extension Series {
    /// When each bar has ended, as far as its length is known.
    func ends() -> Column<Int64> { known === timestamps ? calendar.ends(of: timestamps) : known }

    /// Calls `body` with every bar and the last bar of another series that is known then (-1 before its first), and whether that
    /// one is too old to say anything (rule R25).
    ///
    /// Old is a bar that ended longer than `staleAfter` nanoseconds before this one ends; by default longer than 7 days and than
    /// three times its own length.
    public func eachKnown(
        of source: Series,
        staleAfter: Int64?,
        _ body: (_ bar: Int, _ last: Int, _ isStale: Bool) -> Void
    ) {
        let clock = times(beside: source)
        let sourceClock = source.times(beside: self)
        let ends = self.ends()
        let sourceEnds = source.ends()
        let least = staleAfter ?? 7 * Timestamp.nanosecondsPerDay
        var last = -1
        for bar in 0..<count {
            // Bars of the same length meet by their stamps, but a day of 25 hours on another clock may still be open.
            while last + 1 < source.count, sourceClock.pointer[last + 1] <= clock.pointer[bar],
                sourceEnds.pointer[last + 1] <= ends.pointer[bar]
            {
                last += 1
            }
            var isStale = false
            if last >= 0, ends.pointer[bar] - sourceEnds.pointer[last] > least {
                let age = ends.pointer[bar] - sourceEnds.pointer[last]
                isStale =
                    staleAfter != nil
                    || age > 3 * source.calendar.duration(ofBarAt: source.timestamps.pointer[last])
            }
            body(bar, last, isStale)
        }
    }
}
