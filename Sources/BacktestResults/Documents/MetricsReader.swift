import BacktestMetrics
import BacktestModel

/// One pass over a metrics.json.
struct MetricsReader {
    private enum Key: Int, CaseIterable {
        case schemaVersion, containerID, portfolioID, runID, status, halted, error, parameters, strategies
        case symbols, period, metrics, byStrategy, bySymbol, events, rejections, fillsAtZero
        case fillsBeyondVolume, memory, observers

        /// Whether a document may lack it.
        var isOptional: Bool {
            switch self {
            case .error, .rejections, .fillsAtZero, .fillsBeyondVolume, .observers: true
            default: false
            }
        }

        var name: StaticString {
            switch self {
            case .schemaVersion: "schema_version"
            case .containerID: "container_id"
            case .portfolioID: "portfolio_id"
            case .runID: "run_id"
            case .status: "status"
            case .halted: "halted"
            case .error: "error"
            case .parameters: "parameters"
            case .strategies: "strategies"
            case .symbols: "symbols"
            case .period: "period"
            case .metrics: "metrics"
            case .byStrategy: "by_strategy"
            case .bySymbol: "by_symbol"
            case .events: "events"
            case .rejections: "rejections"
            case .fillsAtZero: "fills_at_zero"
            case .fillsBeyondVolume: "fills_beyond_volume"
            case .memory: "memory"
            case .observers: "observers"
            }
        }
    }

    private var cursor: JSONCursor
    private var record = ContainerRecord(containerID: "", portfolioID: "", runHash: "")
    /// The `schema_version` that was read so far.
    private(set) var foundSchemaVersion: Int?

    init(_ bytes: UnsafeBufferPointer<UInt8>) { cursor = JSONCursor(bytes) }

    mutating func read() throws(JSONSyntaxError) -> ContainerRecord {
        try cursor.open(0x7B)
        var first = true
        var seen: UInt32 = 0
        var expected = 0
        while try cursor.next(0x7D, &first) {
            let text = try cursor.key()
            guard let key = key(text, expected: expected) else {
                try cursor.skipValue()
                continue
            }
            guard seen & (1 << UInt32(key.rawValue)) == 0 else {
                throw cursor.failure("\(key.name) stands there twice")
            }
            seen |= 1 << UInt32(key.rawValue)
            expected = key.rawValue + 1
            try readValue(of: key)
        }
        try cursor.finish()
        for key in Key.allCases
        where !key.isOptional && seen & (1 << UInt32(key.rawValue)) == 0 {
            throw cursor.failure("\(key.name) is missing")
        }
        guard !record.containerID.isEmpty else { throw cursor.failure("container_id is empty") }
        return record
    }

    /// Keys nearly always come in the order in which they are written.
    private func key(_ text: JSONText, expected: Int) -> Key? {
        if let guess = Key(rawValue: expected), cursor.matches(text, guess.name) { return guess }
        return Key.allCases.first { cursor.matches(text, $0.name) }
    }

    private mutating func readValue(of key: Key) throws(JSONSyntaxError) {
        switch key {
        case .schemaVersion:
            let version = try cursor.integer()
            foundSchemaVersion = version
            guard version == MetricsDocument.schemaVersion else {
                throw cursor.failure("schema_version is not 1")
            }
        case .containerID: record.containerID = try string()
        case .portfolioID: record.portfolioID = try string()
        case .runID: record.runHash = try string()
        case .status:
            guard let status = ContainerStatus(rawValue: try string()) else {
                throw cursor.failure("status is neither completed nor failed")
            }
            record.status = status
        case .halted: record.halted = try halt()
        case .error: record.error = try string()
        case .parameters: try readParameters()
        case .strategies: record.strategies = try strings()
        case .symbols: record.symbols = try strings()
        case .period: try readPeriod()
        case .metrics: try readMetrics()
        case .byStrategy: record.byStrategy = try attributions()
        case .bySymbol: record.bySymbol = try attributions()
        case .events: try readEvents()
        case .rejections:
            try eachKey { reader, key throws(JSONSyntaxError) in
                reader.record.rejections.append(
                    Named(reader.cursor.string(key), try reader.cursor.integer())
                )
            }
        case .fillsAtZero: record.fillsAtZero = try readFills()
        case .fillsBeyondVolume: record.fillsBeyondVolume = try readFills()
        case .memory: try readMemory()
        case .observers:
            record.observers = try cursor.value().rows.map { observer in
                Named(observer.name, observer.value.rows.map { Named($0.name, $0.value.scalar ?? .null) })
            }
        }
    }

    private mutating func string() throws(JSONSyntaxError) -> String { cursor.string(try cursor.text()) }

    private mutating func strings() throws(JSONSyntaxError) -> [String] {
        var out: [String] = []
        try cursor.open(0x5B)
        var first = true
        while try cursor.next(0x5D, &first) { out.append(try string()) }
        return out
    }

    private mutating func time() throws(JSONSyntaxError) -> Timestamp {
        guard let time = Timestamp(printed: try string()) else {
            throw cursor.failure("a time in UTC is expected")
        }
        return time
    }

    private mutating func isNull() throws(JSONSyntaxError) -> Bool {
        guard cursor.peek() == UInt8(ascii: "n") else { return false }
        try cursor.word("null")
        return true
    }

    private mutating func halt() throws(JSONSyntaxError) -> ContainerRecord.Halt? {
        if try isNull() { return nil }
        var reason: String?
        var at: Timestamp?
        try eachKey { reader, key throws(JSONSyntaxError) in
            if reader.cursor.matches(key, "reason") {
                reason = try reader.string()
            } else if reader.cursor.matches(key, "time") {
                at = try reader.time()
            } else {
                try reader.cursor.skipValue()
            }
        }
        guard let reason, let at else { throw cursor.failure("halted needs reason and time") }
        return ContainerRecord.Halt(reason: reason, time: at)
    }

    private mutating func readParameters() throws(JSONSyntaxError) {
        try eachKey { reader, key throws(JSONSyntaxError) in
            reader.record.parameters.append((reader.cursor.string(key), try reader.cursor.scalar()))
        }
    }

    private mutating func readPeriod() throws(JSONSyntaxError) {
        if try isNull() { return }
        var start: Timestamp?
        var end: Timestamp?
        var bars: Int?
        try eachKey { reader, key throws(JSONSyntaxError) in
            if reader.cursor.matches(key, "start") {
                start = try reader.time()
            } else if reader.cursor.matches(key, "end") {
                end = try reader.time()
            } else if reader.cursor.matches(key, "bars") {
                bars = try reader.cursor.integer()
            } else {
                try reader.cursor.skipValue()
            }
        }
        guard let start, let end, let bars else { throw cursor.failure("period needs start, end and bars") }
        record.period = (start, end, bars)
    }

    private mutating func readMetrics() throws(JSONSyntaxError) {
        var expected = 0
        var count = 0
        try eachKey { reader, key throws(JSONSyntaxError) in
            var index: Int? = expected
            if expected >= metricKeys.count || !reader.cursor.matches(key, metricKeys[expected]) {
                index = metricKeys.indices.first { reader.cursor.matches(key, metricKeys[$0]) }
            }
            guard let index else { return try reader.cursor.skipValue() }
            expected = index + 1
            count += 1
            if try reader.isNull() { return }
            reader.record.metrics[MetricName.allCases[index]] = try reader.cursor.number()
        }
        guard count == metricKeys.count else { throw cursor.failure("metrics are missing or doubled") }
    }

    private mutating func attributions() throws(JSONSyntaxError) -> [Attribution] {
        var rows: [Attribution] = []
        try eachKey { reader, key throws(JSONSyntaxError) in
            var row = Attribution(
                key: reader.cursor.string(key),
                signals: 0,
                totalTrades: 0,
                winningTrades: 0,
                netProfit: 0
            )
            var winRate: Double?
            try reader.eachKey { reader, key throws(JSONSyntaxError) in
                if reader.cursor.matches(key, "total_trades") {
                    row.totalTrades = try reader.cursor.integer()
                } else if reader.cursor.matches(key, "net_pnl") {
                    row.netProfit = try reader.cursor.number()
                } else if reader.cursor.matches(key, "win_rate") {
                    winRate = try reader.isNull() ? nil : reader.cursor.number()
                } else if reader.cursor.matches(key, "signals") {
                    row.signals = try reader.cursor.integer()
                } else {
                    try reader.cursor.skipValue()
                }
            }
            // A share of whole trades: rounding finds the count again, whatever the division lost.
            let winners = ((winRate ?? 0) * Double(row.totalTrades)).rounded()
            guard let whole = Int(exactly: winners), whole >= 0, whole <= max(0, row.totalTrades) else {
                throw reader.cursor.failure("win_rate is no share of total_trades")
            }
            row.winningTrades = whole
            rows.append(row)
        }
        return rows
    }

    private mutating func readEvents() throws(JSONSyntaxError) {
        try eachKey { reader, key throws(JSONSyntaxError) in
            reader.record.events.append((reader.cursor.string(key), try reader.cursor.integer()))
        }
    }

    private mutating func readFills() throws(JSONSyntaxError) -> (count: Int, first: Timestamp) {
        var count: Int?
        var first: Timestamp?
        try eachKey { reader, key throws(JSONSyntaxError) in
            if reader.cursor.matches(key, "count") {
                count = try reader.cursor.integer()
            } else if reader.cursor.matches(key, "first") {
                first = try reader.time()
            } else {
                try reader.cursor.skipValue()
            }
        }
        guard let count, let first else { throw cursor.failure("fills need count and first") }
        return (count, first)
    }

    private mutating func readMemory() throws(JSONSyntaxError) {
        try eachKey { reader, key throws(JSONSyntaxError) in
            if reader.cursor.matches(key, "events_in_memory") {
                reader.record.memory.events = try reader.cursor.integer()
            } else if reader.cursor.matches(key, "peak_events_in_memory") {
                reader.record.memory.peak = try reader.cursor.integer()
            } else if reader.cursor.matches(key, "events_pruned") {
                reader.record.memory.pruned = try reader.cursor.integer()
            } else if reader.cursor.matches(key, "events_dropped") {
                reader.record.memory.dropped = try reader.cursor.integer()
            } else {
                try reader.cursor.skipValue()
            }
        }
    }

    /// Calls `body` at the value of each key of an object.
    private mutating func eachKey(
        _ body: (inout MetricsReader, JSONText) throws(JSONSyntaxError) -> Void
    ) throws(JSONSyntaxError) {
        try cursor.open(0x7B)
        var first = true
        while try cursor.next(0x7D, &first) {
            let key = try cursor.key()
            try body(&self, key)
        }
    }
}

private let metricKeys: [[UInt8]] = MetricName.allCases.map { Array($0.name.utf8) }
