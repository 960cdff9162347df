/// Numbers as people write them in expressions.
public enum Numeral {
    /// The value of a number such as `14`, `1_000`, `0.5`, `.5`, `1e-4`, `2%` or `10bps`; `nil` where it is none.
    ///
    /// Units are applied in decimal, so `0.1%` is exactly the double of `0.001`. No sign, no space; finite values only.
    public static func value(of text: String) -> Double? {
        var digits = Array(text.utf8)
        var shift = 0
        if digits.last == UInt8(ascii: "%") {
            digits.removeLast()
            shift = -2
        } else if digits.suffix(3).elementsEqual("bps".utf8) {
            digits.removeLast(3)
            shift = -4
        }
        guard let parts = split(digits) else { return nil }
        let exponent = parts.exponent + shift
        let number = String(decoding: parts.mantissa, as: UTF8.self) + (exponent == 0 ? "" : "e\(exponent)")
        guard let value = Double(number), value.isFinite else { return nil }
        return value
    }

    private static func split(_ text: [UInt8]) -> (mantissa: [UInt8], exponent: Int)? {
        let mark = text.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? text.count
        var mantissa: [UInt8] = []
        var digitCount = 0
        var points = 0
        for (index, byte) in text[..<mark].enumerated() {
            switch byte {
            case UInt8(ascii: "."): points += 1
            case UInt8(ascii: "_"):
                // An underscore groups digits, so it stands between two of them.
                guard points == 0, index > 0, index + 1 < mark, isDigit(text[index - 1]),
                    isDigit(text[index + 1])
                else { return nil }
                continue
            default:
                guard isDigit(byte) else { return nil }
                digitCount += 1
            }
            mantissa.append(byte)
        }
        guard digitCount > 0, points <= 1 else { return nil }
        if mantissa.first == UInt8(ascii: ".") { mantissa.insert(UInt8(ascii: "0"), at: 0) }
        if mantissa.last == UInt8(ascii: ".") { mantissa.append(UInt8(ascii: "0")) }
        guard mark < text.count else { return (mantissa, 0) }
        guard text.count - mark <= 6, let exponent = Int(String(decoding: text[(mark + 1)...], as: UTF8.self))
        else { return nil }
        return (mantissa, exponent)
    }
}
