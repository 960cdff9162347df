import BacktestMarketData
import BacktestModel
import BacktestResults
import BacktestTracing

/// The files of an extraction: features.csv, or features.npy with signals.csv; features.json says what is in them.
struct FeatureFiles {
    /// The description.
    static let schemaName = "features.json"
    /// The columns of labels, in front of those of features.
    static let labels = [
        "container_id", "signal", "event_id", "timestamp", "bar", "strategy_id", "symbol", "action",
        "strength",
        "trade_id", "outcome", "exit_reason", "bars_held", "net_return", "net_pnl", "win",
    ]
    private static let blockBytes = 1 << 18

    let extractor: FeatureExtractor
    let tree: RunDirectory

    /// Names of the files that a format has, without the description.
    static func names(_ format: FeatureExtractionOptions.Format) -> [String] {
        switch format {
        case .csv: ["features.csv"]
        case .npy: ["features.npy", "signals.csv"]
        }
    }

    /// Writes all of them; the description comes last.
    func write() throws(StorageError) {
        switch extractor.options.format {
        case .csv: try writeRows(to: "features.csv", withWindows: true)
        case .npy:
            try writeArray(to: "features.npy")
            try writeRows(to: "signals.csv", withWindows: false)
        }
        var schema = schema
        let file = try open(FeatureFiles.schemaName)
        try file.write(emptying: &schema)
        try file.publish()
    }

    private func open(_ name: String) throws(StorageError) -> StreamedFile {
        try StreamedFile(in: tree, container: extractor.context.containerID, name: name)
    }

    /// `sma(close, 10)[2]`: the feature two bars before the decision, as the rule language writes it.
    private func columnName(_ feature: String, barsBack: Int) -> String { "\(feature)[\(barsBack)]" }

    // MARK: - CSV

    private func writeRows(to name: String, withWindows: Bool) throws(StorageError) {
        let file = try open(name)
        var buffer = BacktestResults.ByteBuffer(capacity: FeatureFiles.blockBytes + 65_536)
        buffer.append(text: FeatureFiles.labels.joined(separator: ","))
        if withWindows {
            for feature in extractor.table.names {
                for back in (0..<extractor.options.window).reversed() {
                    buffer.append(byte: UInt8(ascii: ","))
                    buffer.appendCSV(columnName(feature, barsBack: back))
                }
            }
        }
        buffer.append(byte: 0x0A)
        for (index, decision) in extractor.decisions.enumerated() {
            append(decision, number: index + 1, to: &buffer)
            if withWindows {
                extractor.window(of: decision) { value in
                    buffer.append(byte: UInt8(ascii: ","))
                    buffer.appendCSV(value)
                }
            }
            buffer.append(byte: 0x0A)
            if buffer.count >= FeatureFiles.blockBytes { try file.write(emptying: &buffer) }
        }
        try file.write(emptying: &buffer)
        try file.publish()
    }

    private func append(
        _ decision: FeatureExtractor.Decision,
        number: Int,
        to buffer: inout BacktestResults.ByteBuffer
    ) {
        let context = extractor.context
        func comma() { buffer.append(byte: UInt8(ascii: ",")) }
        buffer.appendCSV(context.containerID)
        comma()
        buffer.append(number)
        comma()
        buffer.appendCSV("\(context.containerID):\(decision.sequence)")
        comma()
        if let times = extractor.timeline?.times {
            buffer.append(Timestamp(nanoseconds: times[Int(decision.bar)]))
        }
        comma()
        buffer.append(Int(decision.bar))
        comma()
        buffer.appendCSV(context.strategies[Int(decision.strategy)])
        comma()
        buffer.appendCSV(context.symbols[Int(decision.symbol)])
        comma()
        buffer.appendCSV(SignalAction(rawValue: decision.action)?.name ?? "")
        comma()
        buffer.appendCSV(decision.strength)
        comma()
        if decision.correlation != 0 { buffer.append(Int(decision.correlation)) }
        comma()
        buffer.appendCSV(extractor.outcomeName(decision))
        appendOutcome(extractor.outcomes[decision.correlation], to: &buffer)
    }

    private func appendOutcome(
        _ outcome: FeatureExtractor.Outcome?,
        to buffer: inout BacktestResults.ByteBuffer
    ) {
        guard let outcome else { return buffer.append(",,,,,") }
        buffer.append(byte: UInt8(ascii: ","))
        buffer.appendCSV(outcome.reason.name)
        buffer.append(byte: UInt8(ascii: ","))
        buffer.append(outcome.barsHeld)
        buffer.append(byte: UInt8(ascii: ","))
        buffer.appendCSV(outcome.netReturn)
        buffer.append(byte: UInt8(ascii: ","))
        buffer.appendCSV(outcome.netProfit)
        buffer.append(outcome.netProfit > 0 ? ",1" : ",0")
    }

    // MARK: - NumPy

    /// A float64 array of signals x bars x features in C order (NumPy format 1.0).
    private func writeArray(to name: String) throws(StorageError) {
        let file = try open(name)
        let (window, count) = (extractor.options.window, extractor.table.names.count)
        var header =
            "{'descr': '<f8', 'fortran_order': False, 'shape': (\(extractor.decisions.count), \(window), \(count)), }"
        // Magic, version and length are ten bytes; the data begin at a multiple of 64, after a line feed.
        header += String(repeating: " ", count: (64 - (10 + header.utf8.count + 1) % 64) % 64) + "\n"
        var buffer = BacktestResults.ByteBuffer(capacity: FeatureFiles.blockBytes + 65_536)
        buffer.append(bytes: [0x93] + Array("NUMPY".utf8) + [1, 0])
        buffer.append(bytes: [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)])
        buffer.append(text: header)
        var values: [Double] = []
        for decision in extractor.decisions {
            values.removeAll(keepingCapacity: true)
            extractor.window(of: decision) { values.append($0) }
            for bar in 0..<window {
                for feature in 0..<count {
                    // One pattern of bits for every undefined value, whatever made it so.
                    let value = values[feature * window + bar]
                    append((value.isNaN ? .nan : value).bitPattern, to: &buffer)
                }
            }
            if buffer.count >= FeatureFiles.blockBytes { try file.write(emptying: &buffer) }
        }
        try file.write(emptying: &buffer)
        try file.publish()
    }

    private func append(_ bits: UInt64, to buffer: inout BacktestResults.ByteBuffer) {
        for shift in stride(from: 0, to: 64, by: 8) {
            buffer.append(byte: UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
    }

    // MARK: - Description

    private var schema: BacktestResults.ByteBuffer {
        let options = extractor.options
        let window = options.window
        let features = extractor.table.names.map { name in
            JSONValue.object([
                Named("name", .text(name)),
                Named("oldest", .text(columnName(name, barsBack: window - 1))),
                Named("newest", .text(columnName(name, barsBack: 0))),
            ])
        }
        var json = JSONWriter()
        json.value(
            .object([
                Named("schema_version", .number(1)),
                Named("container_id", .text(extractor.context.containerID)),
                Named("run_id", .text(extractor.context.runID)),
                Named("format", .text(options.format.rawValue)),
                Named("files", .array(FeatureFiles.names(options.format).map { .text($0) })),
                Named("rows", .number(Double(extractor.decisions.count))),
                Named("left_out", .number(Double(extractor.leftOut))),
                Named("window", .number(Double(window))),
                Named("features", .array(features)),
                Named("labels", .array(FeatureFiles.labels.map { .text($0) })),
            ])
        )
        json.out.append(byte: 0x0A)
        return json.out
    }
}
