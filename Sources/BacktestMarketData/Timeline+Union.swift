import BacktestModel

extension Timeline {
    /// The timeline of some symbols of a tape, given as indices into `tape.series`; at least one.
    ///
    /// O(bars x symbols) time. With one symbol, or symbols with the same bars, only `days` is new memory.
    public init(tape: Tape, symbols: [Int]) {
        precondition(!symbols.isEmpty, "a timeline needs a symbol")
        let all = symbols.map { tape.series[$0] }
        // Only the timeframes of these symbols decide: another file of the tape must not move their bars.
        let isMixed = all.contains { $0.length != all[0].length }
        let clocks = all.map { isMixed ? $0.known : $0.timestamps }
        let first = Timeline.tradable(clocks[0], of: all[0])
        if zip(all, clocks).dropFirst().allSatisfy({ Timeline.tradable($1, of: $0).elementsEqual(first) }) {
            times = Timeline.tradableTimes(clocks[0], of: all[0])
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
            let union = Timeline.union(of: all, clocks)
            times = union
            lanes = all.indices.map { index in
                Lane(series: all[index], clock: clocks[index], tapeIndex: symbols[index], over: union)
            }
        }
        let stamped = Timeline.days(of: lanes, count: times.count)
        var latest = Int32.min
        let isAscending = stamped.buffer.allSatisfy { day in
            defer { latest = max(latest, day) }
            return day >= latest
        }
        if isAscending {
            days = stamped
            calendarDays = stamped
            return
        }
        latest = Int32.min
        days = Column(
            stamped.buffer.map { day in
                latest = max(latest, day)
                return latest
            }
        )
        calendarDays = Column(stamped.buffer.sorted())
    }

    /// The local day of each bar by the clock of its own stamp; where several symbols have one, the latest of their days.
    private static func days(of lanes: [Lane], count: Int) -> Column<Int32> {
        // Lanes that have every bar at the same stamps and the same clock say the same.
        if lanes.dropFirst().allSatisfy({ $0.sharesDays(with: lanes[0]) }), lanes[0].positions == nil {
            return lanes[0].localDays()
        }
        return Column<Int32>(count: count) { buffer in
            buffer.update(repeating: Int32.min)
            for lane in lanes {
                let days = lane.localDays()
                for index in 0..<days.count {
                    let position = lane.position(ofLocal: lane.series.firstTradable + index)
                    buffer[position] = max(buffer[position], days.pointer[index])
                }
            }
        }
    }

    private static func union(of all: [Series], _ clocks: [Column<Int64>]) -> Column<Int64> {
        var next = all.map(\.firstTradable)
        var merged: [Int64] = []
        merged.reserveCapacity(all.map { $0.count - $0.firstTradable }.max() ?? 0)
        while true {
            var earliest: Int64?
            for (clock, index) in zip(clocks, next) where index < clock.count {
                earliest = min(earliest ?? Int64.max, clock.pointer[index])
            }
            guard let earliest else { return Column(merged) }
            merged.append(earliest)
            for lane in all.indices {
                let index = next[lane]
                if index < clocks[lane].count, clocks[lane].pointer[index] == earliest { next[lane] += 1 }
            }
        }
    }

    /// Times of the bars that may be traded; valid as long as the column is.
    private static func tradable(_ clock: Column<Int64>, of series: Series) -> UnsafeBufferPointer<Int64> {
        UnsafeBufferPointer(
            start: clock.pointer + series.firstTradable,
            count: series.count - series.firstTradable
        )
    }

    /// Times of the bars that may be traded, not copied.
    private static func tradableTimes(_ clock: Column<Int64>, of series: Series) -> Column<Int64> {
        if series.firstTradable == 0 { return clock }
        return Column(
            adopting: clock.pointer + series.firstTradable,
            count: series.count - series.firstTradable,
            release: { withExtendedLifetime(clock) {} }
        )
    }
}

extension Timeline.Lane {
    /// The local day of each tradable bar's stamp.
    fileprivate func localDays() -> Column<Int32> {
        var clock = LocalClock(series.calendar.zone)
        let first = series.firstTradable
        return Column<Int32>(count: series.count - first) { buffer in
            for index in 0..<buffer.count {
                buffer[index] = clock.localDay(of: series.timestamps.pointer[first + index])
            }
        }
    }

    /// Whether the two have bars at the same stamps on clocks that agree.
    fileprivate func sharesDays(with other: Timeline.Lane) -> Bool {
        guard positions == nil, other.positions == nil, series.calendar.zone == other.series.calendar.zone,
            series.count - series.firstTradable == other.series.count - other.series.firstTradable
        else { return false }
        return series.timestamps.buffer[series.firstTradable...]
            .elementsEqual(other.series.timestamps.buffer[other.series.firstTradable...])
    }

    /// The lane of a series on a union of times that contains the times of all its tradable bars.
    fileprivate init(series: Series, clock: Column<Int64>, tapeIndex: Int, over times: Column<Int64>) {
        let first = series.firstTradable
        let known = clock.pointer
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
