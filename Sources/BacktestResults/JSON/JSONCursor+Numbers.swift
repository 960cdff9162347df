import Glibc

extension JSONCursor {
    /// Reads a number, correctly rounded; one that no double holds is refused.
    mutating func number() throws(JSONSyntaxError) -> Double {
        skipSpace()
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        var mantissa: UInt64 = 0
        var kept = 0
        var exponent = 0
        let whole = position
        while let digit = takeDigit() {
            if kept < 19 {
                (mantissa, kept) = (mantissa * 10 + digit, mantissa + digit == 0 ? 0 : kept + 1)
            } else {
                kept = 20
            }
        }
        guard position > whole else { throw failure("a value is expected") }
        guard position == whole + 1 || bytes[whole] != UInt8(ascii: "0") else {
            throw failure("a number begins with a superfluous 0")
        }
        if take(UInt8(ascii: ".")) {
            let fraction = position
            while let digit = takeDigit() {
                if kept < 19 {
                    (mantissa, kept) = (mantissa * 10 + digit, mantissa + digit == 0 ? 0 : kept + 1)
                    exponent -= 1
                } else {
                    kept = 20
                }
            }
            guard position > fraction else { throw failure("digits are expected after the point") }
        }
        try takeExponent(into: &exponent)
        // Clinger's fast path: both factors are exact, so one rounding gives the nearest double.
        if kept <= 19, mantissa <= 9_007_199_254_740_992, abs(exponent) <= 22 {
            let power = powersOfTen[abs(exponent)]
            let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
            return isNegative ? -value : value
        }
        return try slowNumber(start)
    }

    /// Reads a whole number that an Int holds.
    mutating func integer() throws(JSONSyntaxError) -> Int {
        let value = try number()
        guard let whole = Int(exactly: value) else { throw failure("a whole number is expected") }
        return whole
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        advance()
        return true
    }

    private mutating func takeDigit() -> UInt64? {
        guard position < bytes.count else { return nil }
        let digit = bytes[position] &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        advance()
        return UInt64(digit)
    }

    private mutating func takeExponent(into exponent: inout Int) throws(JSONSyntaxError) {
        guard take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) else { return }
        let isNegative = take(UInt8(ascii: "-"))
        if !isNegative { _ = take(UInt8(ascii: "+")) }
        let start = position
        var value = 0
        while let digit = takeDigit() { value = min(100_000, value * 10 + Int(digit)) }
        guard position > start else { throw failure("digits are expected in the exponent") }
        exponent += isNegative ? -value : value
    }

    /// What the fast path cannot round: the C library does, from a copy that ends in a zero byte.
    private mutating func slowNumber(_ start: Int) throws(JSONSyntaxError) -> Double {
        let raw = bytes[start..<position]
        let value = withUnsafeTemporaryAllocation(of: CChar.self, capacity: raw.count + 1) { copy in
            for (offset, byte) in raw.enumerated() {
                copy.initializeElement(at: offset, to: CChar(bitPattern: byte))
            }
            copy.initializeElement(at: raw.count, to: 0)
            return copy.baseAddress.map { strtod($0, nil) } ?? .nan
        }
        guard value.isFinite else { throw failure("the number is too large") }
        return value
    }
}

private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20,
    1e21, 1e22,
]
