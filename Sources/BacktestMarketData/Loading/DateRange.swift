import BacktestModel

/// `data.start` and `data.end` as instants: first included, limit not.
struct DateRange {
    var first = Int64.min
    var limit = Int64.max

    init(_ options: DataOptions) {
        switch options.start {
        case .instant(let instant): first = instant.nanoseconds
        case .day(let date): first = DateRange.startOfDay(date.daysSinceEpoch, options.timeZone)
        case nil: break
        }
        switch options.end {
        case .instant(let instant):
            limit = instant.nanoseconds == Int64.max ? Int64.max : instant.nanoseconds + 1
        case .day(let date): limit = DateRange.startOfDay(date.daysSinceEpoch + 1, options.timeZone)
        case nil: break
        }
    }

    /// The start of a day, or the end of 64-bit nanoseconds where the day lies beyond it (people write 9999-12-31 for never).
    private static func startOfDay(_ day: Int, _ zone: TimeZoneRules) -> Int64 {
        if day < CivilDate(year: 1_678, month: 1, day: 1).daysSinceEpoch { return Int64.min }
        if day > CivilDate(year: 2_262, month: 1, day: 1).daysSinceEpoch { return Int64.max }
        return zone.startOfDay(day).nanoseconds
    }
}
