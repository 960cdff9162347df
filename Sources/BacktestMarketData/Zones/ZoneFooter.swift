import BacktestModel

/// The rule for all years after a zone file's last transition: a POSIX `TZ` string such as `EST5EDT,M3.2.0,M11.1.0`.
struct ZoneFooter: Equatable {
    /// When in a year clocks change.
    enum Day: Equatable {
        /// Week 1 to 5 (5 = last) and weekday (0 = Sunday) of a month.
        case month(Int, week: Int, weekday: Int)
        /// Day 1 to 365, 29 February never counted.
        case julian(Int)
        /// Day 0 to 365, 29 February counted.
        case zeroBased(Int)
    }

    /// A change of clocks: a day and local seconds after its midnight, which may be negative or beyond the day.
    struct Change: Equatable {
        var day: Day
        var seconds: Int

        /// The change in a year, in seconds since 1970 on the local clock that is about to change.
        func localSeconds(inYear year: Int) -> Int64 {
            let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
            let days: Int
            switch day {
            case .julian(let number):
                let leap = CivilDate.daysInMonth(year: year, month: 2) == 29
                days = newYear + number - 1 + (leap && number >= 60 ? 1 : 0)
            case .zeroBased(let number):
                days = newYear + number
            case .month(let month, let week, let weekday):
                let first = CivilDate(year: year, month: month, day: 1)
                let firstWeekday = (first.weekday + 1) % 7
                var number = 1 + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
                if number > CivilDate.daysInMonth(year: year, month: month) { number -= 7 }
                days = first.daysSinceEpoch + number - 1
            }
            return Int64(days) * 86_400 + Int64(seconds)
        }
    }

    /// Seconds east of UTC in standard time.
    var standardOffset: Int32
    /// Seconds east of UTC in daylight time and the changes to it and back; `nil` where clocks never change.
    var daylight: Daylight?

    struct Daylight: Equatable {
        var offset: Int32
        var begins: Change
        var ends: Change
    }

    init?(_ text: [UInt8]) {
        var scanner = FooterScanner(text)
        guard scanner.skipName(), let west = scanner.time() else { return nil }
        standardOffset = Int32(-west)
        if scanner.isAtEnd { return }
        guard scanner.skipName() else { return nil }
        var offset = standardOffset + 3_600
        if !scanner.isNext(",") {
            guard let west = scanner.time() else { return nil }
            offset = Int32(-west)
        }
        guard scanner.skip(","), let begins = scanner.change() else { return nil }
        guard scanner.skip(","), let ends = scanner.change(), scanner.isAtEnd else { return nil }
        daylight = Daylight(offset: offset, begins: begins, ends: ends)
    }

    /// Appends the rule's transitions after the last one, up to the end of 64-bit nanoseconds.
    func extend(_ transitions: inout [Int64], _ offsets: inout [Int32]) {
        guard let daylight else {
            if transitions.isEmpty, offsets[0] != standardOffset { offsets[0] = standardOffset }
            return
        }
        let last = transitions.last ?? Int64.min
        let firstYear =
            transitions.isEmpty
            ? 1_970 : CivilDate(daysSinceEpoch: Int(floorDivide(last, 86_400))).year
        var changes: [(time: Int64, offset: Int32)] = []
        for year in (firstYear - 1)...2_263 {
            let begin = daylight.begins.localSeconds(inYear: year) - Int64(standardOffset)
            let end = daylight.ends.localSeconds(inYear: year) - Int64(daylight.offset)
            changes.append((begin, daylight.offset))
            changes.append((end, standardOffset))
        }
        changes.sort { $0.time < $1.time }
        for change in changes where change.time > last {
            transitions.append(change.time)
            offsets.append(change.offset)
        }
    }
}
