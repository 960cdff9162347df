import Glibc
import Synchronization

/// Runs independent pieces of work on a fixed number of threads.
///
/// Which thread takes which piece is left to chance; results are handed back by index, so nothing that is computed depends
/// on it. Threads rather than tasks, because a piece of work never waits: a thread a processor is what it needs.
public enum WorkerPool {
    /// Calls `body` once for each of 0 to `count` - 1 and gives what it returned, in the order of the indices.
    ///
    /// - Parameters:
    ///   - count: Number of pieces.
    ///   - threads: Number of threads, the calling one included; below 2 everything runs on the calling one.
    ///   - makeWorker: Makes the state that a thread keeps from piece to piece, so that a piece needs no lock.
    ///   - body: Does one piece; `nil` ends the pool early: pieces that have not begun are left out of the result.
    /// - Returns: What the pieces returned, each with its index, ascending.
    public static func map<Worker, Result: Sendable>(
        _ count: Int,
        threads: Int,
        makeWorker: @escaping @Sendable () -> Worker,
        _ body: @escaping @Sendable (inout Worker, Int) -> Result?
    ) -> [IndexedResult<Result>] {
        let shared = SharedWork<Result>()
        let work: @Sendable () -> Void = {
            var worker = makeWorker()
            var mine: [IndexedResult<Result>] = []
            while true {
                let index = shared.next.wrappingAdd(1, ordering: .relaxed).oldValue
                if index >= count { break }
                guard let result = body(&worker, index) else {
                    shared.next.store(count, ordering: .relaxed)
                    break
                }
                mine.append(IndexedResult(index: index, result: result))
            }
            shared.gather(mine)
        }
        ThreadGroup.run(work, threads: min(threads, count))
        return shared.sorted()
    }

    /// The results of pieces of work that need no state, in the order of the indices.
    public static func map<Result: Sendable>(
        _ count: Int,
        threads: Int,
        _ body: @escaping @Sendable (Int) -> Result
    ) -> [Result] {
        map(count, threads: threads, makeWorker: {}, { (_: inout Void, index) in body(index) }).map(\.result)
    }

    /// The processors that this process may run on, at least 1.
    public static var availableProcessorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}

/// What a piece of work returned, with its place.
public struct IndexedResult<Result: Sendable>: Sendable {
    /// The piece's index.
    public var index: Int
    /// What it returned.
    public var result: Result

    /// Places a result.
    public init(index: Int, result: Result) {
        self.index = index
        self.result = result
    }
}

/// What the threads of one call share; a class because all of them refer to it.
private final class SharedWork<Result: Sendable>: Sendable {
    // Relaxed is enough: each index is handed out once, and results pass through the mutex.
    let next = Atomic<Int>(0)
    private let results = Mutex<[IndexedResult<Result>]>([])

    func gather(_ mine: [IndexedResult<Result>]) { results.withLock { $0.append(contentsOf: mine) } }

    func sorted() -> [IndexedResult<Result>] { results.withLock { $0.sorted { $0.index < $1.index } } }
}

/// One body on several threads.
private enum ThreadGroup {
    static func run(_ work: @escaping @Sendable () -> Void, threads: Int) {
        // Without another thread the work is done by those that there are.
        let started = (0..<max(0, threads - 1)).compactMap { _ in BackgroundThread(work) }
        work()
        for thread in started { thread.join() }
    }
}
