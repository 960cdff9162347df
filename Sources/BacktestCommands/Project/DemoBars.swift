import BacktestModel

/// Daily bars of a made-up symbol for `init`: the same bytes on every machine.
///
/// A walk of closes in whole cents whose drift changes sign every few months, so that there are trends to follow. Only
/// integer arithmetic decides a price; no library function whose last digit could differ.
package enum DemoBars {
    /// First and last day, weekdays in between.
    private static let days = (
        first: CivilDate(year: 2019, month: 1, day: 1), last: CivilDate(year: 2023, month: 12, day: 29)
    )

    /// The CSV file, header included.
    package static func csv() -> String {
        var random = SplitMix64(state: 20_190_101)
        var text = "timestamp,open,high,low,close,volume\n"
        var close: Int64 = 10_000
        var drift: Int64 = 6
        var daysLeft = 60
        for day in days.first.daysSinceEpoch...days.last.daysSinceEpoch
        where CivilDate.weekday(daysSinceEpoch: day) < 5 {
            if daysLeft == 0 {
                daysLeft = 40 + random.next(below: 80)
                drift = Int64(random.next(below: 29)) - 12
            }
            daysLeft -= 1
            // Hundredths of a percent: the gap over night and the move of the day.
            let open = max(100, close + close * (Int64(random.next(below: 81)) - 40) / 10_000)
            close = max(100, open + open * (Int64(random.next(below: 301)) - 150 + drift) / 10_000)
            let high = max(open, close) + open * Int64(random.next(below: 90)) / 10_000
            let low = min(open, close) - open * Int64(random.next(below: 90)) / 10_000
            let volume = 500_000 + random.next(below: 1_000_000)
            text += CivilDate(daysSinceEpoch: day).iso8601
            text += ",\(price(open)),\(price(high)),\(price(low)),\(price(close)),\(volume)\n"
        }
        return text
    }

    private static func price(_ cents: Int64) -> String {
        let rest = cents % 100
        return "\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}

/// The generator of Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
private struct SplitMix64 {
    var state: UInt64

    /// A number from 0 to `bound` - 1; the bias is below `bound` / 2^64.
    mutating func next(below bound: UInt64) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % bound)
    }
}
