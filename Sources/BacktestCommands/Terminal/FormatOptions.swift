package import BacktestReports

/// The options of every command that prints a table.
package enum FormatOptions {
    /// `--format`.
    package static let format = Option(
        "format",
        value: "FORMAT",
        "how to print: table, json, csv or markdown",
        default: "table",
        reader: ValueReader<OutputFormat>.choice
    )
    /// `--json`.
    package static let json = Flag("json", "the same as --format json")

    /// Both, for a command's grammar.
    package static let all: [any OptionDeclaration] = [format, json]

    /// The format that was asked for; refuses `--json` with another format.
    package static func chosen(
        _ arguments: ParsedArguments,
        command: String
    ) throws(CommandFailure) -> OutputFormat {
        let format = arguments[format]
        guard arguments[json] else { return format ?? .table }
        guard let format, format != .json else { return .json }
        throw UsageError.conflict("--json contradicts --format \(format.rawValue)").failure(of: command)
    }
}
