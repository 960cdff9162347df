public import BacktestEvents
import BacktestModel
public import Glibc

/// Some events of one container on their way to a store, with what gives their numbers a meaning.
///
/// The memory is valid for the call that hands the batch over.
public struct TraceBatch {
    /// Ids and name tables.
    public let context: TraceContext
    /// The events, in sequence order.
    public let events: UnsafeBufferPointer<Event>
    /// Market time of each bar of the container's timeline, in UTC nanoseconds.
    public let times: UnsafeBufferPointer<Int64>
    /// Clock readings of the same events, `nil` where latency tracing is off.
    public let stamps: UnsafeBufferPointer<EventStamps>?

    /// Makes a batch.
    public init(
        context: TraceContext,
        events: UnsafeBufferPointer<Event>,
        times: UnsafeBufferPointer<Int64>,
        stamps: UnsafeBufferPointer<EventStamps>? = nil
    ) {
        precondition(stamps.map { $0.count == events.count } ?? true, "one set of stamps an event")
        self.context = context
        self.events = events
        self.times = times
        self.stamps = stamps
    }

    /// Market time of an event: that of its bar, of the nearest bar outside the timeline, 0 without bars.
    public func time(of event: Event) -> Int64 {
        let bar = min(max(Int(event.bar), 0), times.count - 1)
        return bar < 0 ? 0 : times[bar]
    }

    /// The record of the event at an index.
    public func record(at index: Int) -> TracedEvent {
        let event = events[index]
        return TracedEvent(
            event,
            at: .init(nanoseconds: time(of: event)),
            in: context,
            stamps: stamps.map { $0[index] }
        )
    }
}

/// Where traced events go: a file, a database, a topic.
///
/// A store belongs to one worker at a time and knows nothing of trading. It is given whole batches in stream order. What
/// every store must do, and what the checker in the tests (`StoreConformance`) makes it prove:
/// - after `flush` every event appended so far can be read, in order and as it was, also if the process is then killed;
/// - `append` takes a whole batch or throws and takes none of it, so that what was lost can be counted;
/// - what waits for being written is bounded, also while writing fails;
/// - a flush that failed can be tried again and then loses and doubles nothing;
/// - `close` flushes; closing twice does nothing; appending and flushing afterwards throws.
public protocol TraceStore: AnyObject {
    /// Events that are stored for good: all that were taken, once `flush` has returned.
    var eventCount: Int { get }
    /// Takes a batch.
    func append(_ batch: TraceBatch) throws(TraceStoreError)
    /// Writes what waits.
    func flush() throws(TraceStoreError)
    /// Makes what waits readable, and a batch that is still being gathered, without letting the moment of the call show in
    /// what is stored in the end.
    ///
    /// - Returns: Whether the batch was taken for good; where not, it comes again as part of the whole one.
    func save(_ batch: TraceBatch) throws(TraceStoreError) -> Bool
    /// Writes what waits and lets go of files and connections.
    func close() throws(TraceStoreError)
}

extension TraceStore {
    /// Takes the batch: right for a store in whose contents the limits of batches do not show.
    public func save(_ batch: TraceBatch) throws(TraceStoreError) -> Bool {
        try append(batch)
        try flush()
        return true
    }
}

/// A store whose events lie in files of a folder, each of which gets its name when it is whole.
public protocol FileBackedTraceStore: TraceStore {
    /// Final paths of the files that are whole, in the order of their events.
    var paths: [String] { get }
}

/// Why a store failed.
public struct TraceStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was being done: `write`, `open`, `append`.
    public var operation: String
    /// To what: a path, a table, a topic.
    public var target: String
    /// Why it failed, in words.
    public var reason: String
    /// The system's error number, 0 where the system reported none.
    public var systemError: Int32 = 0

    /// Makes an error.
    public init(operation: String, target: String, reason: String, systemError: Int32 = 0) {
        self.systemError = systemError
        self.operation = operation
        self.target = target
        self.reason = reason
    }

    /// The error of something that is used after it was closed.
    public static func closed(_ operation: String, _ target: String) -> TraceStoreError {
        TraceStoreError(operation: operation, target: target, reason: "the trace store is closed")
    }

    /// The error of a call of the system that has just failed, or of the number given.
    public static func system(_ operation: String, _ target: String, _ code: Int32 = errno) -> TraceStoreError
    {
        TraceStoreError(
            operation: operation,
            target: target,
            reason: String(cString: strerror(code)),
            systemError: code
        )
    }

    /// `cannot write results/a/events.jsonl.gz: No space left on device`.
    public var description: String { "cannot \(operation) \(target): \(reason)" }
}
