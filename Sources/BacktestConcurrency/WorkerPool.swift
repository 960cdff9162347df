import Glibc
import Synchronization

/// Runs independent pieces of work on a fixed number of threads.
///
/// A class because its threads share one counter. Each thread makes one worker and keeps it, so a piece of work needs no lock
/// and no allocation of its own. Which thread takes which piece is left to chance; results are handed back by index, so
/// nothing that is computed depends on it.
public final class WorkerPool<Worker, Result: Sendable>: Sendable {
    // Relaxed is enough: each index is handed out once, and results pass through the mutex.
    private let next = Atomic<Int>(0)
    private let results = Mutex<[(index: Int, result: Result)]>([])
    private let count: Int
    private let makeWorker: @Sendable () -> Worker
    private let body: @Sendable (inout Worker, Int) -> Result?

    private init(
        count: Int, makeWorker: @escaping @Sendable () -> Worker,
        body: @escaping @Sendable (inout Worker, Int) -> Result?
    ) {
        self.count = count
        self.makeWorker = makeWorker
        self.body = body
    }

    /// Calls `body` once for each of 0 to `count` - 1 and gives what it returned, in the order of the indices.
    ///
    /// - Parameters:
    ///   - count: Number of pieces.
    ///   - threads: Number of threads, the calling one included; below 2 everything runs on the calling one.
    ///   - makeWorker: Makes the state that a thread keeps from piece to piece.
    ///   - body: Does one piece; `nil` ends the pool early: pieces that have not begun are left out of the result.
    public static func map(
        _ count: Int, threads: Int, makeWorker: @escaping @Sendable () -> Worker,
        _ body: @escaping @Sendable (inout Worker, Int) -> Result?
    ) -> [(index: Int, result: Result)] {
        let pool = WorkerPool(count: count, makeWorker: makeWorker, body: body)
        var started: [pthread_t] = []
        for _ in 1..<max(1, min(threads, count)) {
            var thread = pthread_t()
            let owned = Unmanaged.passRetained(pool)
            let status = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    Unmanaged<WorkerPool<Worker, Result>>.fromOpaque(argument).takeRetainedValue().work()
                    return nil
                }, owned.toOpaque())
            // Without another thread the work is done by those that there are.
            if status == 0 { started.append(thread) } else { owned.release() }
        }
        pool.work()
        for thread in started { pthread_join(thread, nil) }
        return pool.results.withLock { $0.sorted { $0.index < $1.index } }
    }

    private func work() {
        var worker = makeWorker()
        var mine: [(index: Int, result: Result)] = []
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if index >= count { break }
            guard let result = body(&worker, index) else {
                next.store(count, ordering: .relaxed)
                break
            }
            mine.append((index, result))
        }
        let gathered = mine
        results.withLock { $0.append(contentsOf: gathered) }
    }
}

extension WorkerPool where Worker == Void {
    /// The results of pieces of work that need no state, in the order of the indices.
    public static func map(
        _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Result
    ) -> [Result] {
        map(count, threads: threads, makeWorker: {}, { _, index in body(index) }).map(\.result)
    }
}

/// The processors that this process may run on, at least 1.
public func availableProcessorCount() -> Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
