import BacktestModel
import Glibc

/// Reads the stamps of one file: ISO-8601 with or without offset, the epoch in the one unit that the file uses, or the form that
/// the configuration names.
struct StampReader {
    /// Years in which data of the day can lie: whole numbers that name others are no epochs.
    static let plausibleYears = 1_980...2_100
    /// The same years in nanoseconds.
    private static let plausibleTimes: Range<Int64> = {
        let first = CivilDate(year: plausibleYears.lowerBound, month: 1, day: 1).daysSinceEpoch
        let end = CivilDate(year: plausibleYears.upperBound + 1, month: 1, day: 1).daysSinceEpoch
        return Int64(first) * Timestamp.nanosecondsPerDay..<Int64(end) * Timestamp.nanosecondsPerDay
    }()

    /// The unit of an epoch stamp, told by its magnitude: seconds below 10^11, then a factor of 1000 each.
    enum EpochUnit: Int64 {
        case seconds = 1_000_000_000
        case milliseconds = 1_000_000
        case microseconds = 1_000
        case nanoseconds = 1

        var name: String {
            switch self {
            case .seconds: "seconds"
            case .milliseconds: "milliseconds"
            case .microseconds: "microseconds"
            case .nanoseconds: "nanoseconds"
            }
        }

        /// The word of `time_format`.
        var word: String {
            switch self {
            case .seconds: "epoch_s"
            case .milliseconds: "epoch_ms"
            case .microseconds: "epoch_us"
            case .nanoseconds: "epoch_ns"
            }
        }

        init(magnitude: UInt64) {
            switch magnitude {
            case ..<100_000_000_000: self = .seconds
            case ..<100_000_000_000_000: self = .milliseconds
            case ..<100_000_000_000_000_000: self = .microseconds
            default: self = .nanoseconds
            }
        }
    }

    /// How a file writes its stamps.
    private enum Form: Equatable {
        case iso8601
        case epoch(EpochUnit)
    }

    /// A stamp, or what is wrong with it.
    enum Outcome {
        case instant(Int64)
        case refused(message: String, remedy: String)
        /// The column is of a form that cannot be read, so every row would say the same.
        case unreadableForm(message: String, remedy: String)
    }

    /// Seconds east of UTC that the last stamp read carries; 0 for one that carries none.
    private(set) var offset: Int32 = 0

    private let zone: TimeZoneRules
    private let format: TimeFormat?
    /// The key that says how stamps are written, for messages.
    private let setting: String
    /// Whether the rows run from the newest to the oldest, which decides between the two readings of an overlap.
    var runsBackwards = false
    private var form: Form?
    /// Whether ISO stamps carry an offset, once one has been read.
    private var carriesOffset: Bool?
    /// Length of a common ISO stamp in this file: with `Z` or without.
    private var commonLength = 20
    /// The date of the last ISO stamp, bytes 0 to 7 and 8 to 9, and its day number: most rows share it.
    private var dateHead: UInt64 = 0
    private var dateTail: UInt16 = 0
    private var dateSeconds: Int64 = 0
    /// Naive local seconds for which the offset is known to be the only one.
    private var plainLocal: Range<Int64> = 0..<0
    private var plainOffset: Int64 = 0

    init(
        zone: TimeZoneRules,
        format: TimeFormat? = nil,
        setting: String = "data.csv.time_format"
    ) {
        self.zone = zone
        self.format = format
        self.setting = setting
        if zone.isUTC { plainLocal = Int64.min..<Int64.max }
    }

    /// Reads a stamp; `previous` is the stamp of the row before, which decides between the two readings of an overlap.
    @inline(__always)
    mutating func read(_ field: FieldText, after previous: Int64) -> Outcome {
        offset = 0
        if form == .iso8601, let instant = readCommon(field) { return .instant(instant) }
        return readAny(field, after: previous)
    }

    /// `2024-01-01T00:00:00Z`, or the same without `Z` where the zone has one plain offset there.
    @inline(__always)
    private mutating func readCommon(_ field: FieldText) -> Int64? {
        let count = field.count
        guard count == commonLength else { return nil }
        let raw = UnsafeRawPointer(field.start)
        let head = raw.loadUnaligned(as: UInt64.self)
        let tail = raw.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
        guard head == dateHead, tail == dateTail else { return nil }
        let text = field.start
        guard text[10] == UInt8(ascii: "T") || text[10] == UInt8(ascii: " ") else { return nil }
        guard text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":") else { return nil }
        let h1 = text[11] &- 48
        let h2 = text[12] &- 48
        let m1 = text[14] &- 48
        let m2 = text[15] &- 48
        let s1 = text[17] &- 48
        let s2 = text[18] &- 48
        guard h1 < 3, h2 < 10, m1 < 6, m2 < 10, s1 < 6, s2 < 10 else { return nil }
        let hour = Int64(h1) &* 10 &+ Int64(h2)
        guard hour < 24 else { return nil }
        let minute = Int64(m1) &* 10 &+ Int64(m2)
        let second = Int64(s1) &* 10 &+ Int64(s2)
        var seconds = dateSeconds &+ hour &* 3_600 &+ minute &* 60 &+ second
        if count == 20 {
            guard text[19] == UInt8(ascii: "Z") else { return nil }
        } else {
            guard plainLocal.contains(seconds) else { return nil }
            seconds &-= plainOffset
        }
        return seconds &* Timestamp.nanosecondsPerSecond
    }

    private mutating func readAny(_ field: FieldText, after previous: Int64) -> Outcome {
        if field.count == 0 {
            return .refused(message: "the timestamp is empty", remedy: "every row needs a timestamp")
        }
        if let format, format != .iso8601 { return read(field, format, after: previous) }
        if format == nil, let outcome = readEpoch(field) { return outcome }
        guard let stamp = ISOStamp(field) else {
            if format != nil { return strays(field) }
            // A number with more decimals than nanoseconds have is no epoch, and may be a day's.
            let number = DecimalNumber.parse(field.start, field.count)
            if number >= 0, number < 1e15 { return implausible(field, UInt64(number), false) }
            return .refused(
                message: "\(field.quoted) is not a timestamp",
                remedy:
                    "write ISO-8601 (2024-01-31, 2024-01-31T09:30:00Z, 2024-01-31 09:30+02:00) or the epoch, "
                    + "or say how it is written: \(setting)"
            )
        }
        if let form, form != .iso8601 { return mixed(field) }
        form = .iso8601
        let outcome = instant(stamp, field, after: previous)
        // A date that does not exist must not be taken for known.
        if case .instant = outcome { remember(field, stamp) }
        return outcome
    }

    /// The instant of a stamp that has been taken apart.
    private mutating func instant(_ stamp: ISOStamp, _ field: FieldText, after previous: Int64) -> Outcome {
        guard stamp.isValid else {
            return .refused(
                message: "\(field.quoted) does not exist in the calendar or on the clock",
                remedy: "correct the date or time"
            )
        }
        guard (1_678...2_261).contains(stamp.date.year) else { return outside(field) }
        let carries = stamp.offset != nil
        if let carriesOffset, carriesOffset != carries {
            // Which of the two the file means is not known, so dropping the rows of one kind would be a guess.
            return .unreadableForm(
                message: carries
                    ? "\(field.quoted) carries an offset, and the rows before carry none"
                    : "\(field.quoted) carries no offset, and the rows before do",
                remedy: "write all stamps with an offset, or all without"
            )
        }
        carriesOffset = carries
        commonLength = carries ? 20 : 19
        if let written = stamp.offset {
            offset = Int32(written)
            return .instant((stamp.localSeconds - Int64(written)) * 1_000_000_000 + stamp.nanoseconds)
        }
        return naive(stamp, field, after: previous)
    }

    private func outside(_ field: FieldText) -> Outcome {
        .refused(
            message: "\(field.quoted) lies outside the years 1678 to 2261",
            remedy: "times are kept as 64-bit nanoseconds"
        )
    }

    /// Reads a stamp of the form that the configuration names.
    private mutating func read(_ field: FieldText, _ format: TimeFormat, after previous: Int64) -> Outcome {
        switch format {
        case .epoch(let nanoseconds):
            guard let unit = EpochUnit(rawValue: nanoseconds),
                let (magnitude, _, isNegative, fraction) = number(field, in: unit)
            else { break }
            let (whole, overflow) = Int64(magnitude).multipliedReportingOverflow(by: unit.rawValue)
            guard !overflow, whole < 9_214_646_400_000_000_000 else { return outside(field) }
            return .instant((whole + fraction) * (isNegative ? -1 : 1))
        case .serialDays:
            let days = DecimalNumber.parse(field.start, field.count)
            guard days >= 1, days < 130_000 else { break }
            let whole = days.rounded(.down)
            // Spreadsheets know milliseconds; what doubles add to them is rounded away.
            let milliseconds = Int64(((days - whole) * 86_400_000).rounded())
            var stamp = ISOStamp(date: CivilDate(daysSinceEpoch: Int(whole) - 25_569))
            if milliseconds == 86_400_000 {
                stamp = ISOStamp(date: CivilDate(daysSinceEpoch: Int(whole) - 25_568))
            } else {
                stamp.hour = Int(milliseconds / 3_600_000)
                stamp.minute = Int(milliseconds / 60_000 % 60)
                stamp.second = Int(milliseconds / 1_000 % 60)
                stamp.nanoseconds = milliseconds % 1_000 * 1_000_000
            }
            return instant(stamp, field, after: previous)
        case .pattern(let pattern):
            guard let stamp = pattern.read(field) else { break }
            return instant(stamp, field, after: previous)
        case .iso8601:
            break
        }
        return strays(field)
    }

    private func strays(_ field: FieldText) -> Outcome {
        .refused(
            message: "\(field.quoted) is not written as \(setting) says: \(format?.text ?? "")",
            remedy: "correct the stamp or the format"
        )
    }

    private mutating func remember(_ field: FieldText, _ stamp: ISOStamp) {
        let raw = UnsafeRawPointer(field.start)
        dateHead = raw.loadUnaligned(as: UInt64.self)
        dateTail = raw.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
        dateSeconds = Int64(stamp.date.daysSinceEpoch) * 86_400
    }

    /// A time without offset: none in a gap, the first of two where it comes after the row before, else the second.
    private mutating func naive(_ stamp: ISOStamp, _ field: FieldText, after previous: Int64) -> Outcome {
        let local = Timestamp(nanoseconds: stamp.localSeconds * 1_000_000_000 + stamp.nanoseconds)
        let instants = zone.instants(ofLocal: local)
        guard let first = instants.first else {
            return .refused(
                message: "\(field.quoted) does not exist in \(zone.name): clocks skip it",
                remedy: "write the offset, or correct data.timezone"
            )
        }
        if let second = instants.dropFirst().first {
            if runsBackwards {
                return .instant(second.nanoseconds < previous ? second.nanoseconds : first.nanoseconds)
            }
            return .instant(first.nanoseconds > previous ? first.nanoseconds : second.nanoseconds)
        }
        // Two days away from any transition a local time has this one offset.
        let segment = zone.segment(at: first.secondsFloor)
        let offset = Int64(zone.offsets[segment])
        let margin: Int64 = 2 * 86_400
        let from = segment == 0 ? Int64.min : zone.transitions[segment - 1] + margin
        let to = segment == zone.transitions.count ? Int64.max : zone.transitions[segment] - margin
        if from < to {
            plainLocal = from..<to
            plainOffset = offset
        }
        return .instant(first.nanoseconds)
    }

    private func mixed(_ field: FieldText) -> Outcome {
        let expected =
            switch form {
            case .epoch(let unit): "the epoch in \(unit.name)"
            default: "ISO-8601"
            }
        return .refused(
            message:
                "\(field.quoted) is written in another form than the rows before, which have \(expected)",
            remedy: "use one form of timestamp in a file"
        )
    }

    /// A plain number with an optional fraction: its digits' value and number, its sign, the fraction in nanoseconds of a unit
    /// (of the one that its magnitude tells, where none is given); `nil` for another text.
    private func number(
        _ field: FieldText,
        in unit: EpochUnit? = nil
    ) -> (magnitude: UInt64, digits: Int, isNegative: Bool, fraction: Int64)? {
        let isNegative = field.start[0] == UInt8(ascii: "-")
        let first = isNegative ? 1 : 0
        var index = first
        var magnitude: UInt64 = 0
        while index < field.count, field.start[index] &- 48 < 10 {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            guard !overflow, product < 1 << 63 else { return nil }
            magnitude = product + UInt64(field.start[index] &- 48)
            index += 1
        }
        guard index > first else { return nil }
        let unit = unit ?? EpochUnit(magnitude: magnitude)
        guard let fraction = EpochFraction(field, from: index, unit: unit) else { return nil }
        return (magnitude, index - first, isNegative, fraction.nanoseconds)
    }

    /// The epoch, with an optional fraction; `nil` where the field is no plain number.
    ///
    /// A number is an epoch only where it names a date of our days and can be nothing else.
    private mutating func readEpoch(_ field: FieldText) -> Outcome? {
        guard let (magnitude, digits, isNegative, fraction) = number(field) else { return nil }
        let unit = EpochUnit(magnitude: magnitude)
        // A column that has begun as an epoch goes on as one.
        if form == nil, !isNegative, StampReader.readsAsDate(magnitude, digits: digits) {
            return refusal(
                "\(field.quoted) may be a date without dashes or an epoch",
                remedy: "write the date as 2024-01-31, or say what it is: "
                    + "\(setting): '\(StampReader.datePattern(digits: digits))' or \(unit.word)"
            )
        }
        let (whole, overflow) = Int64(magnitude).multipliedReportingOverflow(by: unit.rawValue)
        let nanoseconds = whole &+ fraction
        guard !isNegative, !overflow, StampReader.plausibleTimes.contains(nanoseconds) else {
            return implausible(field, magnitude, isNegative)
        }
        if let form, form != .epoch(unit) {
            // A unit is told by magnitude.
            return mixed(field)
        }
        form = .epoch(unit)
        return .instant(nanoseconds)
    }

    /// A number that is no epoch of our days: what it may be, and what to write.
    private func implausible(_ field: FieldText, _ magnitude: UInt64, _ isNegative: Bool) -> Outcome {
        var remedy = "say what it is: \(setting): epoch_s, epoch_ms, epoch_us or epoch_ns"
        var guess = ""
        if !isNegative, (20_000..<80_000).contains(magnitude) {
            let day = CivilDate(daysSinceEpoch: Int(magnitude) - 25_569).iso8601
            guess = "; it may be a spreadsheet's day number (\(day))"
            remedy = "if so, set \(setting): excel"
        } else if !isNegative, magnitude < 20_000 {
            guess = "; it may be a row number"
            remedy = "write the time of each bar"
        }
        return refusal(
            "\(field.quoted) is no time since 1970 in the years 1980 to 2100\(guess)",
            remedy: remedy
        )
    }

    /// The first stamp of a file speaks for all of them; a later one is a bad row.
    private func refusal(_ message: String, remedy: String) -> Outcome {
        form == nil
            ? .unreadableForm(message: message, remedy: remedy) : .refused(message: message, remedy: remedy)
    }

    /// Whether a number also reads as yyyymmdd, with hours, minutes and seconds behind it or not.
    static func readsAsDate(_ number: UInt64, digits: Int) -> Bool {
        guard let scale = [8: 1, 10: 100, 12: 10_000, 14: 1_000_000][digits] else { return false }
        let day = Int(number) / scale
        let date = CivilDate(year: day / 10_000, month: day / 100 % 100, day: day % 100)
        guard date.isValid, plausibleYears.contains(date.year) else { return false }
        // hh, hhmm or hhmmss, filled up to six digits.
        let time = Int(number) % scale * (1_000_000 / scale)
        return time / 10_000 < 24 && time / 100 % 100 < 60 && time % 100 < 60
    }

    private static func datePattern(digits: Int) -> String {
        ["%Y%m%d", "%H", "%M", "%S"].prefix((digits - 6) / 2).joined()
    }
}

/// What follows the point of an epoch stamp, in nanoseconds.
private struct EpochFraction {
    var nanoseconds: Int64 = 0

    /// `nil` where something else than a fraction follows, or the fraction is finer than a nanosecond.
    init?(_ field: FieldText, from start: Int, unit: StampReader.EpochUnit) {
        if start == field.count { return }
        guard field.start[start] == UInt8(ascii: "."), start + 1 < field.count else { return nil }
        var weight = unit.rawValue
        for index in (start + 1)..<field.count {
            let digit = field.start[index] &- 48
            guard digit < 10 else { return nil }
            weight /= 10
            guard weight > 0 || digit == 0 else { return nil }
            nanoseconds += Int64(digit) * weight
        }
    }
}
