import BacktestModel

/// Turns up to four bitmaps into rows of a signal list.
struct SignalExtraction {
    // Actions with the same bitmap are one group, so that a cross which opens one side and closes the other is read once.
    private var groups: [(words: Words, mask: UInt8)] = []
    private var bars: [Int32] = []
    private var masks: [UInt8] = []

    mutating func reset() { groups.removeAll(keepingCapacity: true) }

    mutating func add(_ words: Words, _ action: SignalAction) {
        if let index = groups.firstIndex(where: { $0.words == words }) {
            groups[index].mask |= action.mask
        } else {
            groups.append((words, action.mask))
        }
    }

    /// The rows, oldest first; with `isEdge` only bars on which a condition turns true, the bar before the first being false.
    mutating func list(_ count: Int, isEdge: Bool) -> SignalList {
        guard let first = groups.first, count > 0 else { return SignalList() }
        if bars.count < count {
            bars = [Int32](repeating: 0, count: count)
            masks = [UInt8](repeating: 0, count: count)
        }
        // Groups that are not there read the first one with an empty mask.
        let b = groups.count > 1 ? groups[1] : (first.words, 0)
        let c = groups.count > 2 ? groups[2] : (first.words, 0)
        let d = groups.count > 3 ? groups[3] : (first.words, 0)
        let rows = bars.withUnsafeMutableBufferPointer { bars in
            masks.withUnsafeMutableBufferPointer { masks in
                guard let bars = bars.baseAddress, let masks = masks.baseAddress else { return 0 }
                var before = Before()
                let groups = (first, b, c, d)
                return SignalExtraction.extract(groups, count, at: 0, isEdge, &before, bars, masks)
            }
        }
        return SignalList(bars: Array(bars[..<rows]), masks: Array(masks[..<rows]))
    }

    /// A bitmap and the actions that it fires.
    typealias Group = (words: Words, mask: UInt8)

    /// The last bit of each group's bars before those under way.
    struct Before {
        fileprivate var bits: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    }

    /// Writes the rows of `count` bars, the first of which is bar `first`; returns their number, at most `count`.
    static func extract(
        _ groups: (Group, Group, Group, Group),
        _ count: Int,
        at first: Int,
        _ isEdge: Bool,
        _ before: inout Before,
        _ bars: UnsafeMutablePointer<Int32>,
        _ masks: UnsafeMutablePointer<UInt8>
    ) -> Int {
        // Most rules have one condition to enter and one to leave; half of the work falls away for them.
        groups.2.mask | groups.3.mask == 0
            ? rows(groups, count, at: first, isEdge, &before, bars, masks, isPair: true)
            : rows(groups, count, at: first, isEdge, &before, bars, masks, isPair: false)
    }

    @inline(__always)
    private static func rows(
        _ groups: (Group, Group, Group, Group),
        _ count: Int,
        at first: Int,
        _ isEdge: Bool,
        _ before: inout Before,
        _ bars: UnsafeMutablePointer<Int32>,
        _ masks: UnsafeMutablePointer<UInt8>,
        isPair: Bool
    ) -> Int {
        let keep: UInt64 = isEdge ? ~0 : 0
        var carry = before.bits
        var row = 0
        for index in 0..<((count + 63) / 64) {
            let a = turned(groups.0.words[index], &carry.0, keep)
            let b = turned(groups.1.words[index], &carry.1, keep)
            let c = isPair ? 0 : turned(groups.2.words[index], &carry.2, keep)
            let d = isPair ? 0 : turned(groups.3.words[index], &carry.3, keep)
            var any = a | b | c | d
            let start = first &+ index &* 64
            while any != 0 {
                let bit = any.trailingZeroBitCount
                any &= any &- 1
                bars[row] = Int32(truncatingIfNeeded: start &+ bit)
                var mask = pick(a, bit, groups.0.mask) | pick(b, bit, groups.1.mask)
                if !isPair { mask |= pick(c, bit, groups.2.mask) | pick(d, bit, groups.3.mask) }
                masks[row] = mask
                row &+= 1
            }
        }
        before.bits = carry
        return row
    }

    @inline(__always)
    private static func turned(_ word: UInt64, _ carry: inout UInt64, _ keep: UInt64) -> UInt64 {
        let before = (word << 1 | carry) & keep
        carry = word >> 63
        return word & ~before
    }

    @inline(__always)
    private static func pick(_ word: UInt64, _ bit: Int, _ mask: UInt8) -> UInt8 {
        (0 &- UInt8(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: bit) & 1)) & mask
    }
}
