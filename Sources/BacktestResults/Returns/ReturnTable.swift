public import BacktestStatistics

/// Returns of containers, or of whatever else somebody tried, over the same periods.
public struct ReturnTable: Sendable {
    /// Ids of the columns, distinct.
    public var ids: [String]
    /// The returns, a column an id.
    public var matrix: ReturnMatrix
    /// Length of a period; `nil` where it is not known.
    public var frequency: ReturnFrequency?
    /// Periods a year; `nil` where it is not known.
    public var periodsPerYear: Double?

    /// Takes a column out, as a benchmark; `nil` where there is none of that id.
    public mutating func remove(_ id: String) -> [Double]? {
        guard let place = ids.firstIndex(of: id) else { return nil }
        func column(_ index: Int) -> [Double] {
            matrix.withColumn(index) { span in span.indices.map { span[$0] } }
        }
        let taken = column(place)
        let rest = ids.indices.filter { $0 != place }
        matrix = ReturnMatrix(columns: rest.map(column))
        ids.remove(at: place)
        return taken
    }
}

/// Length of the periods of returns, the finest first.
public enum ReturnFrequency: String, Sendable, CaseIterable {
    /// Each bar of the timeline.
    case bar
    /// Hours on the clock.
    case hour
    /// Local days.
    case day
    /// Local weeks from Monday on.
    case week
    /// Local months.
    case month
}

/// Why a file cannot be read as a matrix of returns.
public struct ReturnTableError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file.
    public var file: String
    /// The line, from 1; `nil` for the file as a whole.
    public var line: Int?
    /// Name of the column, or its number from 1 where it has none.
    public var column: String?
    /// What is wrong.
    public var message: String
    /// What to do about it.
    public var remedy: String

    /// One sentence with its place.
    public var description: String {
        let place = line.map { "\(file):\($0): " } ?? "\(file): "
        return place + (column.map { "column \($0): " } ?? "") + message
    }
}
