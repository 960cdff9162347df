import CKernels

typealias Words = UnsafePointer<UInt64>
typealias MutableWords = UnsafeMutablePointer<UInt64>

/// Conditions as bitmaps: bit i of word i / 64 is bar i; bits after the last bar are 0.
enum ConditionKernels {
    /// Bits of the last word that belong to bars.
    @inline(__always)
    static func lastMask(_ count: Int) -> UInt64 { count % 64 == 0 ? ~0 : (1 << UInt64(count % 64)) - 1 }

    static func compare(
        _ operation: FeatureOperation,
        _ a: PointwiseKernels.Operand,
        _ b: PointwiseKernels.Operand,
        _ count: Int,
        _ out: MutableWords
    ) {
        switch (a, b) {
        case (.column(let x), .column(let y)):
            switch operation {
            case .greater: admf_compare_gt(x, y, count, out)
            case .greaterOrEqual: admf_compare_ge(x, y, count, out)
            case .equal: admf_compare_eq(x, y, count, out)
            default: admf_compare_ne(x, y, count, out)
            }
        case (.column(let x), .number(let y)):
            switch operation {
            case .greater: admf_compare_gt_scalar(x, y, count, out)
            case .greaterOrEqual: admf_compare_ge_scalar(x, y, count, out)
            case .equal: admf_compare_eq_scalar(x, y, count, out)
            default: admf_compare_ne_scalar(x, y, count, out)
            }
        case (.number(let x), .column(let y)):
            switch operation {
            case .greater: admf_compare_lt_scalar(y, x, count, out)
            case .greaterOrEqual: admf_compare_le_scalar(y, x, count, out)
            case .equal: admf_compare_eq_scalar(y, x, count, out)
            default: admf_compare_ne_scalar(y, x, count, out)
            }
        case (.number(let x), .number(let y)): fill(ScalarMath.value(operation, x, y) != 0, count, out)
        }
    }

    /// Where `a` is above and where it is below `b`.
    static func sides(
        _ a: PointwiseKernels.Operand,
        _ b: PointwiseKernels.Operand,
        _ count: Int,
        above: MutableWords,
        below: MutableWords
    ) {
        switch (a, b) {
        case (.column(let x), .column(let y)): admf_compare_both(x, y, count, above, below)
        case (.column(let x), .number(let y)): admf_compare_both_scalar(x, y, count, above, below)
        case (.number(let x), .column(let y)): admf_compare_both_scalar(y, x, count, below, above)
        case (.number(let x), .number(let y)):
            fill(x > y, count, above)
            fill(x < y, count, below)
        }
    }

    static func fill(_ holds: Bool, _ count: Int, _ out: MutableWords) {
        let words = (count + 63) / 64
        out.update(repeating: holds ? ~0 : 0, count: words)
        if words > 0 { out[words - 1] &= lastMask(count) }
    }

    static func not(_ x: Words, _ count: Int, _ out: MutableWords) {
        let words = (count + 63) / 64
        for i in 0..<words { out[i] = ~x[i] }
        if words > 0 { out[words - 1] &= lastMask(count) }
    }

    /// Turns the bitmaps of both sides into those of both crosses, in place.
    ///
    /// A cross is a bar on one side whose last earlier bar on either side was on the other; bars on neither (ties and
    /// undefined values) are passed over, so the last side is carried through them.
    static func crosses(above: MutableWords, below: MutableWords, _ count: Int) {
        var last = LastSide()
        crosses(above: above, below: below, count, after: &last)
    }

    /// On which side the last bar was that was on one: bit 0 tells.
    struct LastSide {
        var above: UInt64 = 0
        var below: UInt64 = 0
    }

    /// The same for bars that follow others; `last` is what those left and what these leave.
    static func crosses(above: MutableWords, below: MutableWords, _ count: Int, after last: inout LastSide) {
        var lastAbove = last.above
        var lastBelow = last.below
        for i in 0..<((count + 63) / 64) {
            let over = above[i]
            let under = below[i]
            var stateOver = over
            var stateUnder = under
            let neither = ~(over | under)
            if neither == ~0 {
                continue
            } else if neither != 0 {
                stateOver |= lastAbove & neither
                stateUnder |= lastBelow & neither
                stateOver = flood(stateOver, through: neither)
                stateUnder = flood(stateUnder, through: neither)
            }
            above[i] = over & (stateUnder << 1 | lastBelow)
            below[i] = under & (stateOver << 1 | lastAbove)
            lastAbove = stateOver >> 63
            lastBelow = stateUnder >> 63
        }
        last = LastSide(above: lastAbove, below: lastBelow)
    }

    // Carries set bits upwards through the bits of `mask`, in six doubling steps (Kogge-Stone).
    @inline(__always)
    private static func flood(_ bits: UInt64, through mask: UInt64) -> UInt64 {
        var state = bits
        var open = mask
        state |= open & (state << 1)
        open &= open << 1
        state |= open & (state << 2)
        open &= open << 2
        state |= open & (state << 4)
        open &= open << 4
        state |= open & (state << 8)
        open &= open << 8
        state |= open & (state << 16)
        open &= open << 16
        state |= open & (state << 32)
        return state
    }

    /// A condition `n` bars back; false before the first bar.
    static func lag(_ x: Words, _ n: Int, _ count: Int, _ out: MutableWords) {
        let words = (count + 63) / 64
        let whole = min(n / 64, words)
        let part = UInt64(n % 64)
        for i in 0..<whole { out[i] = 0 }
        for i in whole..<max(words, whole) {
            let carried = part > 0 && i > whole ? x[i - whole - 1] >> (64 - part) : 0
            out[i] = x[i - whole] << part | carried
        }
        if words > 0 { out[words - 1] &= lastMask(count) }
    }

    /// Whether x went up (or down) on each of the last `n` bars.
    static func monotone(_ x: Doubles, _ n: Int, up: Bool, _ count: Int, _ out: MutableWords) {
        fill(false, count, out)
        var steps = 0
        for i in 1..<max(count, 1) {
            let holds = up ? x[i] > x[i - 1] : x[i] < x[i - 1]
            steps = holds ? steps + 1 : 0
            if steps >= n { out[i / 64] |= 1 << UInt64(i % 64) }
        }
    }

    static func barsSince(_ x: Words, _ count: Int, _ out: MutableDoubles) {
        var bars = Double.nan
        for i in 0..<count {
            bars = x[i / 64] >> UInt64(i % 64) & 1 == 1 ? 0 : bars + 1
            out[i] = bars
        }
    }
}
