import Glibc

/// A thread of the operating system that runs one body; whoever starts it waits for its end with `join`.
public struct BackgroundThread {
    /// Carries the body through C's untyped argument; a class because only a reference passes there.
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let thread: pthread_t

    /// Starts the thread; `nil` where the system has none to give.
    public init?(_ work: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(work))
        guard pthread_create(&thread, nil, BackgroundThread.enter, body.toOpaque()) == 0 else {
            body.release()
            return nil
        }
        self.thread = thread
    }

    /// Waits for the end of the body; call once.
    public func join() { pthread_join(thread, nil) }

    private static let enter: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
        argument in
        guard let argument else { return nil }
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
    }
}
