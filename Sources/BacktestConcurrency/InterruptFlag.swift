import Synchronization

/// A request to stop, set by a signal handler and read by workers between containers.
///
/// A class because the handler and every worker refer to one flag. A single atomic number: setting it is safe inside a signal
/// handler.
public final class InterruptFlag: Sendable {
    // Relaxed is enough: nothing else is published through the flag.
    private let value = Atomic<Int32>(0)

    /// Makes a flag that is not set.
    public init() {}

    /// Asks for a stop because of a signal; the first one stays.
    public func set(signal: Int32) {
        _ = value.compareExchange(expected: 0, desired: signal, ordering: .relaxed)
    }

    /// The signal that asked for a stop, `nil` for none.
    public var signal: Int32? {
        let signal = value.load(ordering: .relaxed)
        return signal == 0 ? nil : signal
    }
}
