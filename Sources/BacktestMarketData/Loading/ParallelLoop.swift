import Glibc
import Synchronization

/// Runs a body for indices 0 to `count` - 1 on up to `jobs` threads and waits for all of them.
///
/// Plain threads, because loading blocks in the kernel and in C libraries, which the cooperative pool must not.
func parallelLoop(count: Int, jobs: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let workers = min(max(jobs, 1), count)
    guard workers > 1 else {
        for index in 0..<max(count, 0) { body(index) }
        return
    }
    let work = ParallelWork(count: count, body: body)
    var threads: [pthread_t] = []
    for _ in 1..<workers {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(work)
        let status = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<ParallelWork>.fromOpaque(argument).takeRetainedValue().drain()
                return nil
            },
            argument.toOpaque()
        )
        // Without another thread the work is done by those there are.
        if status == 0 { threads.append(thread) } else { argument.release() }
    }
    work.drain()
    for thread in threads { pthread_join(thread, nil) }
}

/// A class because all threads take their next index from the same counter.
private final class ParallelWork: Sendable {
    private let count: Int
    private let body: @Sendable (Int) -> Void
    // Relaxed order suffices: indices only have to differ, and joining the threads publishes what they wrote.
    private let next = Atomic<Int>(0)

    init(count: Int, body: @escaping @Sendable (Int) -> Void) {
        self.count = count
        self.body = body
    }

    func drain() {
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body(index)
        }
    }
}
