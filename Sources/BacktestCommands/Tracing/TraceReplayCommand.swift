import BacktestResults
import BacktestSweep

/// `admf trace replay`.
package struct TraceReplayCommand: Command {
    private static let print = Flag("print", "print the metrics.json that the trace gives")

    package let grammar = CommandGrammar(
        "trace replay",
        "make a container's metrics.json again from its stored events alone",
        discussion: [
            "The events of a full trace pass through the same metrics observer as in the run; no market data is read and nothing is"
                + " traded. Ends with status 1, naming the first line that differs, where the bytes are not those of the"
                + " container's metrics.json."
        ],
        arguments: [RunArgument.run, TraceArguments.container],
        options: [print],
        examples: [
            Example("admf trace replay results/demo/latest trend_0003", "whether events and metrics agree"),
            Example("admf trace replay results/demo/latest trend_0003 --print", "the metrics of the events"),
        ],
        statuses: [.success, .unmet, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let run = try RunArgument.open(arguments)
        let id = arguments[TraceArguments.container]
        let trace = try TraceArguments.trace(run, id)
        let comparison = try ReplayComparison(trace)
        if arguments[TraceReplayCommand.print] {
            context.output.write(String(decoding: comparison.replayed, as: UTF8.self))
        }
        guard let difference = comparison.difference else {
            if !arguments[TraceReplayCommand.print] {
                context.output.line(
                    "\(id): \(QuantityText.count(trace.index.counts.stored)) events give its metrics.json, byte for byte"
                )
            }
            return .success
        }
        context.log.error("\(id): the trace gives another metrics.json: \(difference)")
        return .unmet
    }
}

/// The metrics.json that a trace gives beside the one that the run wrote.
struct ReplayComparison {
    /// The bytes that the trace gives.
    let replayed: [UInt8]
    /// The first line that differs, `nil` where every byte is the same.
    let difference: String?

    /// Reads the trace.
    init(_ trace: StoredTrace) throws(CommandFailure) {
        try self.init(trace) { () throws(TraceReplay.Failure) in try TraceReplay.metricsDocument(trace) }
    }

    /// Takes what a replay of the trace gives.
    init(
        _ trace: StoredTrace,
        _ document: () throws(TraceReplay.Failure) -> [UInt8]
    ) throws(CommandFailure) {
        do throws(TraceReplay.Failure) {
            replayed = try document()
        } catch {
            let status: ExitStatus
            switch error {
            case .notFull: status = .usage
            case .unreadable, .foreign: status = .unmet
            }
            throw CommandFailure(
                status,
                "\(trace.index.containerID): \(error.description)",
                hint: "see 'admf trace integrity'"
            )
        }
        let path = "\(trace.indexFolder)/\(MetricsDocument.fileName)"
        guard let written = try InputFile.bytes(path) else {
            throw CommandFailure(.storageFailed, "\(path): no such file", hint: "`admf resume` the run")
        }
        difference = ReplayComparison.firstDifference(written: written, replayed: replayed)
    }

    /// The first line in which two documents differ, with both versions of it.
    static func firstDifference(written: [UInt8], replayed: [UInt8]) -> String? {
        guard written != replayed else { return nil }
        let a = written.split(separator: 0x0A, omittingEmptySubsequences: false)
        let b = replayed.split(separator: 0x0A, omittingEmptySubsequences: false)
        func shown(_ lines: [ArraySlice<UInt8>], _ index: Int) -> String {
            guard index < lines.count else { return "nothing" }
            return "'\(String(decoding: lines[index], as: UTF8.self).drop { $0 == " " })'"
        }
        for index in 0..<max(a.count, b.count)
        where index >= a.count || index >= b.count || a[index] != b[index] {
            return "line \(index + 1) is \(shown(a, index)) in metrics.json and \(shown(b, index)) here"
        }
        return "the line ends differ"
    }
}
