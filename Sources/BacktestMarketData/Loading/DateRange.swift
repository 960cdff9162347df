import BacktestModel

/// `data.start` and `data.end` as instants: first included, limit not.
struct DateRange {
    var first = Int64.min
    var limit = Int64.max

    init(_ options: DataOptions) {
        switch options.start {
        case .instant(let instant): first = instant.nanoseconds
        case .day(let date): first = options.timeZone.startOfDay(date.daysSinceEpoch).nanoseconds
        case nil: break
        }
        switch options.end {
        case .instant(let instant):
            limit = instant.nanoseconds == Int64.max ? Int64.max : instant.nanoseconds + 1
        case .day(let date): limit = options.timeZone.startOfDay(date.daysSinceEpoch + 1).nanoseconds
        case nil: break
        }
    }
}
