import BacktestConfiguration
import BacktestMarketData
import BacktestModel
import BacktestReports

/// Something that is wrong or doubtful in a config or in the data that it names.
enum Complaint {
    case configuration(ConfigurationDiagnostic)
    case data(DataProblem, isError: Bool)

    /// Whether it keeps the config from running.
    var isError: Bool {
        switch self {
        case .configuration(let diagnostic): diagnostic.severity == .error
        case .data(_, let isError): isError
        }
    }

    /// Says it on standard error.
    func report(to log: Log) {
        switch self {
        case .configuration(let diagnostic):
            log.text(diagnostic.rendered(color: log.terminal.hasColor), level: isError ? .error : .warning)
        case .data(let problem, let isError):
            if isError { log.error(problem.description) } else { log.warning(problem.description) }
        }
    }

    /// A row for each, with the keys of `validate --json`.
    ///
    /// A data problem has a column by name, not by number.
    static func table(_ complaints: [Complaint]) -> Table {
        var table = Table(columns: [
            Table.Column("file"), Table.Column("line", .integer), Table.Column("column", .integer),
            Table.Column("severity"), Table.Column("code"), Table.Column("message"), Table.Column("hint"),
        ])
        for complaint in complaints { table.append(complaint.row) }
        return table
    }

    private var row: [Scalar] {
        let severity = Scalar.text(isError ? "error" : "warning")
        switch self {
        case .configuration(let diagnostic):
            return [
                .text(diagnostic.file), .number(Double(diagnostic.line)), .number(Double(diagnostic.column)),
                severity, .text(diagnostic.code), .text(diagnostic.message), .optional(diagnostic.hint),
            ]
        case .data(let problem, _):
            let place = problem.column.map { "column \($0): " } ?? ""
            return [
                .text(problem.file), .optional(problem.line.map { Double($0) }), .null, severity,
                .text(problem.kind.rawValue), .text(place + problem.message),
                .optional(problem.remedy.isEmpty ? nil : problem.remedy),
            ]
        }
    }
}
