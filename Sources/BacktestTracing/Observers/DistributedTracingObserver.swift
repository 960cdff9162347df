public import BacktestEvents

/// Makes OTLP spans of a container's trades: a trace a trade, a span an event, its parent the event that caused it.
///
/// A span lasts from its cause to itself in market time: a FILL from the bar of its ORDER, the FILL of a stop from its
/// POSITION_OPEN. With a clock it lasts from the event's creation until it was taken here, in nanoseconds of the monotonic
/// clock. Events outside trades (bars, features, signals that nobody acted on) have no trace, so the SIGNALs of a trade
/// have no parent. Memory is bounded by the open trades. A class because the bus and the worker that reuses it both refer
/// to it.
public final class DistributedTracingObserver: EventObserver {
    /// Takes a document, a line of JSON, and the number of its spans.
    public typealias Sink = (UnsafeBufferPointer<UInt8>, Int) -> Void

    /// What a trade consists of, where it watches; else nothing.
    public private(set) var interests: EventTypeSet = []

    /// A place in a trade that later events may come from.
    private struct Place {
        var sequence: UInt32
        var bar: Int32
    }

    private static let types = EventTypeSet([
        .signal, .orderRequest, .order, .fill, .positionOpen, .positionClose, .portfolioUpdate, .riskBreach,
    ])
    /// Trades that are closed and still known, as an order that waits behind a closed trade may end later.
    private static let closedMax = 64
    /// Places of one trade that are known.
    private static let placesMax = 1_024

    private var encoder: SpanEncoder?
    private var times = UnsafeBufferPointer<Int64>(start: nil, count: 0)
    private var clock: EventClock?
    private var sink: Sink?
    private var places: [UInt32: [Place]] = [:]
    private var closed: [UInt32] = []
    /// Spans so far.
    public private(set) var spanCount = 0

    /// Watches nothing until `begin`.
    public init() {}

    /// Starts a container that is not watched.
    public func begin() {
        interests = []
        encoder = nil
        sink = nil
        clock = nil
        places.removeAll(keepingCapacity: true)
        closed.removeAll(keepingCapacity: true)
        spanCount = 0
    }

    /// Starts a container that is watched.
    ///
    /// - Parameters:
    ///   - context: The container.
    ///   - identity: Its ids.
    ///   - service: The resource's `service.name`.
    ///   - times: Market time of each bar of its timeline; must stay valid until `finish` has returned.
    ///   - clock: The clock of the container's bus, where spans are to show the program's time instead of the market's.
    ///   - sink: Gets the documents, in order.
    public func begin(
        _ context: TraceContext,
        _ identity: SpanIdentity,
        service: String,
        times: UnsafeBufferPointer<Int64>,
        clock: EventClock?,
        sink: @escaping Sink
    ) {
        begin()
        interests = DistributedTracingObserver.types
        encoder = SpanEncoder(context, identity, service: service)
        self.times = times
        self.clock = clock
        self.sink = sink
    }

    /// Takes a batch; events of no trade pass by.
    public func observe(events: UnsafeBufferPointer<Event>) {
        guard encoder != nil else { return }
        for place in events.indices
        where events[place].correlation != 0 && interests.contains(type: events[place].type) {
            take(events[place], at: place)
        }
    }

    private func take(_ event: Event, at place: Int) {
        let cause = causeBar(of: event)
        var (start, end) = (time(ofBar: cause ?? event.bar), time(ofBar: event.bar))
        if let clock { (start, end) = (clock.created[place], clock.now()) }
        encoder?.append(event, hasParent: cause != nil, start: min(start, end), end: end)
        spanCount += 1
        remember(event)
        if encoder?.count ?? 0 >= SpanEncoder.spansMax { hand() }
    }

    /// The bar of the event's cause, `nil` where the cause is no event of the same trade.
    private func causeBar(of event: Event) -> Int32? {
        guard event.cause != Event.none32 else { return nil }
        return places[event.correlation]?.last { $0.sequence == event.cause }?.bar
    }

    private func remember(_ event: Event) {
        if event.type != .portfolioUpdate {
            places[event.correlation, default: []].append(Place(sequence: event.sequence, bar: event.bar))
            if places[event.correlation]?.count ?? 0 > DistributedTracingObserver.placesMax {
                places[event.correlation]?.removeFirst(DistributedTracingObserver.placesMax / 2)
            }
        }
        guard event.type == .positionClose else { return }
        closed.append(event.correlation)
        guard closed.count > DistributedTracingObserver.closedMax else { return }
        places[closed.removeFirst()] = nil
    }

    private func time(ofBar bar: Int32) -> Int64 {
        guard !times.isEmpty else { return 0 }
        return times[min(max(Int(bar), 0), times.count - 1)]
    }

    private func hand() {
        guard let sink else { return }
        encoder?.finish(sink)
    }

    /// Ends the container: the last document is handed over.
    public func finish() {
        hand()
        encoder = nil
        sink = nil
    }
}
