import BacktestMarketData
import BacktestModel
import BacktestYAML

/// A bound of `data.start` or `data.end` before the time zone is known.
enum WrittenBound: Sendable, Hashable {
    case day(CivilDate)
    /// Nanoseconds since the epoch, UTC.
    case instant(Int64)
    /// Nanoseconds since the epoch as if local time were UTC.
    case local(Int64)
}

extension ValueType<BarLength> {
    /// A bar length: `30s`, `5m`, `1h`, `1d`, `1w`, `1M`, `1y`.
    static let timeframe = ValueType(
        expected: "a bar length such as 30s, 5m, 1h, 1d, 1w, 1M or 1y",
        schema: .type("string", [("pattern", .text("^[1-9][0-9]*(s|m|min|h|d|w|M|y)$"))]),
        decode: { node, findings in
            if let text = node.text, let value = length(text) { return value }
            let hint = node.text.map { $0.contains("mo") } == true ? "M is a month, m a minute" : nil
            findings.error(
                "wrong_type",
                "expected a bar length such as 30s, 5m, 1h, 1d, 1w, 1M or 1y, found \(node.described)",
                hint: hint,
                at: node
            )
            return nil
        },
        printed: { .text($0.text) }
    )

    private static func length(_ text: String) -> BarLength? {
        guard let (count, unit) = WrittenDuration.parts(text) else { return nil }
        switch unit {
        case "M": return count <= 120 ? .months(Int(count)) : nil
        case "y": return count <= 10 ? .months(12 * Int(count)) : nil
        default: return WrittenDuration.nanoseconds(text).map { BarLength(nanoseconds: $0) }
        }
    }
}

extension ValueType<Int64> {
    /// A length of time: `90s`, `30m`, `12h`, `7d`, `2w`; nanoseconds in memory.
    static let duration = ValueType(
        expected: "a length of time such as 12h, 7d or 2w",
        schema: .type("string", [("pattern", .text("^[1-9][0-9]*(s|m|min|h|d|w)$"))]),
        decode: { node, findings in
            if let text = node.text, let value = WrittenDuration.nanoseconds(text) { return value }
            findings.error(
                "wrong_type",
                "expected a length of time such as 12h, 7d or 2w, found \(node.described)",
                at: node
            )
            return nil
        },
        printed: { .number(Double($0)) }
    )
}

/// A whole number and a unit of time.
private enum WrittenDuration {
    /// The number, from 1 to 100,000, and what follows it.
    static func parts(_ text: String) -> (count: Int64, unit: Substring)? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count > 0, count <= 100_000 else { return nil }
        return (count, text.dropFirst(digits.count))
    }

    /// Units that are always equally long, in nanoseconds; `nil` for anything else and for more than ten years.
    static func nanoseconds(_ text: String) -> Int64? {
        guard let (count, unit) = parts(text) else { return nil }
        let seconds: Int64
        switch unit {
        case "s": seconds = 1
        case "m", "min": seconds = 60
        case "h": seconds = 3_600
        case "d": seconds = 86_400
        case "w": seconds = 604_800
        default: return nil
        }
        // Ten years are more than any bar, and far from the end of 64-bit nanoseconds.
        guard count * seconds <= 3_652 * 86_400 else { return nil }
        return count * seconds * Timestamp.nanosecondsPerSecond
    }
}

extension ValueType<WrittenBound> {
    /// An ISO-8601 date or time; without an offset in `data.timezone`.
    static let bound = ValueType(
        expected: "a date or time such as 2024-04-01 or 2024-04-01T13:30:00Z",
        schema: .type(
            "string",
            [
                (
                    "pattern",
                    .text(
                        "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?( ?(Z|[-+][0-9]{2}(:?[0-9]{2})?))?)?$"
                    )
                )
            ]
        ),
        decode: { node, findings in
            if let text = node.text, let bound = ISOTime(text)?.bound { return bound }
            findings.wrongType(
                expected: "a date or time such as 2024-04-01 or 2024-04-01T13:30:00Z",
                at: node
            )
            return nil
        },
        printed: { _ in .null }
    )
}

/// Reads ISO-8601 dates and times from left to right.
private struct ISOTime {
    private var rest: Substring.UTF8View
    private(set) var bound: WrittenBound = .instant(0)

    init?(_ text: String) {
        rest = Substring(text).utf8
        guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2) else {
            return nil
        }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.isValid, (1_678...2_261).contains(year) else { return nil }
        if rest.isEmpty {
            bound = .day(date)
            return
        }
        guard take("T") || take(" "), let hour = digits(2), take(":"), let minute = digits(2) else {
            return nil
        }
        var second = 0
        var fraction: Int64 = 0
        if take(":") {
            guard let value = digits(2) else { return nil }
            second = value
            if take(".") {
                guard let value = nanosecondFraction() else { return nil }
                fraction = value
            }
        }
        guard hour < 24, minute < 60, second < 60 else { return nil }
        let seconds = Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
        let local = seconds * Timestamp.nanosecondsPerSecond + fraction
        _ = take(" ")
        if rest.isEmpty {
            bound = .local(local)
            return
        }
        guard let offset = offsetSeconds(), rest.isEmpty else { return nil }
        bound = .instant(local - Int64(offset) * Timestamp.nanosecondsPerSecond)
    }

    private mutating func take(_ character: Character) -> Bool {
        guard let byte = rest.first, byte == character.asciiValue else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func digits(_ count: Int) -> Int? {
        let taken = rest.prefix(count)
        guard taken.count == count, taken.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        rest.removeFirst(count)
        return taken.reduce(0) { $0 * 10 + Int($1) - 48 }
    }

    private mutating func nanosecondFraction() -> Int64? {
        let taken = rest.prefix { $0 >= 48 && $0 <= 57 }
        guard (1...9).contains(taken.count) else { return nil }
        rest.removeFirst(taken.count)
        let value = taken.reduce(Int64(0)) { $0 * 10 + Int64($1) - 48 }
        return (taken.count..<9).reduce(value) { value, _ in value * 10 }
    }

    private mutating func offsetSeconds() -> Int? {
        if take("Z") { return 0 }
        let isNegative = take("-")
        guard isNegative || take("+"), let hours = digits(2) else { return nil }
        var minutes = 0
        if take(":") || !rest.isEmpty {
            guard let value = digits(2) else { return nil }
            minutes = value
        }
        guard hours < 24, minutes < 60 else { return nil }
        return (isNegative ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }
}
