import BacktestModel

/// Looks columns up by name and collects what is missing or doubled.
struct ColumnSearch {
    let names: [String]
    let file: String
    var problems: [DataProblem] = []

    init(names: [String], file: String) {
        self.names = names
        self.file = file
    }

    mutating func needed(_ name: String) -> Int? {
        if let index = optional(name) { return index }
        if !problems.contains(where: { $0.column == name }) { missing(name) }
        return nil
    }

    mutating func optional(_ name: String) -> Int? {
        let found = names.indices.filter { names[$0] == name }
        if found.count > 1 { doubled(name, found) }
        return found.first
    }

    /// `timestamp`, else the one column with another name for it.
    mutating func stamp() -> Int? {
        if names.contains("timestamp") { return optional("timestamp") }
        let found = names.indices.filter { BarColumns.stampAliases.contains(names[$0]) }
        if found.count > 1 {
            doubled("timestamp", found)
        } else if found.isEmpty {
            missing("timestamp")
        }
        return found.first
    }

    private mutating func missing(_ name: String) {
        var remedy = "add it, or rename the column that holds it"
        if names.count == 1, let separator = [";", "\t", "|"].first(where: { names[0].contains($0) }) {
            remedy =
                "fields must be separated by commas, not by \(separator == "\t" ? "tabs" : "'\(separator)'")"
        } else if let near = nearestWord(to: name, among: names.filter { !$0.isEmpty }) {
            remedy = "did you mean the column '\(near)'? rename it to '\(name)'"
        }
        problems.append(
            DataProblem(
                file: file,
                line: 1,
                column: name,
                kind: .missingColumn,
                message: "the header has no column '\(name)'",
                remedy: remedy
            )
        )
    }

    private mutating func doubled(_ name: String, _ found: [Int]) {
        let places = found.map { "'\(names[$0])' (column \($0 + 1))" }.joined(separator: " and ")
        problems.append(
            DataProblem(
                file: file,
                line: 1,
                column: name,
                kind: .duplicateColumn,
                message: "more than one column can be the \(name): \(places)",
                remedy:
                    "keep one, or rename the one that counts to '\(name)' and the others to something else"
            )
        )
    }
}
