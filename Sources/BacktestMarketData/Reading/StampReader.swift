import BacktestModel
import Glibc

/// Reads the stamps of one file: ISO-8601 with or without offset, or the epoch in the one unit that the file uses.
struct StampReader {
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
    }

    /// Seconds east of UTC that the last stamp read carries; 0 for one that carries none.
    private(set) var offset: Int32 = 0

    private let zone: TimeZoneRules
    private var form: Form?
    /// The date of the last ISO stamp, bytes 0 to 7 and 8 to 9, and its day number: most rows share it.
    private var dateHead: UInt64 = 0
    private var dateTail: UInt16 = 0
    private var dateSeconds: Int64 = 0
    /// Naive local seconds for which the offset is known to be the only one.
    private var plainLocal: Range<Int64> = 0..<0
    private var plainOffset: Int64 = 0

    init(zone: TimeZoneRules) {
        self.zone = zone
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
        guard count == 20 || count == 19 else { return nil }
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
        if let outcome = readEpoch(field) { return outcome }
        guard let stamp = ISOStamp(field) else {
            return .refused(
                message: "\(field.quoted) is not a timestamp",
                remedy:
                    "write ISO-8601 (2024-01-31, 2024-01-31T09:30:00Z, 2024-01-31 09:30+02:00) or the epoch"
            )
        }
        if let form, form != .iso8601 { return mixed(field) }
        form = .iso8601
        guard stamp.isValid else {
            return .refused(
                message: "\(field.quoted) does not exist in the calendar or on the clock",
                remedy: "correct the date or time"
            )
        }
        guard (1_678...2_261).contains(stamp.date.year) else {
            return .refused(
                message: "\(field.quoted) lies outside the years 1678 to 2261",
                remedy: "times are kept as 64-bit nanoseconds"
            )
        }
        remember(field, stamp)
        if let written = stamp.offset {
            offset = Int32(written)
            return .instant((stamp.localSeconds - Int64(written)) * 1_000_000_000 + stamp.nanoseconds)
        }
        return naive(stamp, field, after: previous)
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

    /// The epoch, with an optional fraction; `nil` where the field is no plain number.
    private mutating func readEpoch(_ field: FieldText) -> Outcome? {
        var index = 0
        let isNegative = field.start[0] == UInt8(ascii: "-")
        if isNegative { index = 1 }
        var magnitude: UInt64 = 0
        let first = index
        while index < field.count, field.start[index] &- 48 < 10 {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            guard !overflow, product < 1 << 63 else { return nil }
            magnitude = product + UInt64(field.start[index] &- 48)
            index += 1
        }
        let digits = index - first
        guard digits > 0 else { return nil }
        let unit = EpochUnit(magnitude: magnitude)
        guard let fraction = EpochFraction(field, from: index, unit: unit) else { return nil }
        if digits == 8, !isNegative, looksLikeDate(magnitude) {
            return .refused(
                message: "\(field.quoted) may be a date without dashes or an epoch",
                remedy: "write the date as 2024-01-31"
            )
        }
        if let form, form != .epoch(unit) {
            // A unit is told by magnitude; 0 and what is near it belongs to any.
            return mixed(field)
        }
        form = .epoch(unit)
        let (whole, overflow) = Int64(magnitude).multipliedReportingOverflow(by: unit.rawValue)
        guard !overflow, whole < 9_214_646_400_000_000_000 else {
            return .refused(
                message: "\(field.quoted) lies outside the years 1678 to 2261",
                remedy: "times are kept as 64-bit nanoseconds"
            )
        }
        let nanoseconds = whole + fraction.nanoseconds
        return .instant(isNegative ? -nanoseconds : nanoseconds)
    }

    private func looksLikeDate(_ number: UInt64) -> Bool {
        let value = Int(number)
        let date = CivilDate(year: value / 10_000, month: value / 100 % 100, day: value % 100)
        return date.isValid && (1_900...2_100).contains(date.year)
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
