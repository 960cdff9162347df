import BacktestModel
import BacktestReports

/// `admf doctor`.
package struct DoctorCommand: Command {
    private static let output = Option(
        "output",
        value: "DIR",
        "the results folder to look at",
        default: "results",
        reader: ValueReader<String>.folder
    )

    package let grammar = CommandGrammar(
        "doctor",
        "check that everything admf needs is there",
        discussion: [
            "Prints versions and reach of the libraries, and what the machine has to offer. Status 1 only where something"
                + " is missing without which admf does not work."
        ],
        options: [output] + FormatOptions.all,
        examples: [
            Example("admf doctor", "prints one line for each thing that admf needs"),
            Example("admf doctor --json", "the same for programs"),
        ],
        statuses: [.success, .unmet, .usage],
        environment: [
            EnvironmentVariable("TZDIR", "folder of the time zones (default: /usr/share/zoneinfo)"),
            SQLCommand.library,
        ]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let folder = arguments[DoctorCommand.output] ?? "results"
        let findings = LibraryFindings.all() + MachineFindings.all(resultsFolder: folder)
        var table = Table(columns: [
            Table.Column("name"), Table.Column("state"), Table.Column("version"), Table.Column("detail"),
        ])
        for finding in findings {
            table.append([
                .text(finding.name), .text(finding.state.rawValue), .optional(finding.version),
                .text(finding.detail),
            ])
        }
        context.print(table, as: format)
        return findings.contains { $0.state == .missing } ? .unmet : .success
    }
}
