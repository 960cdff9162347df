/// One-minute bars of a random walk: 60 % volatility a year of 525,600 bars, from 100.
///
/// The numbers of bar `i` come from a hash of the seed and `i` (the finaliser of SplitMix64: Steele, Lea and Flood,
/// 2014), so no generator has a state. Only sums and products are used, no logarithm or cosine of a library, so every
/// machine makes the same bytes.
struct RandomWalk {
    /// Names one of many walks.
    let seed: UInt64
    /// Bars.
    let count: Int

    /// Volatility of one bar: 0.6 / sqrt(525600).
    static let deviation = 0.000_827_605_888_601_997_7
    /// 2020-01-01T00:00:00Z.
    static let firstDay = 18_262

    /// Hands out the lines of a CSV file, header first, in pieces of some ten thousand bytes.
    func write(to sink: ([UInt8]) throws(BenchProblem) -> Void) throws(BenchProblem) {
        var bytes = Array("timestamp,open,high,low,close,volume\n".utf8)
        var last = 100.0
        for bar in 0..<count {
            let open = last * (1 + 0.1 * Self.deviation * normal(bar, 0))
            let close = last * (1 + Self.deviation * normal(bar, 1))
            let high = max(open, close) * (1 + 0.3 * Self.deviation * abs(normal(bar, 2)))
            let low = min(open, close) * (1 - 0.3 * Self.deviation * abs(normal(bar, 3)))
            append(minute: bar, to: &bytes)
            for price in [open, high, low, close] {
                bytes.append(UInt8(ascii: ","))
                append(price, to: &bytes)
            }
            bytes.append(UInt8(ascii: ","))
            bytes += String(20 + hash(bar, 63) % 60).utf8
            bytes.append(UInt8(ascii: "\n"))
            last = close
            if bytes.count > 60_000 {
                try sink(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try sink(bytes)
    }

    /// The sum of twelve uniform numbers less 6: mean 0, deviation 1, close to normal.
    private func normal(_ bar: Int, _ which: UInt64) -> Double {
        var sum = 0.0
        for part in 0..<12 { sum += Double(hash(bar, which * 12 + UInt64(part)) >> 11) * 0x1p-53 }
        return sum - 6
    }

    private func hash(_ bar: Int, _ which: UInt64) -> UInt64 {
        var z = (UInt64(bar) &* 64 &+ which &+ 1) &* 0x9E37_79B9_7F4A_7C15
        z ^= seed &* 0xD134_2543_DE82_EF95
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// `2020-01-01T00:00:00Z` and so on, one minute each.
    private func append(minute: Int, to bytes: inout [UInt8]) {
        let date = CivilDate(daysSince1970: Self.firstDay + minute / 1_440)
        append(date.year, digits: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(date.month, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        append(date.day, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        append(minute / 60 % 24, digits: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(minute % 60, digits: 2, to: &bytes)
        bytes += ":00Z".utf8
    }

    /// Six decimals.
    private func append(_ price: Double, to bytes: inout [UInt8]) {
        let millionths = Int((price * 1e6).rounded())
        bytes += String(millionths / 1_000_000).utf8
        bytes.append(UInt8(ascii: "."))
        append(millionths % 1_000_000, digits: 6, to: &bytes)
    }

    private func append(_ number: Int, digits: Int, to bytes: inout [UInt8]) {
        var unit = 1
        for _ in 1..<digits { unit *= 10 }
        while unit > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / unit % 10))
            unit /= 10
        }
    }
}

/// A day of the Gregorian calendar.
struct CivilDate {
    let year: Int
    let month: Int
    let day: Int

    /// The day so many days after 1970-01-01, which must be no earlier than that day (Hinnant, "chrono-compatible
    /// low-level date algorithms").
    init(daysSince1970 days: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}
