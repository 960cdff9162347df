package import BacktestModel

/// Rows that a command prints in the format that the user chose.
package struct PrintedTable: Sendable {
    /// Names of the columns: headings, and keys in JSON.
    package let columns: [String]
    /// One value a column.
    package private(set) var rows: [[Scalar]] = []

    /// A table without rows.
    package init(_ columns: [String]) { self.columns = columns }

    /// Adds a row.
    package mutating func add(_ row: [Scalar]) {
        precondition(row.count == columns.count, "a row has a value for each column")
        rows.append(row)
    }
}

extension Scalar {
    /// Text, or `null` for none.
    package static func optional(_ text: String?) -> Scalar { text.map { .text($0) } ?? .null }
    /// A number, or `null` for none.
    package static func optional(_ number: Double?) -> Scalar { number.map { .number($0) } ?? .null }
}
