import BacktestExpressions

/// The numbers of a column, and the range that those of neighbouring rows lie in.
struct ColumnBounds {
    /// A run of rows: a tree of bounds over listed numbers, or a range, whose numbers ascend.
    private enum Piece {
        /// Node i has the children 2i and 2i + 1; the leaves begin at the number of rows.
        case tree([FormulaRange])
        case ascending
    }

    private let column: SweptColumn
    /// The number where a case leaves the parameter out.
    private let current: Double?
    private var pieces: [(rows: Range<Int>, piece: Piece)] = []

    init(_ column: SweptColumn, current: Double?) {
        self.column = column
        self.current = current
        for (rows, listed) in column.pieces {
            guard let listed else {
                pieces.append((rows, .ascending))
                continue
            }
            var tree = [FormulaRange](repeating: .undefined, count: 2 * listed.count)
            for (row, value) in listed.enumerated() {
                tree[listed.count + row] = FormulaRange(value.map(\.number) ?? current)
            }
            for node in stride(from: listed.count - 1, to: 0, by: -1) {
                tree[node] = tree[2 * node].union(tree[2 * node + 1])
            }
            pieces.append((rows, .tree(tree)))
        }
    }

    /// The number of a row, `nil` for a word.
    func number(_ row: Int) -> Double? {
        guard let value = column[row] else { return current }
        return value.number
    }

    /// A range that holds the numbers of some rows.
    func range(_ wanted: Range<Int>) -> FormulaRange {
        if wanted.count == 1 { return FormulaRange(number(wanted.lowerBound)) }
        var found: FormulaRange?
        for (rows, piece) in pieces where rows.overlaps(wanted) {
            let part = rows.clamped(to: wanted)
            let range: FormulaRange
            switch piece {
            case .ascending:
                range = FormulaRange(number(part.lowerBound)).union(FormulaRange(number(part.upperBound - 1)))
            case .tree(let tree):
                let first = part.lowerBound - rows.lowerBound
                range = ColumnBounds.bounds(of: first..<first + part.count, in: tree)
            }
            found = found.map { $0.union(range) } ?? range
        }
        return found ?? .undefined
    }

    private static func bounds(of rows: Range<Int>, in tree: [FormulaRange]) -> FormulaRange {
        var low = rows.lowerBound + tree.count / 2
        var high = rows.upperBound + tree.count / 2
        var found = tree[low]
        while low < high {
            if low & 1 == 1 {
                found = found.union(tree[low])
                low += 1
            }
            if high & 1 == 1 {
                high -= 1
                found = found.union(tree[high])
            }
            low /= 2
            high /= 2
        }
        return found
    }
}
