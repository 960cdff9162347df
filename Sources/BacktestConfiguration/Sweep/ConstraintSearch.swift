import BacktestExpressions
import BacktestSweep
import BacktestYAML

/// A constraint with its place and the axes that it reads.
struct SweepConstraint: Sendable {
    var formula: Formula
    var node: YAMLNode
    /// Indices of the axes that decide it, ascending.
    var axes: [Int]
}

/// Finds and counts the sets that meet every constraint, without making the others.
///
/// A box is a run of rows of each axis. Where the bounds of the numbers in a box show that a constraint holds in all of its
/// sets, or in none, the box is counted, or left, as a whole; else it is halved. So `fast < slow` over a million times a
/// million values is looked at along its diagonal alone, and no further than what is asked for.
struct ConstraintSearch {
    /// Combinations up to which the constraints may be tried on each of them.
    static let exhaustiveLimit = 100_000_000
    /// Boxes that are looked at where there are more combinations.
    static let boxLimit = 1_000_000

    /// A name that constraints read, and whose numbers it has.
    private struct Slot {
        var name: String
        var axis: Int
        var bounds: ColumnBounds
    }

    private let counts: [Int]
    private let constraints: [SweepConstraint]
    /// The axes that some constraint reads.
    private let readAxes: [Int]
    private let slots: [Slot]
    /// Names without a swept value.
    private let fixed: [String: FormulaRange]
    /// The box: rows of each axis, and the range of each slot.
    private var rows: [Range<Int>]
    private var ranges: [FormulaRange]
    /// Indices of the constraints; those that are open in the box come first.
    private var order: [Int]
    private var boxesLeft: Int

    /// Makes a search; `currents` has the numbers of names without the sweep.
    init(
        axes: [SweptAxis],
        paths: [String],
        constraints: [SweepConstraint],
        currents: [String: Double?]
    ) {
        counts = axes.map(\.count)
        self.constraints = constraints
        readAxes = axes.indices.filter { axis in constraints.contains { $0.axes.contains(axis) } }
        let names = Set(constraints.flatMap(\.formula.names))
        var slots: [Slot] = []
        for axis in readAxes {
            for (parameter, column) in zip(axes[axis].parameters, axes[axis].columns)
            where names.contains(paths[parameter]) {
                let name = paths[parameter]
                let bounds = ColumnBounds(column, current: currents[name] ?? nil)
                slots.append(Slot(name: name, axis: axis, bounds: bounds))
            }
        }
        self.slots = slots
        fixed = currents.mapValues { FormulaRange($0) }
        rows = counts.map { 0..<$0 }
        ranges = slots.map { slot in slot.bounds.range(0..<axes[slot.axis].count) }
        order = Array(constraints.indices)
        let product = SweepPlan.product(of: readAxes.map { axes[$0].count })
        boxesLeft = product <= ConstraintSearch.exhaustiveLimit ? .max : ConstraintSearch.boxLimit
    }

    /// Narrows or widens an axis of the box.
    private mutating func set(_ axis: Int, to wanted: Range<Int>) {
        rows[axis] = wanted
        for index in slots.indices where slots[index].axis == axis {
            ranges[index] = slots[index].bounds.range(wanted)
        }
    }

    private func range(of name: String) -> FormulaRange {
        for index in slots.indices where slots[index].name == name { return ranges[index] }
        return fixed[name] ?? .undefined
    }

    /// What is known of the box: how many of the constraints that were open before still are, `nil` where no set meets all.
    private mutating func open(of before: Int) -> Int? {
        boxesLeft -= 1
        var open = before
        var index = 0
        while index < open {
            let constraint = constraints[order[index]]
            if constraint.axes.allSatisfy({ rows[$0].count == 1 }) {
                // Nothing of it is left to halve, and bounds may be a trifle wide.
                let isMet = constraint.formula.evaluate { name in
                    let range = range(of: name)
                    return range.isEmpty ? nil : range.low
                }.isTrue
                guard isMet else { return nil }
            } else {
                let outcomes = constraint.formula.outcomes { range(of: $0) }
                guard outcomes.contains(.holds) else { return nil }
                if outcomes != .holds {
                    index += 1
                    continue
                }
            }
            open -= 1
            order.swapAt(index, open)
        }
        return open
    }
}

// MARK: - Counting

extension ConstraintSearch {
    /// How many sets there are, from and to.
    struct Count: Hashable {
        var low: Int
        var high: Int

        var isExact: Bool { low == high }
    }

    /// Counts the sets, and stops where `isEnough` says so of the bounds or the boxes run out.
    ///
    /// Goes over the whole again and again with a finer grain, so that the first bounds are known at once.
    mutating func count(until isEnough: (Count) -> Bool) -> Count {
        let product = SweepPlan.product(of: readAxes.map { counts[$0] })
        let free = SweepPlan.product(of: counts.indices.filter { !readAxes.contains($0) }.map { counts[$0] })
        func scaled(_ count: Count) -> Count {
            Count(
                low: SweepPlan.product(of: [count.low, free]),
                high: SweepPlan.product(of: [count.high, free])
            )
        }
        var grain = product
        while true {
            grain = grain / 256 <= 64 ? 1 : grain / 256
            var found = Count(low: 0, high: product)
            count(open: constraints.count, grain: grain, &found) { isEnough(scaled($0)) }
            if grain == 1 || isEnough(scaled(found)) || boxesLeft <= 0 { return scaled(found) }
        }
    }

    /// Adds the sets of the box; `grain` is the size below which an undecided box is left.
    private mutating func count(
        open before: Int,
        grain: Int,
        _ count: inout Count,
        _ isEnough: (Count) -> Bool
    ) {
        var size = 1
        for axis in readAxes { size *= rows[axis].count }
        guard let open = open(of: before) else {
            count.high -= size
            return
        }
        if open == 0 {
            count.low += size
            return
        }
        guard size > grain || grain == 1, boxesLeft > 0 else { return }
        let axis = widestAxis(open: open)
        let whole = rows[axis]
        let middle = whole.lowerBound + whole.count / 2
        set(axis, to: whole.lowerBound..<middle)
        self.count(open: open, grain: grain, &count, isEnough)
        if !isEnough(count), boxesLeft > 0 {
            set(axis, to: middle..<whole.upperBound)
            self.count(open: open, grain: grain, &count, isEnough)
        }
        set(axis, to: whole)
    }

    /// The axis with the most rows that an open constraint reads.
    private func widestAxis(open: Int) -> Int {
        var widest = 0
        var most = 0
        for index in order[..<open] {
            for axis in constraints[index].axes where rows[axis].count > most {
                widest = axis
                most = rows[axis].count
            }
        }
        return widest
    }
}

// MARK: - Listing

extension ConstraintSearch {
    /// The positions in the full product of the first sets, ascending; `nil` where the boxes run out before.
    mutating func positions(first limit: Int) -> [Int]? {
        var found: [Int] = []
        found.reserveCapacity(min(limit, 1 << 20))
        let weights = SweepPlan.strides(of: counts)
        list(open: constraints.count, axis: 0, position: 0, weights, limit, &found)
        return boxesLeft > 0 || found.count == limit ? found : nil
    }

    /// Adds the sets of the box, whose axes before `axis` have one row each.
    private mutating func list(
        open before: Int,
        axis: Int,
        position: Int,
        _ weights: [Int],
        _ limit: Int,
        _ found: inout [Int]
    ) {
        guard let open = open(of: before), boxesLeft > 0 else { return }
        if open == 0 {
            // Whatever follows is free, so that its sets are neighbours.
            let rest = axis < rows.count ? SweepPlan.product(of: [rows[axis].count, weights[axis]]) : 1
            let first = position + (axis < rows.count ? rows[axis].lowerBound * weights[axis] : 0)
            for offset in 0..<min(rest, limit - found.count) { found.append(first + offset) }
            return
        }
        let whole = rows[axis]
        if whole.count == 1 {
            let next = position + whole.lowerBound * weights[axis]
            list(open: open, axis: axis + 1, position: next, weights, limit, &found)
            return
        }
        let middle = whole.lowerBound + whole.count / 2
        for half in [whole.lowerBound..<middle, middle..<whole.upperBound] where found.count < limit {
            set(axis, to: half)
            list(open: open, axis: axis, position: position, weights, limit, &found)
        }
        set(axis, to: whole)
    }
}
