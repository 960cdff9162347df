import CKernels

/// Correlations of columns, eight rows at a time.
enum CorrelationMatrix {
    /// Calls back with row, column and correlation of every pair with row <= column, some of them more than once.
    static func forEach<Columns: ReturnColumns>(
        _ columns: Columns,
        _ body: (_ row: Int, _ column: Int, _ correlation: Double) -> Void
    ) {
        let periods = columns.periods
        let width = 48
        var left = [Double](repeating: 0, count: 8 * periods)
        var weights = [Double](repeating: 0, count: 8 * periods)
        var right = [Double](repeating: 0, count: width * periods)
        var sums = [Double](repeating: 0, count: 8 * width)
        // The right side outside: its columns are scaled once.
        for start in stride(from: 0, to: columns.count, by: width) {
            let range = start..<min(start + width, columns.count)
            columns.copy(range, into: &right) { Moved.toUnitLength($1) }
            for group in stride(from: 0, to: range.upperBound, by: 8) {
                let rows = group..<min(group + 8, columns.count)
                columns.copy(rows, into: &left) { Moved.toUnitLength($1) }
                for lane in 0..<8 {
                    for t in 0..<periods {
                        weights[8 * t + lane] = lane < rows.count ? left[lane * periods + t] : 0
                    }
                }
                admf_weighted_sums(weights, right, Int64(periods), Int64(periods), Int64(range.count), &sums)
                for (place, column) in range.enumerated() {
                    for row in rows where row <= column { body(row, column, sums[8 * place + row - group]) }
                }
            }
        }
    }

    /// The sum of the squares of all entries, both triangles and the diagonal.
    static func sumOfSquares<Columns: ReturnColumns>(_ columns: Columns) -> Double {
        var sum = 0.0
        forEach(columns) { row, column, rho in sum += row == column ? 1 : 2 * rho * rho }
        return sum
    }
}
