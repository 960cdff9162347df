public import BacktestModel

extension Timeline {
    /// The timeline of some symbols of a tape, given as indices into `tape.series`; at least one.
    ///
    /// O(bars x symbols) time. With one symbol, or symbols with the same bars, only `days` is new memory.
    public init(tape: Tape, symbols: [Int]) {
        precondition(!symbols.isEmpty, "a timeline needs a symbol")
        let all = symbols.map { tape.series[$0] }
        if all.dropFirst().allSatisfy({ $0.hasSameTradableTimes(as: all[0]) }) {
            times = all[0].tradableTimes
            lanes = zip(all, symbols).map { series, index in
                Lane(
                    series: series,
                    tapeIndex: index,
                    positions: nil,
                    locals: nil,
                    marksColumn: series.close,
                    marksOffset: series.firstTradable
                )
            }
        } else {
            let union = Timeline.union(of: all)
            times = union
            lanes = zip(all, symbols).map { Lane(series: $0, tapeIndex: $1, over: union) }
        }
        days = tape.timeZone.localDays(of: times)
    }

    private static func union(of all: [Series]) -> Column<Int64> {
        var next = all.map(\.firstTradable)
        var merged: [Int64] = []
        merged.reserveCapacity(all.map { $0.count - $0.firstTradable }.max() ?? 0)
        while true {
            var earliest: Int64?
            for (series, index) in zip(all, next) where index < series.count {
                earliest = min(earliest ?? Int64.max, series.known.pointer[index])
            }
            guard let earliest else { return Column(merged) }
            merged.append(earliest)
            for lane in all.indices {
                let index = next[lane]
                if index < all[lane].count, all[lane].known.pointer[index] == earliest { next[lane] += 1 }
            }
        }
    }
}

extension Timeline.Lane {
    /// The lane of a series on a union of times that contains the times of all its tradable bars.
    fileprivate init(series: Series, tapeIndex: Int, over times: Column<Int64>) {
        let first = series.firstTradable
        let known = series.known.pointer
        let count = series.count
        self.series = series
        self.tapeIndex = tapeIndex
        let positions = Column<Int32>(count: count - first) { buffer in
            var position = 0
            for local in first..<count {
                while times.pointer[position] < known[local] { position += 1 }
                buffer[local - first] = Int32(position)
            }
        }
        let locals = Column<Int32>(count: times.count) { buffer in
            var local = -1
            for position in 0..<times.count {
                while local + 1 < count, known[local + 1] <= times.pointer[position] { local += 1 }
                buffer[position] = Int32(local)
            }
        }
        self.positions = positions
        self.locals = locals
        marksColumn = Column<Double>(count: times.count) { buffer in
            for position in 0..<times.count {
                let local = Int(locals.pointer[position])
                buffer[position] = local < 0 ? 0 : series.close.pointer[local]
            }
        }
        marksOffset = 0
    }
}

extension Series {
    /// Times of the bars that may be traded.
    fileprivate var tradableTimes: Column<Int64> {
        if firstTradable == 0 { return known }
        let whole = known
        return Column(
            adopting: whole.pointer + firstTradable,
            count: count - firstTradable,
            release: { withExtendedLifetime(whole) {} }
        )
    }

    fileprivate func hasSameTradableTimes(as other: Series) -> Bool {
        let length = count - firstTradable
        guard length == other.count - other.firstTradable else { return false }
        let mine = UnsafeBufferPointer(start: known.pointer + firstTradable, count: length)
        let theirs = UnsafeBufferPointer(start: other.known.pointer + other.firstTradable, count: length)
        return mine.elementsEqual(theirs)
    }
}

extension TimeZoneRules {
    /// The local calendar day of each time, as days since 1970-01-01; the times are sorted.
    public func localDays(of times: Column<Int64>) -> Column<Int32> {
        var clock = LocalClock(self)
        return Column<Int32>(count: times.count) { buffer in
            for index in 0..<times.count { buffer[index] = clock.localDay(of: times.pointer[index]) }
        }
    }
}
