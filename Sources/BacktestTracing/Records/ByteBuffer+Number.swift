extension ByteBuffer {
    /// Powers of ten that a double holds exactly and that the short form of a number is tried with.
    private static let shortForms: [(power: Double, digits: Int)] = [(1e2, 2), (1e4, 4), (1e8, 8)]

    /// Most bytes that a number takes.
    static let numberRoom = 32

    /// Writes a number in the fewest digits that read back as the same double; NaN and the infinities as `null`.
    ///
    /// Whole numbers have no fraction (`100`), minus zero is `-0.0`. The caller has reserved `numberRoom` bytes.
    mutating func append(unchecked value: Double) {
        let magnitude = value.magnitude
        if magnitude < 0x1p53 {
            if magnitude == magnitude.rounded(.towardZero) {
                appendWhole(value, magnitude)
                return
            }
            // A quotient of two whole numbers below 2^53 is correctly rounded, so a decimal of up to 15 digits that
            // gives the value back is the shortest once its trailing zeros are gone.
            for (power, digits) in ByteBuffer.shortForms {
                // Rounded up by half: where that is off by one the test below fails.
                let product = magnitude * power + 0.5
                guard product < 1e15 else { break }
                let scaled = UInt64(product)
                if Double(scaled) / power == magnitude {
                    if value < 0 { append(unchecked: UInt8(ascii: "-")) }
                    appendDecimal(scaled, digits: digits)
                    return
                }
            }
        }
        appendAsDescribed(value)
    }

    private mutating func appendWhole(_ value: Double, _ magnitude: Double) {
        if value.sign == .minus { append(unchecked: UInt8(ascii: "-")) }
        append(unchecked: UInt64(magnitude))
        if magnitude == 0, value.sign == .minus {
            append(unchecked: UInt8(ascii: "."))
            append(unchecked: UInt8(ascii: "0"))
        }
    }

    /// Writes `scaled` x 10^-digits, not whole, without trailing zeros.
    private mutating func appendDecimal(_ scaled: UInt64, digits: Int) {
        var scaled = scaled
        var digits = digits
        while scaled % 10 == 0 {
            scaled /= 10
            digits -= 1
        }
        var power: UInt64 = 1
        for _ in 0..<digits { power &*= 10 }
        let whole = scaled / power
        append(unchecked: whole)
        append(unchecked: UInt8(ascii: "."))
        append(unchecked: scaled &- whole &* power, digits: digits)
    }

    private mutating func appendAsDescribed(_ value: Double) {
        var text = value.isFinite ? value.description : "null"
        text.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return }
            append(unchecked: start, count: bytes.count)
        }
    }
}
