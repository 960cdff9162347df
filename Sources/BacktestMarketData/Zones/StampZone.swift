import BacktestModel

extension TimeZoneRules {
    /// The clock that a file's stamps were written by, made from the offsets that they carry.
    ///
    /// Between two stamps of different offsets clocks changed at some moment that the file does not tell. Nearly all of them
    /// change early on a Sunday, so that is what is taken where a Sunday lies between, of several the one by which bars in
    /// between end later; else the moment after the earlier stamp, so that whatever ends there is told by the later one.
    init(stamps: borrowing RawBars) {
        var transitions: [Int64] = []
        var offsets: [Int32] = [0]
        for mark in stamps.offsetMarks {
            guard mark.row > 0 else {
                offsets[0] = mark.seconds
                continue
            }
            let before = Timestamp(nanoseconds: stamps.timestamps[mark.row - 1]).secondsFloor
            let after = Timestamp(nanoseconds: stamps.timestamps[mark.row]).secondsFloor
            let old = offsets[offsets.count - 1]
            let change = TimeZoneRules.change(after: before, by: after, from: old, to: mark.seconds)
            transitions.append(max(change, (transitions.last ?? Int64.min) + 1))
            offsets.append(mark.seconds)
        }
        self.init(name: "the stamps' offsets", transitions: transitions, offsets: offsets)
    }

    /// Two o'clock, local time before the change, of a Sunday after the one second and not after the other.
    private static func change(after first: Int64, by last: Int64, from old: Int32, to new: Int32) -> Int64 {
        let isEarly = new < old
        let day = floorDivide((isEarly ? first : last) + Int64(old), 86_400)
        // Monday is 0; the Sunday of the day itself or the next one, else the one before or of the day.
        let weekday = Int64(CivilDate.weekday(daysSinceEpoch: Int(day)))
        let sundays =
            isEarly
            ? [day + 6 - weekday, day + 13 - weekday]
            : [day - (weekday + 1) % 7, day - (weekday + 1) % 7 - 7]
        for sunday in sundays {
            let candidate = sunday * 86_400 + 7_200 - Int64(old)
            if candidate > first, candidate <= last { return candidate }
        }
        return min(first + 1, last)
    }
}
