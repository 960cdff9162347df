/// Keeps records in memory: the twin of the real stores, for tests and for looking at a run while it is there.
///
/// A class because the tracer writes and somebody else reads.
public final class MemoryTraceStore: TraceStore {
    /// Most records kept; the oldest go first.
    public let capacity: Int
    /// Records lost to the capacity.
    public private(set) var droppedCount = 0
    private var ring: [TracedEvent] = []
    private var oldest = 0
    private var isClosed = false

    /// Makes an empty store.
    public init(capacity: Int = .max) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    /// Records taken, also those that have gone since.
    public var eventCount: Int { ring.count + droppedCount }

    /// The records, oldest first.
    public var records: [TracedEvent] { Array(ring[oldest...] + ring[..<oldest]) }

    /// Takes a batch.
    public func append(_ batch: TraceBatch) throws(TraceStoreError) {
        guard !isClosed else { throw .closed("append", "memory") }
        for index in batch.events.indices {
            let record = batch.record(at: index)
            if ring.count < capacity {
                ring.append(record)
                continue
            }
            ring[oldest] = record
            oldest = oldest + 1 == capacity ? 0 : oldest + 1
            droppedCount += 1
        }
    }

    /// Does nothing: what is taken is there.
    public func flush() throws(TraceStoreError) {
        guard !isClosed else { throw .closed("flush", "memory") }
    }

    /// Refuses further batches; the records stay readable.
    public func close() throws(TraceStoreError) { isClosed = true }
}
