import BacktestExpressions
import BacktestYAML

/// A constraint with its place and the axes that it reads.
struct SweepConstraint: Sendable {
    var formula: Formula
    var node: YAMLNode
    /// Indices of the axes that decide it, ascending.
    var axes: [Int]
}

/// Finds the sets that meet every constraint, without making the others.
///
/// Each constraint is evaluated once for every combination of the axes that it reads, into a table of bits. The sets are
/// then walked axis by axis; a combination of the first axes that breaks a constraint is left with all that follows it.
struct ConstraintFilter {
    /// Combinations that one constraint may be evaluated on.
    static let tableLimit = 100_000_000

    /// What the walk found.
    struct Result {
        /// Positions in the full product, ascending; at most as many as asked for.
        var survivors: [UInt32] = []
        /// How many there are in all.
        var count = 0
    }

    private struct Table {
        /// Step in the table for one row of each axis, 0 for axes that the constraint does not read.
        var strides: [Int]
        var lastAxis: Int
        var bits: [Bool]
    }

    private let counts: [Int]
    private let weights: [Int]
    private var tablesByAxis: [[Table]]
    private let keptLimit: Int
    private var result = Result()

    /// Evaluates the constraints; `value` gives the number of a name in a combination of rows, row -1 for axes not read.
    init(
        counts: [Int],
        constraints: [SweepConstraint],
        keeping keptLimit: Int,
        value: (String, [Int]) -> Double?
    ) {
        self.counts = counts
        self.keptLimit = keptLimit
        var weights = [Int](repeating: 1, count: counts.count)
        for axis in counts.indices.dropLast().reversed() {
            weights[axis] = weights[axis + 1] * counts[axis + 1]
        }
        self.weights = weights
        tablesByAxis = [[Table]](repeating: [], count: counts.count)
        for constraint in constraints {
            guard let last = constraint.axes.last else { continue }
            tablesByAxis[last].append(ConstraintFilter.table(constraint, counts: counts, value: value))
        }
    }

    private static func table(
        _ constraint: SweepConstraint,
        counts: [Int],
        value: (String, [Int]) -> Double?
    ) -> Table {
        var strides = [Int](repeating: 0, count: counts.count)
        var size = 1
        for axis in constraint.axes.reversed() {
            strides[axis] = size
            size *= counts[axis]
        }
        var rows = [Int](repeating: -1, count: counts.count)
        let bits = (0..<size).map { index in
            for axis in constraint.axes { rows[axis] = index / strides[axis] % counts[axis] }
            return constraint.formula.evaluate { value($0, rows) }.isTrue
        }
        return Table(strides: strides, lastAxis: constraint.axes.last ?? 0, bits: bits)
    }

    /// Walks the sets.
    mutating func run() -> Result {
        var rows = [Int](repeating: 0, count: counts.count)
        walk(axis: 0, position: 0, &rows)
        return result
    }

    private mutating func walk(axis: Int, position: Int, _ rows: inout [Int]) {
        if axis == counts.count {
            result.count += 1
            if result.survivors.count < keptLimit { result.survivors.append(UInt32(position)) }
            return
        }
        let tables = tablesByAxis[axis]
        for row in 0..<counts[axis] {
            rows[axis] = row
            let isAllowed = tables.allSatisfy { table in
                var index = 0
                for axis in 0...axis { index += rows[axis] * table.strides[axis] }
                return table.bits[index]
            }
            if isAllowed { walk(axis: axis + 1, position: position + row * weights[axis], &rows) }
        }
    }
}
