/// An event with where it came from and what came of it, as lines of a tree: roots first, effects below their causes.
public struct LineageTree: Sendable {
    /// One line.
    public struct Line: Sendable, Hashable {
        /// The event.
        public var event: TracedEvent
        /// Steps from the root of its tree, 0 for a root.
        public var depth: Int
        /// Whether it is what was asked for.
        public var isSubject: Bool
    }

    /// The lines from top to bottom.
    public private(set) var lines: [Line] = []

    /// The tree of one event: the path from its root down to it, then all its consequences.
    public init(of event: TracedEvent, in graph: TraceGraph) {
        var depth = 0
        for cause in graph.causes(of: event).reversed() {
            lines.append(Line(event: cause, depth: depth, isSubject: false))
            depth += 1
        }
        lines.append(Line(event: event, depth: depth, isSubject: true))
        addConsequences(of: event, depth: depth + 1, graph) { _ in true }
    }

    /// The trees of one trade: every event of it, and what led to these.
    public init(ofTrade number: UInt32, in graph: TraceGraph) {
        let own = graph.trade(number)
        var members: Set<UInt32> = []
        var roots: [TracedEvent] = []
        for event in own {
            members.insert(event.sequence)
            let causes = graph.causes(of: event)
            members.formUnion(causes.map(\.sequence))
            let root = causes.last ?? event
            if !roots.contains(where: { $0.sequence == root.sequence }) { roots.append(root) }
        }
        for root in roots.sorted(by: { $0.sequence < $1.sequence }) {
            lines.append(Line(event: root, depth: 0, isSubject: root.trade == number))
            addConsequences(of: root, depth: 1, graph) { members.contains($0.sequence) }
        }
        for index in lines.indices { lines[index].isSubject = lines[index].event.trade == number }
    }

    /// Depth first with a stack of its own, so that a long chain cannot overflow the thread's.
    private mutating func addConsequences(
        of event: TracedEvent,
        depth: Int,
        _ graph: TraceGraph,
        where isWanted: (TracedEvent) -> Bool
    ) {
        func below(_ event: TracedEvent, _ depth: Int) -> [(TracedEvent, Int)] {
            graph.consequences(of: event).filter(isWanted).reversed().map { ($0, depth) }
        }
        var waiting = below(event, depth)
        while let (next, depth) = waiting.popLast() {
            lines.append(Line(event: next, depth: depth, isSubject: false))
            waiting += below(next, depth + 1)
        }
    }
}
