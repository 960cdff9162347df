import BacktestConcurrency
import BacktestEvents
import Glibc
import Synchronization

/// Takes one container's events after another's off a worker's hands: through a bounded queue to a thread that thins, encodes,
/// compresses and writes them.
///
/// A full queue makes the worker wait, which is counted; nothing is dropped here. Which events are in which batch depends on
/// the events alone, so what is written does not depend on when the thread was running. Owned by one worker; a class
/// because ending it must stop the thread.
final class TraceDrain {
    private let shared = SharedDrain()
    private var ring: HandoverRing<QueuedEvent>?
    private var thread: BackgroundThread?
    private let isThreaded: Bool
    /// How often, and how long, the worker has waited for room or for the end of a container.
    private(set) var waits = TraceWaits()

    /// Makes a drain; its thread starts with its first container.
    ///
    /// - Parameter isThreaded: Whether to have a thread at all; without one the worker writes, and the queue is empty.
    init(isThreaded: Bool) { self.isThreaded = isThreaded }

    deinit {
        guard let thread else { return }
        shared.phase.store(.quit, ordering: .releasing)
        shared.work.call()
        thread.join()
    }

    /// Events that wait in the queue, and how many it holds.
    var load: (waiting: Int, capacity: Int) { (ring?.count ?? 0, ring?.capacity ?? 0) }

    /// Begins a container; the one before has been finished.
    func begin(_ writer: consuming TraceWriter, queueSize: Int) {
        precondition(shared.phase.load(ordering: .acquiring) == .idle)
        shared.failed.store(false, ordering: .relaxed)
        shared.failure = nil
        shared.timeout = writer.timeoutNanoseconds
        shared.writer = consume writer
        guard isThreaded else { return }
        if ring == nil || ring?.capacity ?? 0 < queueSize {
            let ring = HandoverRing<QueuedEvent>(atLeast: queueSize)
            self.ring = ring
            shared.ring = ring
        }
        shared.phase.store(.running, ordering: .releasing)
        if thread == nil {
            let shared = shared
            thread = BackgroundThread { shared.run() }
        }
        // No thread to be had: the worker writes as if none had been asked for.
        if thread == nil { shared.phase.store(.idle, ordering: .relaxed) }
        shared.work.call()
    }

    /// Takes events in stream order.
    ///
    /// - Throws: The store's error, once it has happened, with `on_storage_failure: abort`.
    func put(_ events: UnsafeBufferPointer<QueuedEvent>) throws(TraceStoreError) {
        guard thread != nil, let ring else {
            shared.write(events)
            shared.saveInTime()
            if let failure = shared.failure { throw failure }
            return
        }
        var rest = events[...]
        while !rest.isEmpty {
            if shared.failed.load(ordering: .acquiring), let failure = shared.failure { throw failure }
            let count = ring.put(UnsafeBufferPointer(rebasing: rest))
            rest = rest.dropFirst(count)
            if count > 0 { shared.work.call() }
            guard !rest.isEmpty else { return }
            let shared = shared
            waits.measure {
                // Half of it free: one long wait is cheaper than many short ones.
                shared.room.sleep {
                    ring.count <= ring.capacity / 2 || shared.failed.load(ordering: .acquiring)
                }
            }
        }
    }

    /// Ends the container: everything that waits is written and the store closed.
    func finish() -> (losses: TraceLosses, failure: TraceStoreError?) {
        if thread == nil {
            shared.finish()
        } else {
            shared.phase.store(.ending, ordering: .releasing)
            shared.work.call()
            let shared = shared
            waits.measure {
                // The thread also calls for room, or because it has failed: only its last call ends this.
                while shared.phase.load(ordering: .acquiring) != .idle {
                    shared.room.sleep { shared.phase.load(ordering: .acquiring) == .idle }
                }
            }
        }
        return (shared.losses, shared.failure)
    }
}

/// How long a worker has waited for its trace to be written; for the manifest's timings.
public struct TraceWaits: Sendable, Hashable {
    /// Times that it waited.
    public var count: Int = 0
    /// Nanoseconds in all.
    public var nanoseconds: Int64 = 0

    /// Never.
    public init() {}

    mutating func measure(_ wait: () -> Void) {
        let begin = MonotonicClock.now()
        wait()
        count += 1
        nanoseconds += MonotonicClock.now() - begin
    }
}

/// The clock that waits are measured with; its readings reach no result.
enum MonotonicClock {
    /// Nanoseconds from any beginning.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// What a worker and its writing thread share.
///
/// A class because both refer to it. `@unchecked`, and right: everything that is not atomic belongs to the worker while the
/// phase is `idle` and to the thread otherwise (without a thread the phase stays `idle`). Each hands over with a releasing
/// store of the phase that the other reads acquiring. `failure` is written once before `failed` is set, and read after that.
private final class SharedDrain: @unchecked Sendable {
    enum Phase: UInt8, AtomicRepresentable {
        /// Between containers.
        case idle
        /// Events come.
        case running
        /// No more events come; what waits is to be written.
        case ending
        /// The thread is to end.
        case quit
    }

    /// Events that are taken out of the queue at once, so that room comes back soon.
    private static let portion = 256

    let phase = Atomic<Phase>(.idle)
    let failed = Atomic<Bool>(false)
    /// Something to do for the thread.
    let work = WakeUp()
    /// Room in the queue, or the end, for the worker.
    let room = WakeUp()
    var ring: HandoverRing<QueuedEvent>?
    var writer: TraceWriter?
    var failure: TraceStoreError?
    var losses = TraceLosses()
    var timeout: Int64 = 0

    /// The thread's life.
    func run() {
        while true {
            switch phase.load(ordering: .acquiring) {
            case .quit: return
            case .idle: work.sleep { self.phase.load(ordering: .acquiring) != .idle }
            case .running: drain()
            case .ending:
                while takePortion() {}
                finish()
                phase.store(.idle, ordering: .releasing)
                room.call()
            }
        }
    }

    private func drain() {
        if takePortion() {
            saveInTime()
            return
        }
        let isLate = work.sleep(atMost: timeout > 0 ? timeout : nil) {
            (self.ring?.count ?? 0) > 0 || self.phase.load(ordering: .acquiring) != .running
        }
        if isLate { saveInTime() }
    }

    private func takePortion() -> Bool {
        guard let ring else { return false }
        let count = ring.take(most: SharedDrain.portion) { write($0) }
        if ring.count <= ring.capacity / 2 { room.call() }
        return count > 0
    }

    func write(_ events: UnsafeBufferPointer<QueuedEvent>) {
        guard failure == nil else { return }
        do throws(TraceStoreError) {
            try writer?.write(events)
        } catch {
            note(error)
        }
    }

    /// Makes readable what has waited for as long as it may.
    func saveInTime() {
        guard failure == nil, timeout > 0 else { return }
        do throws(TraceStoreError) {
            try writer?.save(at: MonotonicClock.now())
        } catch {
            note(error)
        }
    }

    func finish() {
        do throws(TraceStoreError) {
            try writer?.finish()
        } catch {
            note(error)
        }
        losses = writer?.losses ?? TraceLosses()
        writer = nil
    }

    private func note(_ error: TraceStoreError) {
        guard failure == nil else { return }
        failure = error
        failed.store(true, ordering: .releasing)
        room.call()
    }
}
