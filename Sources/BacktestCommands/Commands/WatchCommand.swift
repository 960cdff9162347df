import BacktestReports
import BacktestResults
import Glibc

/// `admf watch`.
package struct WatchCommand: Command {
    private static let once = Flag("once", "print how the run stands, and stop")
    private static let interval = Option(
        "interval",
        value: "SECONDS",
        "time between two looks, 0.1 to 3600",
        default: "1",
        reader: ValueReader<Double>.seconds
    )
    private static let json = Flag("json", "an object a line, one for each look")

    package let grammar = CommandGrammar(
        "watch",
        "show a run while it goes on: counts, rate, the best containers so far",
        discussion: [
            "Shows what the run says about once a second (progress.json, and partial.json of long containers), until it ends;"
                + " then its leaderboard. Where standard output is no terminal, a line is printed whenever something has"
                + " changed. Watching writes nothing and may be stopped at any moment.",
            "Ends with status 0 where the run is completed (or, with --once, still running) and with 1 where it was"
                + " interrupted, failed, or its process is gone.",
        ],
        arguments: [RunArgument.run],
        options: [once, interval, RankOptions.top, json],
        examples: [
            Example("admf watch results/demo", "the latest run of demo, until it ends"),
            Example("admf watch results/demo/latest --once --json", "for programs: one object"),
            Example("admf watch demo --interval 10 --top 3", "a look every ten seconds, three containers"),
        ],
        statuses: [.success, .unmet, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let run = WatchedRun(
            try RunArgument.open(arguments),
            top: arguments[RankOptions.top] ?? RankOptions.topDefault
        )
        let isJSON = arguments[WatchCommand.json]
        let interval = arguments[WatchCommand.interval] ?? 1
        var screen = WatchScreen(context, isJSON: isJSON)
        while true {
            let report = try run.look()
            let isLast = report.status.isFinal || arguments[WatchCommand.once]
            screen.show(report, isLast: isLast)
            if isLast {
                return report.status == .completed || report.status == .running ? .success : .unmet
            }
            // Whoever read what is shown has gone.
            if context.output.isClosed { return .success }
            usleep(UInt32(interval * 1_000_000))
        }
    }
}

/// Where the looks at a run are shown: redrawn on a terminal, else line by line.
private struct WatchScreen {
    private let context: CommandContext
    private let isJSON: Bool
    private var drawnLines = 0
    private var lastLine = ""

    init(_ context: CommandContext, isJSON: Bool) {
        self.context = context
        self.isJSON = isJSON
    }

    mutating func show(_ report: WatchReport, isLast: Bool) {
        defer { context.output.flush() }
        if isJSON { return context.output.line(report.json.compact) }
        if context.terminal.movesCursor { return draw(report) }
        if isLast { return context.output.write(report.text(context.style)) }
        guard report.line != lastLine else { return }
        lastLine = report.line
        context.output.line(report.line)
    }

    private mutating func draw(_ report: WatchReport) {
        let text = report.text(context.style)
        // Up to where the last look began, and everything below away.
        if drawnLines > 0 { context.output.write("\u{1B}[\(drawnLines)A\r\u{1B}[J") }
        context.output.write(text)
        drawnLines = rows(of: text)
    }
}

extension WatchScreen {
    /// Rows of the terminal that a text takes: a long path goes on in the next one, tables and bars are cut to fit.
    private func rows(of text: String) -> Int {
        let width = max(context.terminal.width, 1)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().reduce(0) {
            sum,
            line in
            let isPlain = !line.utf8.contains(0x1B)
            return sum + (isPlain ? max(1, (line.count + width - 1) / width) : 1)
        }
    }
}

extension ValueReader where Value == Double {
    /// A number of seconds from a tenth to an hour.
    fileprivate static let seconds = ValueReader { text throws(InvalidValue) in
        guard let value = Double(text), (0.1...3_600).contains(value) else {
            throw InvalidValue(expected: "a number of seconds from 0.1 to 3600")
        }
        return value
    }
}
