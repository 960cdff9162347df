import Glibc
import Synchronization

/// Lets a thread sleep until another one has something for it; a call that comes first is not lost.
///
/// A class because both threads refer to it. `@unchecked`, and right: the semaphore is made before and destroyed after anybody
/// uses it, and is the operating system's business in between. Calling somebody who is awake costs one atomic read.
public final class WakeUp: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>
    private let isAsleep = Atomic<Bool>(false)

    /// Nobody sleeps.
    public init() {
        semaphore = .allocate(capacity: 1)
        semaphore.initialize(to: sem_t())
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Sleeps until called, or until a time has passed; one thread alone may sleep.
    ///
    /// Somebody may call for another reason, so the caller looks again at what it waits for.
    ///
    /// - Parameters:
    ///   - nanoseconds: Longest sleep, `nil` for any length.
    ///   - isReady: What the thread waits for, made true by the other one before it calls.
    /// - Returns: Whether the time had passed before anybody called.
    @discardableResult
    public func sleep(atMost nanoseconds: Int64? = nil, unless isReady: () -> Bool) -> Bool {
        // In one order with `call`: either the caller sees that somebody sleeps, or this thread sees that it is ready.
        isAsleep.store(true, ordering: .sequentiallyConsistent)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        if isReady() {
            if !isAsleep.exchange(false, ordering: .sequentiallyConsistent) { wait(nil) }
            return false
        }
        let isLate = wait(nanoseconds)
        // Called at the last moment: take the call back, so that it wakes nobody later.
        if isLate, !isAsleep.exchange(false, ordering: .sequentiallyConsistent) { wait(nil) }
        return isLate
    }

    /// Wakes the thread that sleeps, if one does; what it waits for must be true by now.
    public func call() {
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        guard isAsleep.load(ordering: .relaxed) else { return }
        if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { sem_post(semaphore) }
    }

    @discardableResult
    private func wait(_ nanoseconds: Int64?) -> Bool {
        guard let nanoseconds else {
            while sem_wait(semaphore) != 0 {}
            return false
        }
        var deadline = timespec()
        // The clock that `sem_timedwait` goes by; when it is set a sleep is shorter or longer, and no more.
        clock_gettime(CLOCK_REALTIME, &deadline)
        let end = Int64(deadline.tv_nsec) + nanoseconds % 1_000_000_000
        deadline.tv_sec += Int(nanoseconds / 1_000_000_000 + end / 1_000_000_000)
        deadline.tv_nsec = Int(end % 1_000_000_000)
        while sem_timedwait(semaphore, &deadline) != 0 {
            if errno == ETIMEDOUT { return true }
        }
        return false
    }
}
