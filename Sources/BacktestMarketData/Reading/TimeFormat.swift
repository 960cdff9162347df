import BacktestModel

/// How the stamps of a file are written, where the file alone does not tell (`data.csv.time_format`).
public enum TimeFormat: Sendable, Hashable {
    /// ISO-8601, with or without offset; numbers alone are no stamps.
    case iso8601
    /// Time since 1970 in units of so many nanoseconds.
    case epoch(nanoseconds: Int64)
    /// Days since 30 December 1899 on the local clock, as spreadsheets write them; the fraction is the time of day.
    case serialDays
    /// A pattern of `strptime`.
    case pattern(TimePattern)

    /// Words of the configuration, beside patterns.
    public static let words = ["iso", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns", "excel"]

    /// Reads a word or a pattern; `nil` where it is neither.
    public init?(_ text: String) {
        switch text {
        case "iso": self = .iso8601
        case "epoch_s": self = .epoch(nanoseconds: 1_000_000_000)
        case "epoch_ms": self = .epoch(nanoseconds: 1_000_000)
        case "epoch_us": self = .epoch(nanoseconds: 1_000)
        case "epoch_ns": self = .epoch(nanoseconds: 1)
        case "excel": self = .serialDays
        default:
            guard let pattern = TimePattern(text) else { return nil }
            self = .pattern(pattern)
        }
    }

    /// The word or pattern as the configuration has it.
    public var text: String {
        switch self {
        case .iso8601: "iso"
        case .epoch(1_000_000_000): "epoch_s"
        case .epoch(1_000_000): "epoch_ms"
        case .epoch(1_000): "epoch_us"
        case .epoch: "epoch_ns"
        case .serialDays: "excel"
        case .pattern(let pattern): pattern.text
        }
    }
}

/// A pattern of `strptime`: `%Y %y %m %d %H %I %M %S %f %p %b %B %z` and `%%`, other characters as they are.
///
/// `%b` and `%B` are English names, `%f` is a fraction of one to nine digits, `%z` is `Z`, `+02:00`, `+0200` or `+02`.
public struct TimePattern: Sendable, Hashable {
    private enum Element: Hashable {
        case literal(UInt8)
        case field(UInt8)
    }

    /// The pattern as written.
    public let text: String
    private let elements: [Element]

    /// Reads a pattern; `nil` where it has an unknown field or names no day.
    public init?(_ text: String) {
        self.text = text
        var elements: [Element] = []
        var fields: Set<UInt8> = []
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                elements.append(.literal(byte))
                continue
            }
            guard let field = bytes.popFirst() else { return nil }
            if field == UInt8(ascii: "%") {
                elements.append(.literal(field))
                continue
            }
            guard "YymdHIMSfpbBz".utf8.contains(field) else { return nil }
            elements.append(.field(field))
            fields.insert(field)
        }
        func has(_ names: String) -> Bool { names.utf8.contains { fields.contains($0) } }
        guard has("Yy"), has("mbB"), has("d") else { return nil }
        self.elements = elements
    }

    private func isField(_ place: Int) -> Bool {
        guard elements.indices.contains(place), case .field = elements[place] else { return false }
        return true
    }

    /// The stamp that a text names; `nil` where the text has another shape.
    func read(_ field: FieldText) -> ISOStamp? {
        var stamp = ISOStamp(date: CivilDate(year: 0, month: 1, day: 1))
        var date = (year: 0, month: 1, day: 1)
        var isAfternoon: Bool?
        var scanner = PatternScanner(field)
        for (place, element) in elements.enumerated() {
            switch element {
            case .literal(let byte):
                guard scanner.skip(byte) else { return nil }
            case .field(let name):
                // Digits that touch those of another field are told apart by their number alone.
                scanner.isTight = isField(place - 1) || isField(place + 1)
                guard scanner.read(name, &stamp, &date, &isAfternoon) else { return nil }
            }
        }
        guard scanner.isAtEnd else { return nil }
        if let isAfternoon {
            guard (1...12).contains(stamp.hour) else { return nil }
            stamp.hour = stamp.hour % 12 + (isAfternoon ? 12 : 0)
        }
        stamp.date = CivilDate(year: date.year, month: date.month, day: date.day)
        return stamp
    }
}

/// Reads the parts of a stamp one after the other.
private struct PatternScanner {
    private let field: FieldText
    private var index = 0
    /// Whether the field under way stands next to another one.
    var isTight = false

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november", "december",
    ]

    init(_ field: FieldText) { self.field = field }

    var isAtEnd: Bool { index == field.count }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard index < field.count, field.start[index] == byte else { return false }
        index += 1
        return true
    }

    /// A whole number of one to `most` digits.
    private mutating func number(_ most: Int, atLeast: Int? = nil) -> Int? {
        let least = atLeast ?? (isTight ? most : 1)
        let first = index
        var value = 0
        while index < field.count, index - first < most, field.start[index] &- 48 < 10 {
            value = value * 10 + Int(field.start[index] &- 48)
            index += 1
        }
        return index - first >= least ? value : nil
    }

    private mutating func month() -> Int? {
        let first = index
        while index < field.count, field.start[index] | 0x20 >= 97, field.start[index] | 0x20 <= 122 {
            index += 1
        }
        let name = FieldText(start: field.start + first, count: index - first).text.lowercased()
        return PatternScanner.months.firstIndex { $0 == name || (name.count == 3 && $0.hasPrefix(name)) }
            .map { $0 + 1 }
    }

    private mutating func offset() -> Int? {
        if skip(UInt8(ascii: "Z")) { return 0 }
        let isWest = skip(UInt8(ascii: "-"))
        guard isWest || skip(UInt8(ascii: "+")), let hours = number(2, atLeast: 2) else { return nil }
        _ = skip(UInt8(ascii: ":"))
        let minutes = isAtEnd ? 0 : number(2, atLeast: 2) ?? 60
        guard hours < 24, minutes < 60 else { return nil }
        return (isWest ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }

    private mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var weight: Int64 = 100_000_000
        let first = index
        while index < field.count, weight > 0, field.start[index] &- 48 < 10 {
            value += Int64(field.start[index] &- 48) * weight
            weight /= 10
            index += 1
        }
        return index > first ? value : nil
    }

    private mutating func isAfternoon() -> Bool? {
        let isAfternoon = skip(UInt8(ascii: "P")) || skip(UInt8(ascii: "p"))
        guard isAfternoon || skip(UInt8(ascii: "A")) || skip(UInt8(ascii: "a")) else { return nil }
        return skip(UInt8(ascii: "M")) || skip(UInt8(ascii: "m")) ? isAfternoon : nil
    }

    /// Reads one field of a pattern; whether it was there.
    mutating func read(
        _ name: UInt8,
        _ stamp: inout ISOStamp,
        _ date: inout (year: Int, month: Int, day: Int),
        _ afternoon: inout Bool?
    ) -> Bool {
        func put(_ value: Int?, _ place: inout Int) -> Bool {
            guard let value else { return false }
            place = value
            return true
        }
        switch UnicodeScalar(name) {
        case "Y": return put(number(4, atLeast: 4), &date.year)
        case "y": return put(number(2, atLeast: 2).map { $0 < 69 ? 2_000 + $0 : 1_900 + $0 }, &date.year)
        case "m": return put(number(2), &date.month)
        case "b", "B": return put(month(), &date.month)
        case "d": return put(number(2), &date.day)
        case "H", "I": return put(number(2), &stamp.hour)
        case "M": return put(number(2), &stamp.minute)
        case "S": return put(number(2), &stamp.second)
        case "f":
            guard let fraction = fraction() else { return false }
            stamp.nanoseconds = fraction
            return true
        case "p":
            afternoon = isAfternoon()
            return afternoon != nil
        default:
            stamp.offset = offset()
            return stamp.offset != nil
        }
    }
}
