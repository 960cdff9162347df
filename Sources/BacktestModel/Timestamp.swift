/// An instant in market time: nanoseconds since 1970-01-01T00:00:00Z, proleptic Gregorian, no leap seconds.
///
/// Range: years 1678 to 2262 (64-bit nanoseconds). Never the wall clock of the machine.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Nanoseconds since the Unix epoch, negative before it.
    public var nanoseconds: Int64

    /// Makes an instant from nanoseconds since the Unix epoch.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Makes an instant from whole seconds since the Unix epoch; traps outside the years 1678 to 2262.
    public init(seconds: Int64) { self.nanoseconds = seconds * Timestamp.nanosecondsPerSecond }

    /// Nanoseconds in a second.
    public static let nanosecondsPerSecond: Int64 = 1_000_000_000
    /// Nanoseconds in a day of 86,400 seconds.
    public static let nanosecondsPerDay: Int64 = 86_400_000_000_000

    /// Chronological order.
    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }

    /// Whole seconds since the Unix epoch, rounded towards the past.
    public var secondsFloor: Int64 { floorDivide(nanoseconds, Timestamp.nanosecondsPerSecond) }

    /// ISO-8601 in UTC, `2024-04-01T13:30:00Z`; the fraction is printed with 3, 6 or 9 digits where it is not zero.
    public var iso8601: String {
        let seconds = secondsFloor
        let days = floorDivide(seconds, 86_400)
        let rest = Int(seconds - days * 86_400)
        let date = CivilDate(daysSinceEpoch: Int(days))
        var text = date.iso8601
        text += "T\(twoDigits(rest / 3_600)):\(twoDigits(rest / 60 % 60)):\(twoDigits(rest % 60))"
        let fraction = nanoseconds &- seconds &* Timestamp.nanosecondsPerSecond
        if fraction != 0 {
            var digits = String(fraction)
            digits = String(repeating: "0", count: 9 - digits.count) + digits
            while digits.hasSuffix("000") { digits.removeLast(3) }
            text += "." + digits
        }
        return text + "Z"
    }
}

/// A day of the proleptic Gregorian calendar.
public struct CivilDate: Hashable, Comparable, Sendable {
    /// Astronomical year number (1 BC is 0).
    public var year: Int
    /// Month, 1 to 12.
    public var month: Int
    /// Day of the month, 1 to 31.
    public var day: Int

    /// Makes a date from its parts, unchecked; use `isValid` for what people wrote.
    public init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date that lies a number of days after 1970-01-01 (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    public init(daysSinceEpoch days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01, negative before it.
    public var daysSinceEpoch: Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Whether the month has that day.
    public var isValid: Bool {
        (1...12).contains(month) && day >= 1 && day <= CivilDate.daysInMonth(year: year, month: month)
    }

    /// Day of the week, Monday 0 to Sunday 6.
    public var weekday: Int { CivilDate.weekday(daysSinceEpoch: daysSinceEpoch) }

    /// Day of the week of a day number, Monday 0 to Sunday 6; 1970-01-01 was a Thursday.
    public static func weekday(daysSinceEpoch days: Int) -> Int {
        let index = (days + 3) % 7
        return index < 0 ? index + 7 : index
    }

    /// Days in a month, 28 to 31.
    public static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// `2024-04-01`.
    public var iso8601: String {
        var digits = String(abs(year))
        if digits.count < 4 { digits = String(repeating: "0", count: 4 - digits.count) + digits }
        return "\(year < 0 ? "-" : "")\(digits)-\(twoDigits(month))-\(twoDigits(day))"
    }

    /// Chronological order.
    public static func < (a: CivilDate, b: CivilDate) -> Bool {
        (a.year, a.month, a.day) < (b.year, b.month, b.day)
    }
}

/// Division that rounds towards minus infinity; the divisor is positive.
@inlinable
public func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
    let quotient = a / b
    return a % b < 0 ? quotient - 1 : quotient
}

private func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
