/// Something that watches one container's stream and never changes it.
///
/// Observers are composed, not subclassed, and reused: `begin` opens a container's stream, batches follow in stream order,
/// `end` closes it. Events come in batches of about `EventBus.batchCapacity`, whole bars of a container; batches of events and spans of marks are each
/// in order among themselves. A class because the bus and its owner both refer to it.
///
/// The conformance test that every observer must pass: observing a stream in batches of one gives the same results as
/// in batches of any other size.
public protocol EventObserver: AnyObject {
    /// The event types it wants; others are not materialised for it.
    var interests: EventTypeSet { get }

    /// Takes a batch of events, oldest first; the memory is valid for the call only.
    ///
    /// A throwing observer is counted and, past the bus's limit, detached: it never changes a result.
    func observe(events: UnsafeBufferPointer<Event>) throws

    /// Whether it takes marks; asked when it is attached and at the start of each container.
    var wantsMarks: Bool { get }

    /// Where its marks go instead of `observe(marks:)`, for an observer that does no more with them than a kernel does.
    var markSink: MarkSink? { get }

    /// Takes a span of marks.
    func observe(marks: MarkSpan) throws
}

extension EventObserver {
    /// No marks, for observers of events alone.
    public var wantsMarks: Bool { false }
    /// Marks go to `observe(marks:)`.
    public var markSink: MarkSink? { nil }
    /// Ignores marks.
    public func observe(marks: MarkSpan) throws {}
}
