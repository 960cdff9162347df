/// Builds nodes from events and does what libyaml leaves to its caller: aliases, merge keys, duplicates and limits.
struct Composer: ~Copyable {
    private struct Anchor {
        var node: YAMLNode
        /// Nodes that the anchored one stands for, itself included.
        var nodeCount: Int
    }

    private var reader: EventReader
    private let source: Int
    private let limits: YAMLLimits
    private var anchors: [String: Anchor] = [:]
    private var openAnchors: [String: YAMLMark] = [:]
    private var nodeCount = 0
    private var aliasedNodeCount = 0
    private(set) var problems: [YAMLProblem] = []

    init(bytes: [UInt8], source: Int, limits: YAMLLimits) {
        reader = EventReader(bytes: bytes, source: source)
        self.source = source
        self.limits = limits
    }

    /// The only document of the text, `nil` after an error that ends the reading.
    mutating func composeDocument() -> YAMLNode? {
        do throws(YAMLProblem) {
            _ = try reader.next()
            let first = try reader.next()
            guard case .documentStart = first.event else { throw empty(at: first.start) }
            let event = try reader.next()
            let root = try compose(event, depth: 0)
            _ = try reader.next()
            let last = try reader.next()
            guard case .streamEnd = last.event else {
                throw YAMLProblem(
                    code: .severalDocuments,
                    message: "a second document begins here",
                    hint: "keep one document a file",
                    start: last.start
                )
            }
            if root.isNull { throw empty(at: root.start) }
            return root
        } catch {
            problems.append(error)
            return nil
        }
    }

    private func empty(at mark: YAMLMark) -> YAMLProblem {
        YAMLProblem(code: .empty, message: "the document is empty", start: mark)
    }

    private mutating func compose(_ marked: MarkedEvent, depth: Int) throws(YAMLProblem) -> YAMLNode {
        switch marked.event {
        case .alias(let name):
            return try expanded(name, marked)
        case .scalar(let text, let style, let anchor, let tag):
            try charge(1, at: marked)
            let content = YAMLNode.Content.scalar(text, style: resolved(style, tag: tag, marked))
            let node = YAMLNode(content: content, start: marked.start, end: marked.end)
            if let anchor { anchors[anchor] = Anchor(node: node, nodeCount: 1) }
            return node
        case .sequenceStart(let anchor, let tag):
            check(tag, allowed: "seq", marked)
            return try composeCollection(marked, anchor: anchor, depth: depth, isMapping: false)
        case .mappingStart(let anchor, let tag):
            check(tag, allowed: "map", marked)
            return try composeCollection(marked, anchor: anchor, depth: depth, isMapping: true)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            preconditionFailure("libyaml closed what it had not opened")
        }
    }

    private mutating func composeCollection(
        _ marked: MarkedEvent,
        anchor: String?,
        depth: Int,
        isMapping: Bool
    ) throws(YAMLProblem) -> YAMLNode {
        guard depth < limits.depth else {
            throw YAMLProblem(
                code: .tooDeep,
                message: "more than \(limits.depth) lists and maps inside one another",
                start: marked.start
            )
        }
        try charge(1, at: marked)
        let countBefore = nodeCount - 1
        // Inside its own node an anchor would name a node without end.
        if let anchor { openAnchors[anchor] = marked.start }
        var node = marked.empty
        if isMapping {
            try composeEntries(of: &node, depth: depth)
        } else {
            try composeItems(of: &node, depth: depth)
        }
        if let anchor {
            openAnchors[anchor] = nil
            anchors[anchor] = Anchor(node: node, nodeCount: nodeCount - countBefore)
        }
        return node
    }

    private mutating func composeItems(of node: inout YAMLNode, depth: Int) throws(YAMLProblem) {
        var items: [YAMLNode] = []
        while true {
            let event = try reader.next()
            if case .sequenceEnd = event.event {
                node.end = event.end
                break
            }
            items.append(try compose(event, depth: depth + 1))
        }
        node.content = .sequence(items)
    }

    private mutating func composeEntries(of node: inout YAMLNode, depth: Int) throws(YAMLProblem) {
        var builder = MappingBuilder()
        while true {
            let event = try reader.next()
            if case .mappingEnd = event.event {
                node.end = event.end
                break
            }
            let key = try compose(event, depth: depth + 1)
            let valueEvent = try reader.next()
            let value = try compose(valueEvent, depth: depth + 1)
            builder.add(key: key, value: value)
        }
        let (entries, found) = builder.finished()
        problems.append(contentsOf: found)
        node.content = .mapping(entries)
    }
}

// MARK: - Aliases, tags and limits

extension Composer {
    private mutating func expanded(_ name: String, _ marked: MarkedEvent) throws(YAMLProblem) -> YAMLNode {
        if let anchor = anchors[name], openAnchors[name] == nil {
            aliasedNodeCount += anchor.nodeCount
            try charge(anchor.nodeCount, at: marked)
            guard aliasedNodeCount <= limits.aliasedNodeCount else {
                throw YAMLProblem(
                    code: .tooManyNodes,
                    message: "aliases expand to more than \(limits.aliasedNodeCount) values",
                    start: marked.start,
                    end: marked.end
                )
            }
            return anchor.node
        }
        if let open = openAnchors[name] {
            problems.append(
                YAMLProblem(
                    code: .recursiveAlias,
                    message: "the alias '*\(name)' stands inside the value that it names",
                    start: marked.start,
                    end: marked.end,
                    related: open
                )
            )
        } else {
            let anchors = anchors.keys.sorted()
            problems.append(
                YAMLProblem(
                    code: .unknownAlias,
                    message: "no anchor '&\(name)' stands before the alias '*\(name)'",
                    hint: anchors.isEmpty
                        ? nil : "anchors so far: \(anchors.prefix(8).joined(separator: ", "))",
                    start: marked.start,
                    end: marked.end
                )
            )
        }
        return marked.empty
    }

    private mutating func charge(_ count: Int, at marked: MarkedEvent) throws(YAMLProblem) {
        nodeCount += count
        guard nodeCount <= limits.nodeCount else {
            throw YAMLProblem(
                code: .tooManyNodes,
                message: "the document has more than \(limits.nodeCount) values",
                start: marked.start
            )
        }
    }

    private mutating func resolved(
        _ style: YAMLNode.ScalarStyle,
        tag: String?,
        _ marked: MarkedEvent
    ) -> YAMLNode.ScalarStyle {
        switch tag {
        case nil: return style
        case "!", "tag:yaml.org,2002:str": return style == .plain ? .quoted : style
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool",
            "tag:yaml.org,2002:null":
            return .plain
        case .some(let tag):
            refuse(tag, marked)
            return style
        }
    }

    private mutating func check(_ tag: String?, allowed: String, _ marked: MarkedEvent) {
        if let tag, tag != "!", tag != "tag:yaml.org,2002:\(allowed)" { refuse(tag, marked) }
    }

    private mutating func refuse(_ tag: String, _ marked: MarkedEvent) {
        problems.append(
            YAMLProblem(
                code: .unknownTag,
                message: "the tag '\(tag)' is not known here",
                hint: "leave the tag out",
                start: marked.start,
                end: marked.end
            )
        )
    }
}

extension MarkedEvent {
    /// A null where the event stands, to go on with after a problem and to fill in.
    var empty: YAMLNode { YAMLNode(content: .scalar("", style: .plain), start: start, end: end) }
}
