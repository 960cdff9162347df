/// Reads the pieces of a POSIX `TZ` string one after another.
struct FooterScanner {
    private let text: [UInt8]
    private var index = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { index == text.count }

    func isNext(_ character: Character) -> Bool {
        index < text.count && text[index] == character.asciiValue
    }

    mutating func skip(_ character: Character) -> Bool {
        guard isNext(character) else { return false }
        index += 1
        return true
    }

    /// Skips `EST` or `<+0530>`.
    mutating func skipName() -> Bool {
        let start = index
        if skip("<") {
            while index < text.count, text[index] != UInt8(ascii: ">") { index += 1 }
            return skip(">")
        }
        while index < text.count, (text[index] | 0x20) >= 97, (text[index] | 0x20) <= 122 { index += 1 }
        return index - start >= 3
    }

    mutating func number() -> Int? {
        let start = index
        var value = 0
        while index < text.count, text[index] &- 48 < 10, index - start < 5 {
            value = value * 10 + Int(text[index] &- 48)
            index += 1
        }
        return index > start ? value : nil
    }

    /// `[+-]h[:mm[:ss]]` in seconds.
    mutating func time() -> Int? {
        let negative = skip("-")
        if !negative { _ = skip("+") }
        guard let hours = number(), hours <= 167 else { return nil }
        var seconds = hours * 3_600
        if skip(":") {
            guard let minutes = number(), minutes < 60 else { return nil }
            seconds += minutes * 60
            if skip(":") {
                guard let rest = number(), rest < 60 else { return nil }
                seconds += rest
            }
        }
        return negative ? -seconds : seconds
    }

    /// `M3.2.0/2`, `J60` or `59`.
    mutating func change() -> ZoneFooter.Change? {
        let day: ZoneFooter.Day
        if skip("M") {
            guard let month = number(), (1...12).contains(month), skip(".") else { return nil }
            guard let week = number(), (1...5).contains(week), skip(".") else { return nil }
            guard let weekday = number(), weekday <= 6 else { return nil }
            day = .month(month, week: week, weekday: weekday)
        } else if skip("J") {
            guard let number = number(), (1...365).contains(number) else { return nil }
            day = .julian(number)
        } else {
            guard let number = number(), number <= 365 else { return nil }
            day = .zeroBased(number)
        }
        guard skip("/") else { return ZoneFooter.Change(day: day, seconds: 7_200) }
        guard let seconds = time() else { return nil }
        return ZoneFooter.Change(day: day, seconds: seconds)
    }
}
