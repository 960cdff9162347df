public import BacktestModel

extension ByteBuffer {
    /// Adds an instant as `Timestamp.iso8601` prints it, without making a text of it.
    public mutating func append(_ time: Timestamp) {
        let seconds = time.secondsFloor
        let days = floorDivide(seconds, 86_400)
        let rest = UInt64(seconds - days * 86_400)
        let date = CivilDate(daysSinceEpoch: Int(days))
        // 64-bit nanoseconds cover the years 1677 to 2262, so the year has four digits.
        append(magnitude: UInt64(date.year), digits: 4)
        append(byte: UInt8(ascii: "-"))
        append(magnitude: UInt64(date.month), digits: 2)
        append(byte: UInt8(ascii: "-"))
        append(magnitude: UInt64(date.day), digits: 2)
        append(byte: UInt8(ascii: "T"))
        append(magnitude: rest / 3_600, digits: 2)
        append(byte: UInt8(ascii: ":"))
        append(magnitude: rest / 60 % 60, digits: 2)
        append(byte: UInt8(ascii: ":"))
        append(magnitude: rest % 60, digits: 2)
        // The first second of the range begins before it, so the product may wrap, and the difference wraps back.
        let fraction = UInt64(time.nanoseconds &- seconds &* Timestamp.nanosecondsPerSecond)
        if fraction != 0 {
            append(byte: UInt8(ascii: "."))
            if fraction % 1_000_000 == 0 {
                append(magnitude: fraction / 1_000_000, digits: 3)
            } else if fraction % 1_000 == 0 {
                append(magnitude: fraction / 1_000, digits: 6)
            } else {
                append(magnitude: fraction, digits: 9)
            }
        }
        append(byte: UInt8(ascii: "Z"))
    }
}

extension Timestamp {
    /// Reads what results print: `2024-04-01T13:30:00Z`, with 3, 6 or 9 decimals or none; `nil` for anything else.
    package init?(printed text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = digits(bytes[0..<4]), let month = digits(bytes[5..<7]),
            let day = digits(bytes[8..<10]),
            let hour = digits(bytes[11..<13]), let minute = digits(bytes[14..<16]),
            let second = digits(bytes[17..<19])
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.isValid, hour < 24, minute < 60, second < 60 else { return nil }
        var fraction = 0
        if bytes.count > 20 {
            let length = bytes.count - 21
            guard bytes[19] == UInt8(ascii: "."), [3, 6, 9].contains(length),
                let value = digits(bytes[20..<(20 + length)])
            else { return nil }
            fraction = value * (length == 3 ? 1_000_000 : length == 6 ? 1_000 : 1)
        }
        let seconds = Int128(date.daysSinceEpoch) * 86_400 + Int128(hour * 3_600 + minute * 60 + second)
        guard let sum = Int64(exactly: seconds * Int128(Timestamp.nanosecondsPerSecond) + Int128(fraction))
        else {
            return nil
        }
        self.init(nanoseconds: sum)
    }
}

private func digits(_ bytes: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for byte in bytes {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value
}
