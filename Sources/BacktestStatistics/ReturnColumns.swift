/// Returns of many candidates over the same periods, a column a candidate.
///
/// What asks for columns takes one at a time, so that a mapped file, a frequency or an excess over a benchmark can stand
/// behind it: nothing needs the whole matrix in memory.
public protocol ReturnColumns {
    /// Number of columns.
    var count: Int { get }
    /// Returns in every column, the oldest first.
    var periods: Int { get }
    /// Lends a column, the same values each time.
    func withColumn<Result>(_ index: Int, _ body: (Span<Double>) -> Result) -> Result
}

/// Returns of many candidates in memory, column after column.
public struct ReturnMatrix: ReturnColumns, Sendable, Equatable {
    /// Number of columns.
    public let count: Int
    /// Returns in every column.
    public let periods: Int
    private let values: [Double]

    /// Columns of one length.
    public init(columns: [[Double]]) {
        count = columns.count
        periods = columns.first?.count ?? 0
        precondition(columns.allSatisfy { [periods] in $0.count == periods }, "columns of one length")
        values = Array(columns.joined())
    }

    /// The values column after column, `periods` in each.
    public init(values: [Double], periods: Int) {
        precondition(periods > 0 && values.count % periods == 0)
        count = values.count / periods
        self.periods = periods
        self.values = values
    }

    /// Lends a column.
    public func withColumn<Result>(_ index: Int, _ body: (Span<Double>) -> Result) -> Result {
        body(values.span.extracting(index * periods..<(index + 1) * periods))
    }
}

/// Some columns of others, in an order of its own.
public struct ColumnSelection<Columns: ReturnColumns>: ReturnColumns {
    private let columns: Columns
    private let indices: [Int]

    /// The columns of these indices.
    public init(_ columns: Columns, indices: [Int]) {
        self.columns = columns
        self.indices = indices
    }

    /// Number of columns.
    public var count: Int { indices.count }
    /// Returns in every column.
    public var periods: Int { columns.periods }

    /// Lends a column.
    public func withColumn<Result>(_ index: Int, _ body: (Span<Double>) -> Result) -> Result {
        columns.withColumn(indices[index], body)
    }
}

/// Columns less a benchmark, period by period.
public struct ExcessReturns<Columns: ReturnColumns>: ReturnColumns {
    private let columns: Columns
    private let benchmark: [Double]

    /// What the columns have beyond the benchmark, of as many periods.
    public init(_ columns: Columns, over benchmark: [Double]) {
        precondition(benchmark.count == columns.periods)
        self.columns = columns
        self.benchmark = benchmark
    }

    /// Number of columns.
    public var count: Int { columns.count }
    /// Returns in every column.
    public var periods: Int { columns.periods }

    /// Lends a column, made for the occasion.
    public func withColumn<Result>(_ index: Int, _ body: (Span<Double>) -> Result) -> Result {
        columns.withColumn(index) { column in
            var excess = benchmark
            for t in column.indices { excess[t] = column[t] - benchmark[t] }
            return body(excess.span)
        }
    }
}

extension ReturnColumns {
    /// Writes columns into a buffer, one after the other.
    func copy(_ range: Range<Int>, into buffer: inout [Double], _ transform: (Int, Span<Double>) -> Moved) {
        for (place, index) in range.enumerated() {
            withColumn(index) { column in
                let moved = transform(index, column)
                for t in column.indices { buffer[place * periods + t] = (column[t] - moved.by) * moved.scale }
            }
        }
    }
}

/// How a column is moved and scaled while it is copied.
struct Moved {
    var by = 0.0
    var scale = 1.0
}
