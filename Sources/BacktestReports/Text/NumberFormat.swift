import BacktestResults
import Glibc

/// How people read numbers: thousands apart, a fixed number of decimals; raw ones are for machines.
public enum NumberFormat: Sendable, Hashable {
    /// Whole numbers, `12,345`.
    case integer
    /// Fixed decimals, `1,234.57`.
    case decimals(Int)
    /// A fraction as percent, `12.35%`.
    case percent
    /// A fraction as percent with some decimals.
    case percentage(Int)
    /// As many decimals as needed, up to six significant digits: prices, parameters.
    case general
    /// Every digit that tells the number from its neighbours.
    case exact

    /// The number as text; ASCII but for nothing, so that widths are plain.
    public func text(_ value: Double) -> String {
        switch self {
        case .integer: NumberFormat.fixed(value, decimals: 0)
        case .decimals(let count): NumberFormat.fixed(value, decimals: count)
        case .percent: NumberFormat.fixed(value * 100, decimals: 2) + "%"
        case .percentage(let count): NumberFormat.fixed(value * 100, decimals: count) + "%"
        case .exact: NumberFormat.raw(value)
        case .general: NumberFormat.general(value)
        }
    }

    /// The shortest digits that read back as the same number, as results have them.
    static func raw(_ value: Double) -> String {
        var buffer = ByteBuffer(capacity: 64)
        buffer.append(value)
        return buffer.text
    }

    /// The number rounded to some decimals, half away from zero, `nil` for none; one too large to have so many stays as it is.
    static func rounded(_ value: Double, to decimals: Int?) -> Double {
        guard let decimals else { return value }
        let power = power(decimals)
        guard abs(value) * power < 9_007_199_254_740_992 else { return value }
        let result = (value * power).rounded() / power
        return result == 0 ? 0 : result
    }

    private static func power(_ decimals: Int) -> Double {
        (0..<decimals).reduce(1.0) { power, _ in power * 10 }
    }

    private static func fixed(_ value: Double, decimals: Int) -> String {
        let power = power(decimals)
        let scaled = (abs(value) * power).rounded()
        // Beyond 2^53 a double has no decimals to show.
        guard scaled < 9_007_199_254_740_992 else { return raw(value) }
        let whole = Int(scaled)
        let unit = Int(power)
        let sign = value < 0 && whole != 0 ? "-" : ""
        let fraction = decimals == 0 ? "" : "." + padded(whole % unit, digits: decimals)
        return sign + grouped(whole / unit) + fraction
    }

    private static func general(_ value: Double) -> String {
        let magnitude = abs(value)
        guard magnitude >= 1e-4 || value == 0, magnitude < 1e12 else { return sixDigits(value) }
        var decimals = 5
        var limit = 10.0
        while decimals > 0, magnitude >= limit {
            decimals -= 1
            limit *= 10
        }
        if magnitude < 0.1 { decimals += 2 }
        var text = fixed(value, decimals: decimals)
        guard decimals > 0 else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// The number of six significant digits that is nearest.
    ///
    /// Taken from the shortest digits, since beyond 1e22 no power of ten is exact.
    private static func sixDigits(_ value: Double) -> String {
        guard value.isFinite else { return raw(value) }
        let magnitude = abs(value)
        if magnitude >= 1, magnitude < 1e22 {
            let power = pow(10, (log10(magnitude) - 5).rounded(.down))
            return raw((value / power).rounded() * power)
        }
        let steps = Int(log10(magnitude).rounded(.down))
        // Two steps, as one power could leave the range of doubles.
        let half = steps / 2
        var mantissa = magnitude / pow(10, Double(half)) / pow(10, Double(steps - half))
        mantissa = (mantissa * 100_000).rounded() / 100_000
        let exponent = mantissa >= 10 ? steps + 1 : steps
        if mantissa >= 10 { mantissa /= 10 }
        var digits = raw(mantissa)
        if digits.hasSuffix(".0") { digits.removeLast(2) }
        return (value < 0 ? "-" : "") + digits + "e\(exponent)"
    }

    private static func padded(_ value: Int, digits: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func grouped(_ value: Int) -> String {
        let digits = Array(String(value))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }
}
