typealias Doubles = UnsafePointer<Double>
typealias MutableDoubles = UnsafeMutablePointer<Double>

/// What every windowed or recursive kernel shares: each longest run of defined values is treated as a series of its own.
///
/// So a window is undefined while any value in it is, and a recursion starts anew after a gap (rule R22).
enum Runs {
    /// Makes a column undefined.
    static func blank(_ out: MutableDoubles, _ count: Int) { out.update(repeating: .nan, count: count) }

    /// Calls `body` with each longest range on which `x` is defined, in order.
    static func forEach(_ x: Doubles, _ count: Int, _ body: (Range<Int>) -> Void) {
        forEach(count, isDefined: { x[$0] == x[$0] }, body)
    }

    /// Calls `body` with each longest range on which both are defined, in order.
    static func forEach(_ x: Doubles, _ y: Doubles, _ count: Int, _ body: (Range<Int>) -> Void) {
        forEach(count, isDefined: { x[$0] == x[$0] && y[$0] == y[$0] }, body)
    }

    @inline(__always)
    private static func forEach(_ count: Int, isDefined: (Int) -> Bool, _ body: (Range<Int>) -> Void) {
        var index = 0
        while index < count {
            while index < count, !isDefined(index) { index += 1 }
            let start = index
            while index < count, isDefined(index) { index += 1 }
            if index > start { body(start..<index) }
        }
    }

    /// Gives every bar whose last `n` values are all the same what a window of equal values has exactly, which rounding in
    /// running sums would miss: dust there makes crosses where nothing moved.
    ///
    /// A run of `n` equal values has two neighbours at every `n - 1`th place, so no more places need be looked at.
    @inline(__always)
    static func flatten(
        _ x: Doubles,
        _ n: Int,
        _ count: Int,
        _ out: MutableDoubles,
        _ value: (_ bar: Int) -> Double
    ) {
        if n < 2 {
            for bar in 0..<count where x[bar] == x[bar] { out[bar] = value(bar) }
            return
        }
        var place = 0
        while place < count - 1 {
            guard x[place] == x[place + 1] else {
                place += n - 1
                continue
            }
            var first = place
            while first > 0, x[first - 1] == x[place] { first -= 1 }
            var end = place + 2
            while end < count, x[end] == x[place] { end += 1 }
            if end - first >= n { for bar in (first + n - 1)..<end { out[bar] = value(bar) } }
            place = end
        }
    }

    /// Calls `body` with uninitialised memory for so many doubles.
    static func withScratch(_ count: Int, _ body: (MutableDoubles) -> Void) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: max(count, 1)) { buffer in
            guard let start = buffer.baseAddress else { return }
            body(start)
        }
    }
}
