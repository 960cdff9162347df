import BacktestModel

/// The parts of an ISO-8601 date or time: `2024-01-31`, then `T` or a blank, `09:30`, `:15`, `.123456789`, `Z` or `+02:00`.
struct ISOStamp {
    var date: CivilDate
    var hour = 0
    var minute = 0
    var second = 0
    /// Fraction of the second.
    var nanoseconds: Int64 = 0
    /// Seconds east of UTC; `nil` for a naive stamp.
    var offset: Int?

    /// Whether the date and the time of day exist.
    var isValid: Bool { date.isValid && hour < 24 && minute < 60 && second < 60 }

    /// Seconds since 1970 on the clock that shows the stamp.
    var localSeconds: Int64 {
        Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
    }

    /// Midnight of a date.
    init(date: CivilDate) { self.date = date }

    /// `nil` where the text has another shape; whether its numbers make sense is `isValid`.
    init?(_ field: FieldText) {
        var scanner = Scanner(field: field)
        guard let year = scanner.digits(4), scanner.skip("-") else { return nil }
        guard let month = scanner.digits(2), scanner.skip("-"), let day = scanner.digits(2) else {
            return nil
        }
        date = CivilDate(year: year, month: month, day: day)
        if scanner.isAtEnd { return }
        guard scanner.skip("T") || scanner.skip(" ") || scanner.skip("t") else { return nil }
        guard let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2) else {
            return nil
        }
        self.hour = hour
        self.minute = minute
        if scanner.skip(":") {
            guard let second = scanner.digits(2) else { return nil }
            self.second = second
            if scanner.skip(".") || scanner.skip(",") {
                guard let fraction = scanner.fraction() else { return nil }
                nanoseconds = fraction
            }
        }
        if scanner.isAtEnd { return }
        guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        self.offset = offset
    }

    private struct Scanner {
        let field: FieldText
        var index = 0

        init(field: FieldText) { self.field = field }

        var isAtEnd: Bool { index == field.count }

        mutating func skip(_ character: Character) -> Bool {
            guard index < field.count, field.start[index] == character.asciiValue else { return false }
            index += 1
            return true
        }

        mutating func digits(_ count: Int) -> Int? {
            guard index + count <= field.count else { return nil }
            var value = 0
            for _ in 0..<count {
                let digit = field.start[index] &- 48
                guard digit < 10 else { return nil }
                value = value * 10 + Int(digit)
                index += 1
            }
            return value
        }

        /// One to nine digits as nanoseconds.
        mutating func fraction() -> Int64? {
            var weight: Int64 = 100_000_000
            var value: Int64 = 0
            let first = index
            while index < field.count, field.start[index] &- 48 < 10 {
                guard index - first < 9 else { return nil }
                value += Int64(field.start[index] &- 48) * weight
                weight /= 10
                index += 1
            }
            return index > first ? value : nil
        }

        /// `Z`, `+02:00`, `+0200` or `+02`, in seconds.
        mutating func offset() -> Int? {
            if skip("Z") || skip("z") { return 0 }
            let isWest = skip("-")
            guard isWest || skip("+"), let hours = digits(2), hours < 24 else { return nil }
            var minutes = 0
            if !isAtEnd {
                _ = skip(":")
                guard let written = digits(2), written < 60 else { return nil }
                minutes = written
            }
            let seconds = hours * 3_600 + minutes * 60
            return isWest ? -seconds : seconds
        }
    }
}
