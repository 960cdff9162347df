import BacktestMetrics
public import BacktestModel

/// A container's metrics while it runs: `<container>/partial.json`, gone when metrics.json is there.
public struct PartialDocument: Sendable, Equatable {
    /// The file's name.
    public static let fileName = "partial.json"

    /// Container, portfolio, parameters and metrics so far.
    public var row: RunSummary.Row
    /// The swept paths, in the order of the row's parameters.
    public var parameterPaths: [String]
    /// Hash part of the run id.
    public var runHash: String
    /// Bars that the metrics cover.
    public var barsDone: Int
    /// Bars of the container.
    public var barsTotal: Int
    /// Time of the last event.
    public var time: Timestamp

    /// Makes a document.
    public init(
        row: RunSummary.Row,
        parameterPaths: [String],
        runHash: String,
        barsDone: Int,
        barsTotal: Int,
        time: Timestamp
    ) {
        self.row = row
        self.parameterPaths = parameterPaths
        self.runHash = runHash
        self.barsDone = barsDone
        self.barsTotal = barsTotal
        self.time = time
    }

    /// The document.
    public var bytes: ByteBuffer {
        var json = JSONWriter()
        json.value(
            .object(
                [Named("schema_version", .number(1)), Named("status", .text("running"))]
                    + row.members(parameterPaths)
                    + [
                        Named("run_id", .text(runHash)), Named("time", .text(time.iso8601)),
                        Named("bars_done", .number(Double(barsDone))),
                        Named("bars_total", .number(Double(barsTotal))),
                    ]
            )
        )
        json.out.append(byte: 0x0A)
        return json.out
    }

    /// Reads a document back, `nil` for anything else.
    public init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue.parse(bytes), let row = RunSummary.Row.read(json),
            let done = json["bars_done"]?.integer, let total = json["bars_total"]?.integer,
            let time = json["time"]?.text.flatMap({ Timestamp(printed: $0) }),
            let run = json["run_id"]?.text
        else { return nil }
        self.init(
            row: row.row,
            parameterPaths: row.paths,
            runHash: run,
            barsDone: done,
            barsTotal: total,
            time: time
        )
    }
}

/// How far a run has come, in progress.json: written about once a second by a run that lasts, gone when it ends.
public struct ProgressDocument: Sendable, Equatable {
    /// The file's name.
    public static let fileName = "progress.json"

    /// Containers asked for.
    public var total = 0
    /// Containers that are done, failed and kept ones included.
    public var finished = 0
    /// Containers that failed.
    public var failed = 0
    /// Containers kept from before an interruption.
    public var kept = 0
    /// Seconds since the containers began.
    public var seconds = 0.0
    /// Containers that are running, in no order that means anything.
    public var running: [String] = []
    /// The metric that `best` is ordered by.
    public var metric = ""
    /// Whether more of it is better.
    public var maximize = true
    /// The swept paths, in the order of the parameters of `best`.
    public var parameterPaths: [String] = []
    /// The best containers so far that meet the objective's condition, the best first.
    public var best: [RunSummary.Row] = []

    /// Nothing yet.
    public init() {}

    /// The document.
    public var bytes: ByteBuffer {
        var json = JSONWriter()
        json.value(
            .object([
                Named("schema_version", .number(1)), Named("total", .number(Double(total))),
                Named("finished", .number(Double(finished))), Named("failed", .number(Double(failed))),
                Named("kept", .number(Double(kept))), Named("seconds", .number(seconds)),
                Named("running", .array(running.map { .text($0) })), Named("metric", .text(metric)),
                Named("maximize", .boolean(maximize)),
                Named("parameter_paths", .array(parameterPaths.map { .text($0) })),
                Named("best", .array(best.map { .object($0.members(parameterPaths)) })),
            ])
        )
        json.out.append(byte: 0x0A)
        return json.out
    }

    /// Reads a document back, `nil` for anything else.
    public init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue.parse(bytes), let total = json["total"]?.integer,
            let finished = json["finished"]?.integer, finished <= total,
            let failed = json["failed"]?.integer, let kept = json["kept"]?.integer,
            let seconds = json["seconds"]?.number, let metric = json["metric"]?.text
        else { return nil }
        self.total = total
        self.finished = finished
        self.failed = failed
        self.kept = kept
        self.seconds = seconds
        self.metric = metric
        if case .boolean(let maximize)? = json["maximize"] { self.maximize = maximize }
        running = json["running"]?.elements.compactMap(\.text) ?? []
        parameterPaths = json["parameter_paths"]?.elements.compactMap(\.text) ?? []
        for element in json["best"]?.elements ?? [] {
            guard let read = RunSummary.Row.read(element) else { continue }
            var row = read.row
            row.parameters = parameterPaths.map { path in
                read.paths.firstIndex(of: path).map { read.row.parameters[$0] } ?? .null
            }
            best.append(row)
        }
    }
}

extension RunSummary.Row {
    /// The row as members of a JSON object.
    fileprivate func members(_ paths: [String]) -> [Named<JSONValue>] {
        [
            Named("container_id", .text(containerID)), Named("portfolio_id", .text(portfolioID)),
            Named("parameters", .object(zip(paths, parameters).map { Named($0, JSONValue(scalar: $1)) })),
            Named(
                "metrics",
                .object(
                    MetricName.allCases.map { name in
                        Named(name.name, metrics[name].map { .number($0) } ?? .null)
                    }
                )
            ),
        ]
    }

    /// Reads a row with the paths of its parameters, `nil` where the object is none.
    fileprivate static func read(_ json: JSONValue) -> (row: RunSummary.Row, paths: [String])? {
        guard let id = json["container_id"]?.text, let portfolio = json["portfolio_id"]?.text else {
            return nil
        }
        let parameters = json["parameters"]?.rows ?? []
        var metrics = MetricValues()
        for found in json["metrics"]?.rows ?? [] {
            if let name = MetricName(name: found.name), let value = found.value.number {
                metrics[name] = value
            }
        }
        let row = RunSummary.Row(
            containerID: id,
            portfolioID: portfolio,
            status: .completed,
            parameters: parameters.map { $0.value.plain },
            metrics: metrics
        )
        return (row, parameters.map(\.name))
    }
}

extension JSONValue {
    /// The plain value, null for lists and objects.
    fileprivate var plain: Scalar {
        switch self {
        case .boolean(let flag): .boolean(flag)
        case .number(let number): .number(number)
        case .unsigned(let number): .number(Double(number))
        case .text(let text): .text(text)
        case .null, .array, .object: .null
        }
    }
}
