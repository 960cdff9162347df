import Synchronization

/// The bytes that the events of all containers of a run take in memory together.
///
/// A class because all workers refer to it. Relaxed counting is enough: nothing else is published through it.
public final class TraceMemory: Sendable {
    private let counted = Atomic<Int>(0)

    /// Nothing yet.
    public init() {}

    /// Bytes, as far as every worker has said.
    public var bytes: Int { counted.load(ordering: .relaxed) }

    /// Adds bytes, or takes some away.
    public func add(_ bytes: Int) { counted.wrappingAdd(bytes, ordering: .relaxed) }
}
