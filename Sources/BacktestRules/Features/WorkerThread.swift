import Glibc

/// A started thread that runs one closure.
///
/// A class because the new thread needs one object to take over from the C interface.
final class WorkerThread: Sendable {
    private let body: @Sendable () -> Void

    private init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// Starts a thread, `nil` where the system gives none; the caller joins it.
    static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        var thread = pthread_t()
        let owned = Unmanaged.passRetained(WorkerThread(body))
        let status = pthread_create(&thread, nil, runWorkerThread, owned.toOpaque())
        if status == 0 { return thread }
        owned.release()
        return nil
    }

    fileprivate func run() { body() }
}

private func runWorkerThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<WorkerThread>.fromOpaque(argument).takeRetainedValue().run()
    return nil
}
