/// The first problems of one file.
struct ProblemLog {
    /// More problems of a file than these are not looked for.
    static let limit = 20

    let file: String
    private(set) var problems: [DataProblem] = []

    init(file: String) { self.file = file }

    var isFull: Bool { problems.count >= ProblemLog.limit }
    var isEmpty: Bool { problems.isEmpty }

    mutating func add(
        line: Int?,
        column: String?,
        _ kind: DataProblemKind,
        _ message: String,
        remedy: String
    ) {
        guard !isFull else { return }
        problems.append(
            DataProblem(
                file: file,
                line: line,
                column: column,
                kind: kind,
                message: message,
                remedy: remedy
            )
        )
    }

    mutating func add(_ found: [DataProblem]) {
        problems.append(contentsOf: found.prefix(ProblemLog.limit - problems.count))
    }
}
