import Glibc
import Synchronization

/// Calls a body for 0 to `count` - 1 on several threads and gathers what it returns.
///
/// A class because its threads share one counter and one list. The order of the results is that of the indices, so nothing
/// depends on which thread came first.
final class ParallelLoop<Result: Sendable>: Sendable {
    // Relaxed is enough: each index is handed out once, and the results pass through the mutex.
    private let next = Atomic<Int>(0)
    private let results = Mutex<[(index: Int, result: Result)]>([])
    private let count: Int
    private let body: @Sendable (Int) -> Result

    private init(_ count: Int, _ body: @escaping @Sendable (Int) -> Result) {
        self.count = count
        self.body = body
    }

    /// The results in the order of the indices; `threads` below 2 runs everything on the calling thread.
    static func map(_ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Result) -> [Result] {
        let extra = min(threads, count) - 1
        if extra < 1 { return (0..<count).map(body) }
        let loop = ParallelLoop(count, body)
        // Without another thread the work is done by those that there are.
        let started = (0..<extra).compactMap { _ in WorkerThread.start { loop.work() } }
        loop.work()
        for thread in started { pthread_join(thread, nil) }
        return loop.results.withLock { $0.sorted { $0.index < $1.index }.map(\.result) }
    }

    private func work() {
        var mine: [(index: Int, result: Result)] = []
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if index >= count { break }
            mine.append((index, body(index)))
        }
        let gathered = mine
        results.withLock { $0.append(contentsOf: gathered) }
    }
}
