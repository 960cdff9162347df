/// All commands, in the order in which help lists them.
///
/// A command is one file beside this one and one line here.
package enum CommandTable {
    /// The commands.
    package static let all: [any Command] = [
        InitCommand(),
        ValidateCommand(),
        PlanCommand(),
        RunCommand(),
        ResumeCommand(),
        WatchCommand(),
        ListCommand(),
        ShowCommand(),
        RankCommand(),
        CompareCommand(),
        CheckCommand(),
        StatisticsCommand(),
        ReportCommand(),
        ExportCommand(),
        SQLCommand(),
        NotebookCommand(),
        PlotCommand(),
        TraceCommand(),
        WhyCommand(),
        WhyNotCommand(),
        VerifyCommand(),
        StrategiesCommand(),
        IndicatorsCommand(),
        MetricsCommand(),
        SchemaCommand(),
        DoctorCommand(),
        CacheCommand(),
        CompletionsCommand(),
        VersionCommand(),
        HelpCommand(),
    ]

    /// The command of that name.
    package static func command(named name: String) -> (any Command)? {
        all.first { $0.grammar.name == name }
    }
}
