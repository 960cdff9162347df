import BacktestModel

/// The buckets of a larger timeframe on the clocks of a zone.
///
/// Shorter than a day: buckets follow each other from local midnight on, each as long as the timeframe in elapsed time (so that
/// they stay apart where clocks change); the last one of a day ends at the next midnight. Whole days: buckets of local days,
/// counted from Monday, 5 January 1970, so that seven days are a week that begins on Monday. Months: of the calendar, counted from
/// January, so that three are a quarter.
struct BucketGrid {
    private let length: BarLength
    private let zone: TimeZoneRules
    private var from: Int64 = 0
    private var limit: Int64 = 0

    init(length: BarLength, zone: TimeZoneRules) {
        self.length = length
        self.zone = zone
    }

    /// Start of the bucket that holds an instant, and start of the one after it.
    @inline(__always)
    mutating func bucket(of instant: Int64) -> Range<Int64> {
        if instant < from || instant >= limit { seek(instant) }
        return from..<limit
    }

    private mutating func seek(_ instant: Int64) {
        let day = zone.localDay(of: Timestamp(nanoseconds: instant))
        switch length {
        case .days(let count):
            let first = Int(floorDivide(Int64(day) - 4, Int64(count))) * count + 4
            from = zone.startOfDay(first).nanoseconds
            limit = zone.startOfDay(first + count).nanoseconds
        case .months(let count):
            let first = CivilMonth(ofDay: day).grouped(by: count)
            from = zone.startOfDay(first.firstDate.daysSinceEpoch).nanoseconds
            limit = zone.startOfDay(first.moved(by: count).firstDate.daysSinceEpoch).nanoseconds
        case .elapsed, .unknown:
            let step = max(1, length.nanoseconds)
            let midnight = zone.startOfDay(day).nanoseconds
            from = midnight + (instant - midnight) / step * step
            limit = min(from + step, zone.startOfDay(day + 1).nanoseconds)
        }
    }
}

/// Aggregates bars to a larger timeframe: first open, highest high, lowest low, last close, summed volume.
///
/// A bar of the result carries its bucket's start as its stamp (its end where stamps are closes). The last bucket is kept only if
/// it is known to be complete: it ended by the close of the last bar, or the file goes on at or after its end, or (buckets of
/// whole days, because sessions end before midnight) its last bar lies as late in the bucket as in any of the five buckets
/// before it.
struct Resampler {
    /// Bar length of the file.
    var step: BarLength
    /// Bar length of the result.
    var length: BarLength
    var zone: TimeZoneRules
    var meaning: TimestampMeaning

    /// What keeps the two timeframes from fitting, `nil` for nothing.
    var refusal: String? {
        let written = length.text
        if case .elapsed(let length) = length, length > Timestamp.nanosecondsPerDay {
            return "resample \(written) is longer than a day and not a whole number of days"
        }
        if length.nanoseconds <= 0 || length.nanoseconds > 366 * Timestamp.nanosecondsPerDay {
            return "resample \(written) is no length between a nanosecond and 366 days"
        }
        guard step != .unknown else { return nil }
        if length.nanoseconds < step.nanoseconds {
            return "resample \(written) is shorter than the bars (\(step.text))"
        }
        if !length.isMultiple(of: step) {
            return "resample \(written) is no multiple of the bars' length (\(step.text))"
        }
        return nil
    }

    /// Aggregates the first `end` bars; those behind them only tell whether the last bucket is complete.
    ///
    /// `unfinished` becomes the number of bars that are left out with a last bucket that is not.
    func resample(_ bars: borrowing RawBars, end: Int, unfinished: inout Int) -> RawBars {
        var result = RawBars(
            file: "",
            capacity: end / max(1, Int(length.nanoseconds / max(step.nanoseconds, 1))) + 16
        )
        result.hasVWAP = bars.hasVWAP
        var grid = BucketGrid(length: length, zone: zone)
        var bucket: Range<Int64> = 0..<0
        var first = 0
        var lateness: [Int64] = []
        for row in 0...end {
            // A bar that is stamped with its close belongs to the bucket that it lies in, not to the one that begins there.
            let instant = row == end ? Int64.max : inside(bars.timestamps[row])
            if row < end, bucket.contains(instant) { continue }
            if row > first {
                let late = inside(bars.timestamps[row - 1]) - bucket.lowerBound
                let isComplete = row < end || isLastComplete(bars, end: end, bucket, late: late, lateness)
                if isComplete {
                    aggregate(bars, first..<row, bucket, into: &result)
                } else {
                    unfinished = row - first
                }
                if lateness.count == 5 { lateness.removeFirst() }
                lateness.append(late)
            }
            if row < end { bucket = grid.bucket(of: instant) }
            first = row
        }
        return result
    }

    private func inside(_ stamp: Int64) -> Int64 { meaning == .open ? stamp : stamp - 1 }

    private func isLastComplete(
        _ bars: borrowing RawBars,
        end: Int,
        _ bucket: Range<Int64>,
        late: Int64,
        _ lateness: [Int64]
    ) -> Bool {
        let last = bars.timestamps[end - 1]
        let close = BarCalendar(length: step, zone: zone, meaning: meaning).ends(of: Column([last]))[0]
        if close >= bucket.upperBound { return true }
        if end < bars.count, inside(bars.timestamps[end]) >= bucket.upperBound { return true }
        guard length.isCalendrical, let latest = lateness.max() else { return false }
        guard case .months = length else { return late >= latest }
        return hasNoTradingDayLeft(bars, end: end, bucket)
    }

    /// Whether the days of a month after its last bar are all of weekdays that have no bars, and the last bar lies as late in its
    /// day as any bar of the week before it: months differ in length, so their last bars' places in them tell nothing.
    private func hasNoTradingDayLeft(_ bars: borrowing RawBars, end: Int, _ bucket: Range<Int64>) -> Bool {
        var clock = LocalClock(zone)
        let first = max(0, end - 10_000)
        let locals = (first..<end).map { clock.localSeconds(of: inside(bars.timestamps[$0])) }
        let days = locals.map { Int32(floorDivide($0, 86_400)) }
        guard let last = days.last, let time = locals.last else { return false }
        let week = TradingWeek(days: days)
        let rest = (last + 1)..<max(last + 1, clock.localDay(of: bucket.upperBound - 1) + 1)
        if rest.contains(where: { week.isFull(day: Int($0)) }) { return false }
        return zip(locals, days).allSatisfy { local, day in
            day == last || day < last - 7 || local - Int64(day) * 86_400 <= time - Int64(last) * 86_400
        }
    }

    private func aggregate(
        _ bars: borrowing RawBars,
        _ rows: Range<Int>,
        _ bucket: Range<Int64>,
        into result: inout RawBars
    ) {
        var high = bars.high[rows.lowerBound]
        var low = bars.low[rows.lowerBound]
        var volume = 0.0
        var notional = 0.0
        for row in rows {
            high = max(high, bars.high[row])
            low = min(low, bars.low[row])
            volume += bars.volume[row]
            if bars.hasVWAP { notional += bars.vwap[row] * bars.volume[row] }
        }
        let close = bars.close[rows.upperBound - 1]
        result.timestamps.append(meaning == .open ? bucket.lowerBound : bucket.upperBound)
        result.open.append(bars.open[rows.lowerBound])
        result.high.append(high)
        result.low.append(low)
        result.close.append(close)
        result.volume.append(volume)
        // Without volume there is nothing to weight by: the plain mean of the bars' averages.
        if bars.hasVWAP {
            let mean = rows.reduce(0.0) { $0 + bars.vwap[$1] } / Double(rows.count)
            result.vwap.append(volume > 0 ? notional / volume : mean)
        }
    }
}
