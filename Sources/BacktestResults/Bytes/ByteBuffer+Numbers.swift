extension ByteBuffer {
    /// Adds a whole number in decimal.
    public mutating func append(_ value: Int) {
        if value < 0 { append(byte: UInt8(ascii: "-")) }
        append(magnitude: UInt64(value.magnitude), digits: 1)
    }

    /// Adds a number in its one canonical form: the shortest digits that read back as the same double.
    ///
    /// The layout is that of RFC 8785 (and so of ECMAScript's `Number::toString`): whole numbers below 1e21 without point
    /// or exponent, decimals from 1e-6 on without exponent, else `d.ddde-7` and `d.ddde+21`; -0 is `0`. What is not finite
    /// has no form in JSON and is `null`.
    public mutating func append(_ value: Double) {
        guard value.isFinite else { return append("null") }
        // Counts and round capitals are frequent, and need no search for the shortest digits.
        if abs(value) < 9_007_199_254_740_992, value == value.rounded(.towardZero) {
            return append(Int(value))
        }
        var text = value.description
        text.withUTF8 { append(description: $0) }
    }

    /// Adds at least `digits` digits, padded with zeros.
    mutating func append(magnitude value: UInt64, digits: Int) {
        _ = appendBytes(room: 20) { target in
            var length = max(1, digits)
            var bound: UInt64 = 1
            for _ in 0..<length where bound < UInt64.max / 10 { bound *= 10 }
            while length < 20, value >= bound {
                length += 1
                if length == 20 { break }
                bound *= 10
            }
            var rest = value
            for position in stride(from: length - 1, through: 0, by: -1) {
                target[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            return length
        }
    }

    /// Re-lays what the standard library prints (`0.25`, `1e-05`, `1.5e+20`, `9007199254740994.0`).
    private mutating func append(description: UnsafeBufferPointer<UInt8>) {
        guard let mark = description.lastIndex(of: UInt8(ascii: "e")) else {
            let end = description.count
            let whole =
                end > 2 && description[end - 1] == UInt8(ascii: "0")
                && description[end - 2] == UInt8(ascii: ".")
            append(bytes: UnsafeBufferPointer(rebasing: description[..<(whole ? end - 2 : end)]))
            return
        }
        var exponent = 0
        for digit in description[(mark + 2)...] { exponent = exponent * 10 + Int(digit - UInt8(ascii: "0")) }
        if description[mark + 1] == UInt8(ascii: "-") { exponent = -exponent }
        let mantissa = UnsafeBufferPointer(rebasing: description[..<mark])
        switch exponent {
        case -6..<0: appendSmall(mantissa, exponent: exponent)
        case 0..<21: appendLarge(mantissa, exponent: exponent)
        default:
            append(bytes: mantissa)
            append(byte: UInt8(ascii: "e"))
            if exponent > 0 { append(byte: UInt8(ascii: "+")) }
            append(exponent)
        }
    }

    /// Adds `0.0000ddd`.
    private mutating func appendSmall(_ mantissa: UnsafeBufferPointer<UInt8>, exponent: Int) {
        if mantissa.first == UInt8(ascii: "-") { append(byte: UInt8(ascii: "-")) }
        append("0.")
        for _ in 0..<(-exponent - 1) { append(byte: UInt8(ascii: "0")) }
        for byte in mantissa where byte != UInt8(ascii: "-") && byte != UInt8(ascii: ".") {
            append(byte: byte)
        }
    }

    /// Adds `ddd0000`: numbers that large are whole, and zeros stand for the digits that don't matter.
    private mutating func appendLarge(_ mantissa: UnsafeBufferPointer<UInt8>, exponent: Int) {
        if mantissa.first == UInt8(ascii: "-") { append(byte: UInt8(ascii: "-")) }
        var digits = 0
        for byte in mantissa where byte != UInt8(ascii: "-") && byte != UInt8(ascii: ".") {
            append(byte: byte)
            digits += 1
        }
        for _ in 0..<max(0, exponent + 1 - digits) { append(byte: UInt8(ascii: "0")) }
    }
}
