/// Something that watches one container's stream and never changes it.
///
/// Observers are composed, not subclassed, and reused: `begin` opens a container's stream, batches follow in stream order,
/// `end` closes it. Events come in batches of at most `EventBus.batchCapacity`; batches of events and spans of marks are each
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

    /// Takes a span of marks.
    func observe(marks: MarkSpan) throws
}

extension EventObserver {
    /// Ignores marks, for observers of events alone.
    public func observe(marks: MarkSpan) throws {}
}
