import Glibc

/// Decimal text to the nearest double, ties to even, without a detour over `String`.
///
/// Grammar: `[+-] digits [. digits] [e [+-] digits]` with at least one digit before the exponent. Nothing else is a number:
/// no `nan`, `inf`, hexadecimal, blanks inside, thousands separators, or values beyond the largest double.
enum DecimalNumber {
    /// The value, NaN where the text is no finite decimal number.
    @inline(__always)
    static func parse(_ text: UnsafePointer<UInt8>, _ count: Int) -> Double {
        var index = 0
        var negative = false
        if index < count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            negative = text[index] == UInt8(ascii: "-")
            index = 1
        }
        var mantissa: UInt64 = 0
        let integerStart = index
        while index < count {
            let digit = text[index] &- 48
            guard digit < 10 else { break }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            index &+= 1
        }
        var digits = index &- integerStart
        var scale = 0
        if index < count, text[index] == UInt8(ascii: ".") {
            index &+= 1
            let fractionStart = index
            while index < count {
                let digit = text[index] &- 48
                guard digit < 10 else { break }
                mantissa = mantissa &* 10 &+ UInt64(digit)
                index &+= 1
            }
            scale = index &- fractionStart
            digits &+= scale
        }
        // 2^53 holds every integer of 15 digits, 10^22 is exact: one rounding, in the division (Clinger 1990).
        if index == count, digits > 0, digits <= 15 {
            let value = Double(mantissa) / powersOfTen[scale]
            return negative ? -value : value
        }
        return parseLong(
            text,
            count,
            index: index,
            digits: digits,
            mantissa: mantissa,
            scale: scale,
            negative
        )
    }

    private static func parseLong(
        _ text: UnsafePointer<UInt8>,
        _ count: Int,
        index start: Int,
        digits: Int,
        mantissa: UInt64,
        scale: Int,
        _ negative: Bool
    ) -> Double {
        guard digits > 0 else { return .nan }
        var index = start
        var exponent = -scale
        if index < count {
            guard text[index] | 0x20 == UInt8(ascii: "e") else { return .nan }
            guard let written = parseExponent(text, count, from: &index) else { return .nan }
            exponent += written
        }
        guard index == count else { return .nan }
        if digits <= 19, exponent >= -19, exponent <= 19 {
            let value = scaled(mantissa, exponent)
            return negative ? -value : value
        }
        let value = standardLibrary(text, count)
        return value.isFinite ? value : .nan
    }

    private static func parseExponent(
        _ text: UnsafePointer<UInt8>,
        _ count: Int,
        from index: inout Int
    ) -> Int? {
        index += 1
        var negative = false
        if index < count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            negative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        let first = index
        var value = 0
        while index < count {
            let digit = text[index] &- 48
            guard digit < 10 else { break }
            value = min(value * 10 + Int(digit), 1_000_000)
            index += 1
        }
        guard index > first else { return nil }
        return negative ? -value : value
    }

    /// mantissa x 10^exponent, correctly rounded, for exponents from -19 to 19.
    ///
    /// A 128-bit quotient or product has at least 62 significant bits, so that what lies below it can be folded into its
    /// lowest bit before the one rounding to 53 bits.
    static func scaled(_ mantissa: UInt64, _ exponent: Int) -> Double {
        if mantissa == 0 { return 0 }
        let power = integerPowersOfTen(abs(exponent))
        if exponent >= 0 {
            let product = mantissa.multipliedFullWidth(by: power)
            if product.high == 0 { return Double(product.low) }
            let shift = product.high.leadingZeroBitCount
            var top = product.high << UInt64(shift)
            if shift > 0 { top |= product.low >> UInt64(64 - shift) }
            let sticky: UInt64 = product.low << UInt64(shift) == 0 ? 0 : 1
            return powerOfTwo(64 - shift) * Double(top | sticky)
        }
        let mantissaShift = mantissa.leadingZeroBitCount
        let powerShift = power.leadingZeroBitCount
        let dividend = mantissa << UInt64(mantissaShift)
        let divisor = power << UInt64(powerShift)
        // The dividend's upper half is below 2^63 and the divisor is not, so the quotient fits.
        let (quotient, remainder) = divisor.dividingFullWidth((dividend >> 1, dividend << 63))
        let sticky: UInt64 = remainder == 0 ? 0 : 1
        return Double(quotient | sticky)
            * powerOfTwo(powerShift - mantissaShift - 63)
    }

    /// `strtod`, for what has more than 19 digits or a large exponent; the program never leaves the C locale.
    private static func standardLibrary(_ text: UnsafePointer<UInt8>, _ count: Int) -> Double {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { copy in
            for index in 0..<count { copy[index] = CChar(bitPattern: text[index]) }
            copy[count] = 0
            guard let start = copy.baseAddress else { return .nan }
            return strtod(start, nil)
        }
    }

    /// 10^0 to 10^15, each exact.
    private static let powersOfTen: InlineArray<16, Double> = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    /// 2^exponent for exponents from -1022 to 1023.
    private static func powerOfTwo(_ exponent: Int) -> Double {
        Double(bitPattern: UInt64(1_023 + exponent) << 52)
    }

    private static func integerPowersOfTen(_ exponent: Int) -> UInt64 {
        var power: UInt64 = 1
        for _ in 0..<exponent { power &*= 10 }
        return power
    }
}
