import BacktestModel
import BacktestRules

/// How far ahead a worker works signals out.
struct SignalBudget: Sendable {
    /// Bytes of signals at most, as far as those of the window before tell.
    var bytes = 16 << 20
    /// Parameter sets in a window at most.
    var sets = SignalWindow.lengthMax

    /// As much as a run without a bound takes.
    init() {}

    /// A small part of a bound, with room for as many sets as fit into it where each takes so many bytes.
    init(memoryBytes: Int, bytesPerSet: Int) {
        bytes = min(bytes, memoryBytes / 32)
        sets = max(1, min(sets, bytes / max(1, bytesPerSet)))
    }
}

/// The signals of one slot in neighbouring parameter sets, worked out together because they share columns.
///
/// How many sets a window has never changes a signal. It grows while all of its sets are asked for, and is bounded by the
/// memory of their signals; where sets are asked for here and there, as on resuming, it shrinks.
struct SignalWindow {
    private var sets = 0..<0
    /// Place in `lists` of each set's signals.
    private var places: [Int] = []
    private var lists: [SignalList] = []
    private var asked = 0
    private var newest = -1
    private var length = 64

    /// Sets in a window at most.
    static let lengthMax = 2_048

    /// The signals of a set; `work` gives those of variants, which are worked out for a window of sets that ends at `end`.
    ///
    /// `slots` share the budget.
    mutating func list(
        of set: Int,
        end: Int,
        slots: Int,
        _ budget: SignalBudget,
        variant: (Int) -> BoundStrategy?,
        _ work: ([BoundStrategy]) -> [SignalList]
    ) -> SignalList {
        if !sets.contains(set) {
            adapt(to: budget.bytes / slots)
            fill(from: set, to: min(max(end, set + 1), set + min(length, budget.sets)), variant, work)
        }
        if set != newest {
            newest = set
            asked += 1
        }
        return lists[places[set - sets.lowerBound]]
    }

    private mutating func adapt(to memory: Int) {
        guard !sets.isEmpty else { return }
        length = asked * 2 >= sets.count ? length * 4 : max(1, asked)
        let bytes = lists.reduce(0) { $0 + $1.count * 5 } / sets.count
        length = max(1, min(length, SignalWindow.lengthMax, memory / max(1, bytes)))
    }

    private mutating func fill(
        from first: Int,
        to end: Int,
        _ variant: (Int) -> BoundStrategy?,
        _ work: ([BoundStrategy]) -> [SignalList]
    ) {
        sets = first..<end
        asked = 0
        newest = -1
        places.removeAll(keepingCapacity: true)
        var variants: [BoundStrategy] = []
        var known: [BoundStrategy: Int] = [:]
        for set in sets {
            guard let bound = variant(set) else { preconditionFailure("the slot's signals come from a file") }
            if let last = variants.last, last == bound {
                places.append(variants.count - 1)
            } else if let place = known[bound] {
                places.append(place)
            } else {
                known[bound] = variants.count
                places.append(variants.count)
                variants.append(bound)
            }
        }
        lists.removeAll(keepingCapacity: true)
        lists = work(variants)
    }
}
