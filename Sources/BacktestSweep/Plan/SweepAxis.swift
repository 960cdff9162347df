/// The values that one swept parameter takes, each made when it is asked for.
public struct SweepColumn: Sendable {
    /// Number of rows.
    public let count: Int
    /// Whether every value is a plain number: those of a range.
    public let isRange: Bool
    private let value: @Sendable (Int) -> SweepValue?

    /// Makes a column; `value` is asked for rows 0 to `count` - 1 in any order, as often as need be.
    public init(count: Int, isRange: Bool = false, value: @escaping @Sendable (Int) -> SweepValue?) {
        self.count = count
        self.isRange = isRange
        self.value = value
    }

    /// The value of a row; `nil` where a case leaves the parameter out.
    public subscript(row: Int) -> SweepValue? { value(row) }
}

/// Parameters that vary together: one for a grid, several for `zip` and `cases`.
public struct SweepAxis: Sendable {
    /// Indices into `SweepPlan.paths`.
    public var parameters: [Int]
    /// The values of each parameter, all of one length.
    public var columns: [SweepColumn]

    /// Makes an axis.
    public init(parameters: [Int], columns: [SweepColumn]) {
        self.parameters = parameters
        self.columns = columns
    }

    /// Makes an axis of rows, each with a value for each parameter; a case that leaves a parameter out has `nil` there.
    public init(parameters: [Int], rows: [[SweepValue?]]) {
        self.parameters = parameters
        columns = parameters.indices.map { column in
            SweepColumn(count: rows.count) { rows[$0][column] }
        }
    }

    /// Number of rows.
    public var count: Int { columns.first?.count ?? 0 }

    /// The rows, each made when it is asked for.
    public var rows: Rows { Rows(axis: self) }

    /// The rows of an axis, each with a value for each parameter.
    public struct Rows: RandomAccessCollection, Sendable {
        fileprivate let axis: SweepAxis

        /// 0.
        public var startIndex: Int { 0 }
        /// Number of rows.
        public var endIndex: Int { axis.count }
        /// The values of a row.
        public subscript(row: Int) -> [SweepValue?] { axis.columns.map { $0[row] } }
    }
}
