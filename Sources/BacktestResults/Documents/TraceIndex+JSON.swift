import BacktestModel

extension TraceIndex {
    /// The document's bytes; the same index gives the same bytes.
    public var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(json)
        writer.out.append(byte: 0x0A)
        return writer.out.array
    }

    private var json: JSONValue {
        func texts(_ values: [String]) -> JSONValue { .array(values.map { .text($0) }) }
        func count(_ value: Int) -> JSONValue { .number(Double(value)) }
        return .object([
            Named("schema_version", count(TraceIndex.schemaVersion)),
            Named("container_id", .text(containerID)),
            Named("portfolio_id", .text(portfolioID)),
            Named("run_id", .text(runHash)),
            Named("parameters", .object(parameters.map { Named($0.name, JSONValue(scalar: $0.value)) })),
            Named("strategies", texts(strategies)),
            Named("symbols", texts(symbols)),
            Named("basis", basis.json),
            Named("event_types", texts(eventTypes)),
            Named("settings", .object(settings.map { Named($0.name, .text($0.value)) })),
            Named(
                "rules",
                .object(
                    rules.map { strategy in
                        Named(strategy.name, .object(strategy.value.map { Named($0.name, .text($0.value)) }))
                    }
                )
            ),
            Named("features", .object(features.map { Named($0.name, texts($0.value)) })),
            Named("folder", storageFolder.map { .text($0) } ?? .null),
            Named(
                "files",
                .array(
                    files.map { file in
                        .object([
                            Named("name", .text(file.name)), Named("bytes", count(file.byteCount)),
                            Named("sha256", .text(file.sha256)),
                        ])
                    }
                )
            ),
            Named("changes", .array(changes.map { count($0) })),
            Named("stored", count(counts.stored)),
            Named("sampled_out", count(counts.sampledOut)),
            Named("lost", count(counts.lost)),
            Named("lost_by_type", .object(lostByType.map { Named($0.name, count($0.value)) })),
            Named("left_out", count(counts.leftOut)),
            Named("left_out_by_type", .object(leftOutByType.map { Named($0.name, count($0.value)) })),
            Named(
                "reductions",
                .array(
                    reductions.map { change in
                        .object([
                            Named("sequence", count(change.sequence)),
                            Named("trace_level", .text(change.level)),
                            Named("load", .text(change.load)),
                        ])
                    }
                )
            ),
            Named("error", error.map { .text($0) } ?? .null),
        ])
    }

    /// Reads a document; `nil` where it is no index of this version.
    public static func read(_ bytes: [UInt8]) -> TraceIndex? {
        guard let json = try? JSONValue.parse(bytes), json["schema_version"]?.integer == schemaVersion,
            let container = json["container_id"]?.text, let portfolio = json["portfolio_id"]?.text,
            let hash = json["run_id"]?.text, let basis = json["basis"].flatMap(Basis.init(json:)),
            let stored = json["stored"]?.integer, let sampledOut = json["sampled_out"]?.integer,
            let lost = json["lost"]?.integer
        else { return nil }
        func texts(_ value: JSONValue?) -> [String] { value?.elements.compactMap(\.text) ?? [] }
        var index = TraceIndex(containerID: container, portfolioID: portfolio, runHash: hash)
        index.parameters = (json["parameters"]?.rows ?? []).map { Named($0.name, $0.value.scalar ?? .null) }
        index.strategies = texts(json["strategies"])
        index.symbols = texts(json["symbols"])
        index.basis = basis
        index.eventTypes = texts(json["event_types"])
        index.settings = (json["settings"]?.rows ?? []).map { Named($0.name, $0.value.text ?? "") }
        index.rules = (json["rules"]?.rows ?? []).map { strategy in
            Named(strategy.name, strategy.value.rows.map { Named($0.name, $0.value.text ?? "") })
        }
        index.features = (json["features"]?.rows ?? []).map { Named($0.name, texts($0.value)) }
        index.storageFolder = json["folder"]?.text
        for file in json["files"]?.elements ?? [] {
            guard let name = file["name"]?.text, let size = file["bytes"]?.integer,
                let hash = file["sha256"]?.text
            else { return nil }
            index.files.append(File(name: name, byteCount: size, sha256: hash))
        }
        index.changes = json["changes"]?.elements.compactMap(\.integer) ?? []
        index.counts.stored = stored
        index.counts.sampledOut = sampledOut
        index.counts.lost = lost
        index.lostByType = (json["lost_by_type"]?.rows ?? []).map { Named($0.name, $0.value.integer ?? 0) }
        // Later than the first indexes of this version.
        index.counts.leftOut = json["left_out"]?.integer ?? 0
        index.leftOutByType = (json["left_out_by_type"]?.rows ?? []).map {
            Named($0.name, $0.value.integer ?? 0)
        }
        index.reductions = (json["reductions"]?.elements ?? []).map { change in
            Reduction(
                sequence: change["sequence"]?.integer ?? 0,
                level: change["trace_level"]?.text ?? "",
                load: change["load"]?.text ?? ""
            )
        }
        index.error = json["error"]?.text
        return index
    }
}

extension TraceIndex.Basis {
    fileprivate var json: JSONValue {
        .object([
            Named("trades", .boolean(trades)), Named("direction", .text(direction)),
            Named("pyramiding", .boolean(pyramiding)), Named("initial_capital", .number(initialCapital)),
            Named("returns", .text(returns)), Named("periods_per_year", .number(periodsPerYear)),
            Named("risk_free", .number(riskFree)), Named("bars", .number(Double(bars))),
            // Nanoseconds need more digits than a JSON number surely has.
            Named("start_ns", .text(String(start.nanoseconds))),
            Named("end_ns", .text(String(end.nanoseconds))),
            Named("day_ends", .array(dayEnds.map { .number(Double($0)) })),
        ])
    }

    fileprivate init?(json: JSONValue) {
        self.init()
        guard case .boolean(let trades)? = json["trades"], let capital = json["initial_capital"]?.number,
            let returns = json["returns"]?.text, let periods = json["periods_per_year"]?.number,
            let riskFree = json["risk_free"]?.number, let bars = json["bars"]?.integer,
            let start = json["start_ns"]?.text.flatMap({ Int64($0) }),
            let end = json["end_ns"]?.text.flatMap({ Int64($0) })
        else { return nil }
        self.trades = trades
        direction = json["direction"]?.text ?? ""
        pyramiding = json["pyramiding"] == .boolean(true)
        initialCapital = capital
        self.returns = returns
        periodsPerYear = periods
        self.riskFree = riskFree
        self.bars = bars
        self.start = Timestamp(nanoseconds: start)
        self.end = Timestamp(nanoseconds: end)
        dayEnds = json["day_ends"]?.elements.compactMap(\.integer) ?? []
    }
}

extension JSONValue {
    init(scalar: Scalar) {
        switch scalar {
        case .null: self = .null
        case .boolean(let flag): self = .boolean(flag)
        case .number(let number): self = .number(number)
        case .text(let text): self = .text(text)
        }
    }
}
