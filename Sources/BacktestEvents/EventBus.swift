/// The private bus of one container: numbers every event, counts it, and hands batches to the observers.
///
/// Owned by one worker at a time, so nothing here locks. Events of a type that no observer wants are numbered and counted
/// but not materialised. The bus knows nothing of tracing, and observers nothing of trading.
public struct EventBus: ~Copyable {
    /// Events after which a batch is delivered, as soon as the bar under way is done.
    public static let batchCapacity = 512
    /// Failures after which an observer is detached.
    public static let failureLimit = 3

    private struct Attachment {
        var observer: any EventObserver
        var name: String
        /// Failures in the container under way.
        var failures = 0
        /// Whether it failed too often: it hears nothing until the next container.
        var isDetached = false
    }

    @usableFromInline var batch: UnsafeMutablePointer<Event>
    @usableFromInline var capacity = EventBus.batchCapacity
    @usableFromInline var batchCount = 0
    @usableFromInline var wanted: UInt16 = 0
    @usableFromInline let counters: UnsafeMutablePointer<Int>
    @usableFromInline var sequence: UInt32 = 0
    private var attachments: [Attachment] = []
    /// Observers whose marks go straight to a kernel.
    // Most containers have one: an array would be retained and released at every span.
    private var firstSink: MarkSink?
    private var otherSinks: [MarkSink] = []
    /// Whether some other observer wants marks.
    private var marksWanted = false
    private var failures: [ObserverFailure] = []
    @usableFromInline var isStamping = false

    /// Reads the clock for every event from now on; `nil`, as at first, reads none.
    public var clock: EventClock? {
        didSet { isStamping = clock != nil }
    }

    /// Makes a bus without observers.
    public init() {
        batch = .allocate(capacity: EventBus.batchCapacity)
        counters = .allocate(capacity: EventType.allCases.count)
        counters.initialize(repeating: 0, count: EventType.allCases.count)
    }

    deinit {
        batch.deallocate()
        counters.deallocate()
    }

    /// Starts the stream of another container: sequence 0, counts 0; observers stay attached and are asked for their interests.
    ///
    /// One that failed too often in the last container is tried again, so that what a container leaves does not depend on
    /// which containers the same thread ran before it.
    public mutating func reset() {
        for index in attachments.indices {
            attachments[index].failures = 0
            attachments[index].isDetached = false
        }
        batchCount = 0
        sequence = 0
        counters.update(repeating: 0, count: EventType.allCases.count)
        refreshInterests()
    }

    /// Attaches an observer under a name for messages; it sees the events from now on.
    public mutating func attach(_ observer: any EventObserver, name: String) {
        flush()
        attachments.append(Attachment(observer: observer, name: name))
        refreshInterests()
    }

    /// Detaches an observer; what was published before is delivered first.
    public mutating func detach(_ observer: any EventObserver) {
        flush()
        attachments.removeAll { $0.observer === observer }
        refreshInterests()
    }

    /// Observers that have thrown since `takeFailures` was last called, in the order of their first failure.
    public var observerFailures: [ObserverFailure] { failures }

    /// The same, and forgets them.
    public mutating func takeFailures() -> [ObserverFailure] {
        defer { failures.removeAll() }
        return failures
    }

    /// Number of events of a type so far, materialised or not.
    public func count(of type: EventType) -> Int { counters[Int(type.rawValue)] }

    /// Whether some observer wants events of a type.
    @inlinable @inline(__always)
    public func wants(_ type: EventType) -> Bool { wanted & (1 << UInt16(type.rawValue)) != 0 }

    /// Sequence of the next event.
    @inlinable public var nextSequence: UInt32 { sequence }

    /// Numbers and counts an event of a type; the caller appends it where `wants` says so.
    @inlinable @inline(__always)
    public mutating func number(_ type: EventType) -> UInt32 {
        counters[Int(type.rawValue)] += 1
        let number = sequence
        sequence &+= 1
        return number
    }

    /// Numbers and counts several events of a type; gives the number of the first.
    @inlinable @inline(__always)
    public mutating func number(_ type: EventType, count: Int) -> UInt32 {
        counters[Int(type.rawValue)] += count
        let number = sequence
        sequence &+= UInt32(truncatingIfNeeded: count)
        return number
    }

    /// Hands a materialised event to the batch.
    @inlinable @inline(__always)
    public mutating func append(_ event: Event) {
        if batchCount == capacity { grow() }
        (batch + batchCount).initialize(to: event)
        if isStamping { stampNewest() }
        batchCount += 1
    }

    /// Gives the trade number to an event of the current batch that was published before its trade was known.
    ///
    /// Searches from the newest event back; an event that was already delivered stays as it is.
    public func correlate(sequence: UInt32, with correlation: UInt32) {
        var index = batchCount - 1
        while index >= 0, batch[index].sequence >= sequence {
            if batch[index].sequence == sequence {
                batch[index].correlation = correlation
                return
            }
            index -= 1
        }
    }

    /// Makes room in the batch, which is never delivered in the middle of a bar.
    ///
    /// A SIGNAL learns its trade number when its order is decided, later on the same bar. The memory is kept.
    @usableFromInline
    mutating func grow() {
        let larger = UnsafeMutablePointer<Event>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: batch, count: batchCount)
        batch.deallocate()
        batch = larger
        capacity *= 2
    }

    /// Delivers the batch where fewer than `count` of `batchCapacity` places are left; call it where a flush may come.
    @inlinable @inline(__always)
    public mutating func reserve(_ count: Int) {
        if batchCount + count > EventBus.batchCapacity { flush() }
    }

    @usableFromInline
    func stampNewest() { clock?.stampCreation(at: batchCount) }

    /// Delivers the batch.
    public mutating func flush() {
        guard batchCount > 0 else { return }
        let events = UnsafeBufferPointer(start: UnsafePointer(batch), count: batchCount)
        batchCount = 0
        clock?.stampEmission()
        for index in attachments.indices where !attachments[index].isDetached {
            do {
                try attachments[index].observer.observe(events: events)
            } catch {
                record(error, at: index)
            }
        }
        removeFailed()
    }

    /// Delivers a span of marks.
    public mutating func publish(marks: MarkSpan) {
        firstSink?.take(marks)
        if !otherSinks.isEmpty { for sink in otherSinks { sink.take(marks) } }
        if marksWanted { deliver(marks) }
    }

    /// Whether an observer looks at equities one by one, so that they must be worked out before they are published.
    public var wantsEquities: Bool { marksWanted }

    /// Gives a span of one position to the sinks; only where nobody wants equities one by one.
    public mutating func publish(marks: PositionSpan) {
        assert(!marksWanted, "an observer wants equities")
        firstSink?.take(marks)
        if !otherSinks.isEmpty { for sink in otherSinks { sink.take(marks) } }
    }

    private mutating func deliver(_ marks: MarkSpan) {
        var failed = false
        for index in attachments.indices
        where !attachments[index].isDetached && attachments[index].observer.wantsMarks
            && attachments[index].observer.markSink == nil
        {
            do {
                try attachments[index].observer.observe(marks: marks)
            } catch {
                record(error, at: index)
                failed = true
            }
        }
        if failed { removeFailed() }
    }

    private mutating func record(_ error: any Error, at index: Int) {
        attachments[index].failures += 1
        let isOver = attachments[index].failures >= EventBus.failureLimit
        ObserverFailure(
            name: attachments[index].name,
            failures: 1,
            detachments: isOver ? 1 : 0,
            firstError: String(describing: error)
        ).merge(into: &failures)
    }

    private mutating func removeFailed() {
        var isChanged = false
        for index in attachments.indices
        where attachments[index].failures >= EventBus.failureLimit && !attachments[index].isDetached {
            attachments[index].isDetached = true
            isChanged = true
        }
        if isChanged { refreshInterests() }
    }

    private mutating func refreshInterests() {
        let attached = attachments.filter { !$0.isDetached }
        wanted = attached.reduce(0) { $0 | $1.observer.interests.rawValue }
        let sinks = attached.compactMap { $0.observer.wantsMarks ? $0.observer.markSink : nil }
        firstSink = sinks.first
        otherSinks = Array(sinks.dropFirst())
        marksWanted = attached.contains { $0.observer.wantsMarks && $0.observer.markSink == nil }
    }
}
