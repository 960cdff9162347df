/// The status of every container of a run, in container order, as runs of equal status: compact, and nothing left out.
public struct ContainerStatuses: Sendable, Equatable {
    /// How far a container has come.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        case pending
        case completed
        case failed
    }

    /// Containers that follow each other and have the same status.
    public struct Span: Sendable, Equatable {
        /// Their status.
        public var status: Status
        /// Id of the first.
        public var first: String
        /// Id of the last; the same as `first` for one container.
        public var last: String
        /// Number of containers.
        public var count: Int

        /// Makes a span.
        public init(status: Status, first: String, last: String, count: Int) {
            self.status = status
            self.first = first
            self.last = last
            self.count = count
        }
    }

    /// The spans in container order.
    public private(set) var spans: [Span] = []

    /// No containers.
    public init() {}

    /// Makes statuses of spans that are already in container order.
    public init(spans: [Span]) { self.spans = spans }

    /// Adds the next container.
    public mutating func append(_ containerID: String, _ status: Status) {
        append(Span(status: status, first: containerID, last: containerID, count: 1))
    }

    /// Adds the next containers, all of one status; joined to those before where they have it too.
    public mutating func append(_ span: Span) {
        if let index = spans.indices.last, spans[index].status == span.status {
            spans[index].last = span.last
            spans[index].count += span.count
        } else {
            spans.append(span)
        }
    }

    /// Number of containers with that status.
    public func count(_ status: Status) -> Int {
        spans.reduce(0) { $0 + ($1.status == status ? $1.count : 0) }
    }

    /// Number of containers.
    public var count: Int { spans.reduce(0) { $0 + $1.count } }
}
