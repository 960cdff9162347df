package import BacktestEvents
package import BacktestModel
import BacktestResults
import BacktestSweep
import BacktestTracing

/// The arguments and options of the commands that read traces.
package enum TraceArguments {
    /// CONTAINER, which must be given.
    package static let container = Argument(
        "CONTAINER",
        "the id of a container of the run",
        reader: ValueReader<String>.text
    )
    /// CONTAINER, any number.
    package static let containers = OptionalArgumentList(
        "CONTAINER",
        "ids of containers, * and ? allowed; without any, all that have stored a trace",
        reader: ValueReader<String>.text
    )
    /// `--type`.
    package static let type = OptionList(
        "type",
        value: "TYPE",
        "only events of this type, such as FILL",
        reader: ValueReader<EventType>.eventType
    )
    /// `--correlation`.
    package static let correlation = OptionList(
        "correlation",
        value: "TRADE",
        "only events of this trade, such as T5",
        reader: ValueReader<TradeReference>.trade
    )
    /// `--strategy`.
    package static let strategy = OptionList(
        "strategy",
        value: "ID",
        "only events of this strategy",
        reader: ValueReader<String>.text
    )
    /// `--symbol`.
    package static let symbol = OptionList(
        "symbol",
        value: "SYMBOL",
        "only events of this symbol",
        reader: ValueReader<String>.text
    )
    /// `--since`.
    package static let since = Option(
        "since",
        value: "TIME",
        "only events from this market time on, such as 2024-04-01",
        reader: ValueReader<TimeBound>.time
    )
    /// `--until`.
    package static let until = Option(
        "until",
        value: "TIME",
        "only events up to this market time; a date counts whole",
        reader: ValueReader<TimeBound>.time
    )

    /// The options that choose events.
    package static let filters: [any OptionDeclaration] = [type, correlation, strategy, symbol, since, until]

    /// The filter that the options ask for in a container.
    static func filter(_ arguments: ParsedArguments, containerID: String) -> TraceFilter {
        var filter = TraceFilter()
        if !arguments[type].isEmpty { filter.types = EventTypeSet(arguments[type]) }
        let trades = arguments[correlation]
        if !trades.isEmpty {
            // A trade of another container matches nothing here; 0 is no trade.
            filter.trades = Set(trades.map { $0.containerID ?? containerID == containerID ? $0.number : 0 })
        }
        filter.strategies = Set(arguments[strategy])
        filter.symbols = Set(arguments[symbol])
        filter.since = arguments[since]?.first
        filter.until = arguments[until]?.last
        return filter
    }

    /// The trace of a container that must have one.
    static func trace(_ run: RunReader, _ containerID: String) throws(CommandFailure) -> StoredTrace {
        let trace = try RunArgument.read { () throws(RunReadError) in
            // An unknown container is an error of its own.
            _ = try run.record(containerID)
            return try StoredTrace.open(run, containerID: containerID)
        }
        guard let trace else {
            throw noTrace("container '\(containerID)' of \(run.path) has no stored trace")
        }
        return trace
    }

    /// The traces of the containers that the command line names, sorted by id; refuses a pattern without a trace.
    static func traces(_ run: RunReader, _ patterns: [String]) throws(CommandFailure) -> [StoredTrace] {
        var patterns = patterns
        if patterns.isEmpty, let named = run.containerID { patterns = [named] }
        let wildcards = patterns.map { WildcardPattern($0) }
        var used = Set<Int>()
        var traces: [StoredTrace] = []
        let ids = try RunArgument.read { () throws(RunReadError) in try run.containerIDs() }
        for id in ids {
            let matching = wildcards.indices.filter { wildcards[$0].matches(id) }
            guard patterns.isEmpty || !matching.isEmpty else { continue }
            let trace = try RunArgument.read { () throws(RunReadError) in
                try StoredTrace.open(run, containerID: id)
            }
            guard let trace else { continue }
            used.formUnion(matching)
            traces.append(trace)
        }
        if let missing = wildcards.indices.first(where: { !used.contains($0) }) {
            throw noTrace("'\(patterns[missing])' names no container of \(run.path) with a stored trace")
        }
        guard !traces.isEmpty else { throw noTrace("no container of \(run.path) has a stored trace") }
        return traces
    }

    private static func noTrace(_ message: String) -> CommandFailure {
        CommandFailure(
            .usage,
            message,
            hint: howToTrace
        )
    }

    /// What makes a run store its events.
    static let howToTrace =
        "run again with event_tracing: {mode: full, storage_backend: file}, or --set"
        + " tracing.mode=full --set tracing.storage_backend=file"

    /// The events of a trace that a filter lets pass; damage ends the command.
    static func events(
        _ trace: StoredTrace,
        matching filter: TraceFilter = TraceFilter()
    ) throws(CommandFailure) -> [TracedEvent] {
        do throws(TraceReader.Failure) {
            return try trace.events(matching: filter)
        } catch {
            throw CommandFailure(
                .storageFailed,
                error.description,
                hint: "see 'admf trace integrity'; run the config again to write it anew"
            )
        }
    }
}

/// A trade as a user names it: `T5`, `5` or `trend_0003/T5`.
package struct TradeReference: Sendable, Hashable {
    /// The container, where it was named.
    package var containerID: String?
    /// The trade's number in the container, from 1.
    package var number: UInt32

    /// Reads a reference; `nil` where the text is none.
    package init?(_ text: String) {
        var rest = Substring(text)
        if let slash = rest.lastIndex(of: "/") {
            containerID = String(rest[..<slash])
            rest = rest[rest.index(after: slash)...]
        }
        if rest.first == "T" || rest.first == "t" { rest = rest.dropFirst() }
        guard rest.allSatisfy(\.isNumber), let number = UInt32(rest), number > 0 else { return nil }
        self.number = number
    }
}

/// A market time as a user names it: an instant, or a whole day (UTC).
package struct TimeBound: Sendable, Hashable {
    /// Its first nanosecond.
    package var first: Timestamp
    /// Its last nanosecond.
    package var last: Timestamp

    /// Reads `2024-04-01`, `2024-04-01T13:30`, `2024-04-01T13:30:00Z` or nanoseconds since 1970; `nil` where the text is none.
    package init?(_ text: String) {
        if let nanoseconds = Int64(text), text.utf8.count > 10 {
            first = Timestamp(nanoseconds: nanoseconds)
            last = first
            return
        }
        let parts = text.split(whereSeparator: { $0 == "T" || $0 == " " })
        let dateParts = parts.first?.split(separator: "-").map { Int($0) } ?? []
        guard (1...2).contains(parts.count), dateParts.count == 3, let year = dateParts[0],
            let month = dateParts[1], let day = dateParts[2], (1678...2261).contains(year)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard date.isValid else { return nil }
        let midnight = Int64(date.daysSinceEpoch) * 86_400
        guard parts.count == 2 else {
            first = Timestamp(seconds: midnight)
            last = Timestamp(nanoseconds: first.nanoseconds + Timestamp.nanosecondsPerDay - 1)
            return
        }
        let clock = parts[1].hasSuffix("Z") ? parts[1].dropLast() : parts[1]
        let numbers = clock.split(separator: ":").map { Int64($0) }
        guard (2...3).contains(numbers.count), let hour = numbers[0], let minute = numbers[1],
            let second = numbers.count == 3 ? numbers[2] : 0,
            (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second)
        else { return nil }
        first = Timestamp(seconds: midnight + hour * 3_600 + minute * 60 + second)
        last = first
    }
}

extension ValueReader where Value == EventType {
    /// The name of an event type, in any case.
    package static let eventType = ValueReader(completion: .words(EventType.allCases.map(\.name))) {
        text throws(InvalidValue) in
        guard let type = EventType(name: text.uppercased()) else {
            throw InvalidValue.notOne(of: EventType.allCases.map(\.name), text.uppercased())
        }
        return type
    }
}

extension ValueReader where Value == TradeReference {
    /// A trade.
    package static let trade = ValueReader { text throws(InvalidValue) in
        guard let trade = TradeReference(text) else { throw InvalidValue(expected: "a trade such as T5") }
        return trade
    }
}

extension ValueReader where Value == TimeBound {
    /// A market time.
    package static let time = ValueReader { text throws(InvalidValue) in
        guard let time = TimeBound(text) else {
            throw InvalidValue(expected: "a date or UTC time such as 2024-04-01 or 2024-04-01T13:30:00Z")
        }
        return time
    }
}
