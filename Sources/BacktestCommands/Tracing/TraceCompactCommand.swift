import BacktestModel
import BacktestReports
import BacktestResults
import BacktestSweep
import BacktestTracing
import Glibc

/// `admf trace compact`.
package struct TraceCompactCommand: Command {
    private static let compression = Option(
        "compression",
        value: "NAME",
        "gzip, zstd or none, for the new files",
        default: "as before",
        reader: ValueReader<TraceCompression>.choice
    )
    private static let olderThan = Option(
        "older-than",
        value: "DURATION",
        "only traces written at least so long ago, such as 12h or 30d",
        default: "0s",
        reader: ValueReader<Int>.duration
    )

    package let grammar = CommandGrammar(
        "trace compact",
        "make stored traces smaller: fewer files, compressed harder, the same events",
        discussion: [
            "The files of each trace are merged and compressed at a high level, which takes longer than a run wants to wait; every"
                + " line stays as it is. With max_file_size_mb the new files keep that limit. The new files are read back and compared"
                + " before the index names them, and the old ones go last: an interruption at any moment leaves one of the two whole,"
                + " and the same command tidies up.",
            "--older-than keeps a hot window: recent traces stay in the small blocks in which they were written.",
        ],
        arguments: [RunArgument.run, TraceArguments.containers],
        options: [compression, olderThan] + FormatOptions.all,
        examples: [
            Example("admf trace compact results/demo/latest", "every trace of the run"),
            Example(
                "admf trace compact results/demo/latest 'trend_*' --compression zstd --older-than 30d",
                "some traces, once they are a month old"
            ),
        ],
        statuses: [.success, .unmet, .usage, .storageFailed]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let run = try RunArgument.open(arguments)
        let traces = try TraceArguments.traces(run, arguments[TraceArguments.containers])
        var compaction: TraceCompaction
        do throws(StorageError) {
            compaction = try TraceCompaction(
                run.path,
                compression: arguments[TraceCompactCommand.compression]
            )
        } catch {
            throw CommandFailure(error)
        }
        var table = Table(columns: [
            Table.Column("container_id"), Table.Column("events", .integer),
            Table.Column("files_before", .integer),
            Table.Column("bytes_before", .integer), Table.Column("files", .integer),
            Table.Column("bytes", .integer), Table.Column("left_because"),
        ])
        let newest = time(nil) - (arguments[TraceCompactCommand.olderThan] ?? 0)
        var failures = 0
        for trace in traces {
            if TraceCompactCommand.age(of: trace) > newest {
                context.log.info("\(trace.index.containerID): younger than --older-than, left as it is")
                continue
            }
            do throws(TraceCompaction.Failure) {
                table.append(TraceCompactCommand.row(try compaction.compact(trace)))
            } catch {
                failures += 1
                context.log.error(
                    "\(trace.index.containerID): \(error.description); its trace is what it was"
                )
            }
        }
        context.print(table, as: format)
        return failures == 0 ? .success : .unmet
    }

    /// When a trace was written, in seconds since 1970.
    private static func age(of trace: StoredTrace) -> Int {
        var status = stat()
        let path = "\(trace.indexFolder)/\(TraceIndex.fileName)"
        return stat(path, &status) == 0 ? Int(status.st_mtim.tv_sec) : 0
    }

    private static func row(_ report: TraceCompaction.Report) -> [Scalar] {
        [
            .text(report.containerID), .number(Double(report.events)), .number(Double(report.before.files)),
            .number(Double(report.before.bytes)), .number(Double(report.after.files)),
            .number(Double(report.after.bytes)), report.reason.map { .text($0) } ?? .null,
        ]
    }
}

extension ValueReader where Value == Int {
    /// A length of time in seconds: a whole number and `s`, `m`, `h` or `d`.
    package static let duration = ValueReader { text throws(InvalidValue) in
        let units = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = units[String(text.suffix(1))], let count = Int(text.dropLast()), count >= 0,
            count <= 1_000_000
        else { throw InvalidValue(expected: "a duration such as 90s, 15m, 12h or 30d") }
        return count * unit
    }
}
