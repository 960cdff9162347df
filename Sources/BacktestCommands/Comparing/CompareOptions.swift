import BacktestEvents
import BacktestExpressions
import BacktestReports

/// The options of `compare`; those of DVC go by DVC's names.
enum CompareOptions {
    static let metrics = OptionList(
        "metrics",
        value: "NAMES",
        "compare these metrics, separated by commas",
        reader: ValueReader<String>.text
    )
    static let keep = OptionList(
        "keep",
        value: "PATTERN",
        "columns that --drop and --only-changed leave alone; without these, the only metrics: 'sharpe.*|max_.*'",
        reader: ValueReader<String>.text
    )
    static let drop = OptionList(
        "drop",
        value: "PATTERN",
        "leave out metrics and parameters that match: 'total_.*', '.*'",
        reader: ValueReader<String>.text
    )
    static let sortBy = Option(
        "sort-by",
        value: "NAME",
        "order containers by the change of a metric, by relative.METRIC, a.METRIC, b.METRIC or a parameter",
        default: "the order of the first run",
        reader: ValueReader<String>.text
    )
    static let sort = Option("sort", value: "NAME", "the same as --sort-by", reader: ValueReader<String>.text)
    static let sortOrder = Option(
        "sort-order",
        value: "ORDER",
        "asc or desc",
        default: "the worst change first",
        reader: ValueReader<String>.word(["asc", "desc"])
    )
    static let all = Flag("all", "show containers and metrics that are the same too")
    static let onlyChanged = Flag(
        "only-changed",
        "leave out metrics and parameters that are the same everywhere"
    )
    static let absolute = OptionList(
        "atol",
        value: "TOLERANCE",
        "absolute difference that counts as none: 1e-9, or sharpe_ratio=0.01 for one metric",
        reader: ValueReader<String>.text
    )
    static let relative = OptionList(
        "rtol",
        value: "TOLERANCE",
        "difference as a share of the first value that counts as none: 0.1%, or sharpe_ratio=1%",
        reader: ValueReader<String>.text
    )
    static let tolerance = OptionList(
        "tolerance",
        value: "TOLERANCE",
        "the same as --rtol",
        reader: ValueReader<String>.text
    )
    static let failOn = OptionList<Formula>(
        "fail-on",
        value: "CONDITION",
        "end with status 1 where this holds for the change of a container, such as 'sharpe_ratio < -0.05'",
        reader: ValueReader<Formula>.condition
    )
    static let precision = Option(
        "precision",
        value: "N",
        "decimals of numbers, in every format",
        default: "as needed",
        reader: .wholeNumber(0...15)
    )
    static let top = Option(
        "top",
        value: "N",
        "containers that a table shows, 0 for all",
        default: "20",
        reader: .wholeNumber(0...Int.max)
    )
    static let events = Flag(
        "events",
        "compare stored traces: the first event at which containers part; status 1 where they do"
    )
    static let type = OptionList(
        "type",
        value: "TYPE",
        "with --events: compare events of this type alone, such as SIGNAL, wherever in the stream they stand",
        reader: ValueReader<EventType>.eventType
    )
    static let csv = Flag("csv", "the same as --format csv")
    static let markdown = Flag("md", "the same as --format markdown")

    static let declared: [any OptionDeclaration] =
        [
            metrics, keep, drop, sortBy, sort, sortOrder, all, onlyChanged, absolute, relative, tolerance,
            failOn, top, precision, events, type, SweepArguments.verdict,
        ] + FormatOptions.all + [csv, markdown]

    /// The format; `--json`, `--csv`, `--md` and `--format` may not contradict each other.
    static func format(_ arguments: ParsedArguments) throws(CommandFailure) -> OutputFormat {
        let chosen = try FormatOptions.chosen(arguments, command: "compare")
        let isGiven = arguments[FormatOptions.json] || arguments[FormatOptions.format] != nil
        var wanted: [(OutputFormat, String)] = isGiven ? [(chosen, "--format \(chosen.rawValue)")] : []
        if arguments[csv] { wanted.append((.csv, "--csv")) }
        if arguments[markdown] { wanted.append((.markdown, "--md")) }
        for (format, name) in wanted where format != wanted[0].0 {
            throw UsageError.conflict("\(name) contradicts \(wanted[0].1)").failure(of: "compare")
        }
        return wanted.first?.0 ?? .table
    }

    static func tolerance(_ arguments: ParsedArguments) throws(ReportError) -> ComparisonTolerance {
        var value = ComparisonTolerance()
        for text in arguments[absolute] { try value.setAbsolute(text) }
        for text in arguments[relative] + arguments[tolerance] { try value.setRelative(text) }
        return value
    }

    /// What is shown: tables usually show a few metrics, CSV and JSON all.
    static func query(
        _ arguments: ParsedArguments,
        _ format: OutputFormat
    ) throws(ReportError) -> ComparisonQuery {
        let isForPeople = format == .table || format == .markdown
        var query = ComparisonQuery(metrics: try ComparisonQuery.metrics(only: arguments[metrics]))
        if !arguments[keep].isEmpty { query.keep = try NamePatterns(arguments[keep]) }
        if !arguments[drop].isEmpty { query.drop = try NamePatterns(arguments[drop]) }
        query.showsUnchanged = arguments[all]
        query.hidesConstant = arguments[onlyChanged]
        query.isBrief = isForPeople && arguments[metrics].isEmpty
        query.sortBy = arguments[sortBy] ?? arguments[sort]
        query.descending = arguments[sortOrder].map { $0 == "desc" }
        query.top = isForPeople ? rowsMax(arguments) : nil
        return query
    }

    /// Most containers of a table, `nil` for all.
    static func rowsMax(_ arguments: ParsedArguments) -> Int? {
        let top = arguments[top] ?? 20
        return top > 0 ? top : nil
    }

    /// Options that say something of metrics, and so nothing of events.
    static func ofMetrics(_ arguments: ParsedArguments) -> String? {
        for list in [metrics, keep, drop, absolute, relative, tolerance] where !arguments[list].isEmpty {
            return list.grammar.dashed
        }
        for option in [sortBy, sort, sortOrder] where arguments[option] != nil {
            return option.grammar.dashed
        }
        if !arguments[failOn].isEmpty { return failOn.grammar.dashed }
        return arguments[onlyChanged] ? onlyChanged.grammar.dashed : nil
    }
}
