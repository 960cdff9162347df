/// Collects the entries of one mapping: keys must be distinct scalars, `<<` takes over the entries of other mappings.
struct MappingBuilder {
    private var entries: [YAMLEntry] = []
    private var places: [String: YAMLMark] = [:]
    private var merges: [YAMLNode] = []
    private var mergePlace: YAMLMark?
    private var problems: [YAMLProblem] = []

    /// Adds a key as the text has it.
    mutating func add(key: YAMLNode, value: YAMLNode) {
        guard case .scalar(let name, let style) = key.content else {
            problems.append(
                YAMLProblem(
                    code: .complexKey,
                    message: "a key must be a plain word",
                    hint: "quote a key that begins with '{' or '['",
                    start: key.start,
                    end: key.end
                )
            )
            return
        }
        if name == "<<", style == .plain {
            if let mergePlace {
                refuseDuplicate(
                    key,
                    name: name,
                    first: mergePlace,
                    hint: "give the maps as a list: <<: [*a, *b]"
                )
            } else {
                mergePlace = key.start
                addMerge(value)
            }
            return
        }
        if let first = places[name] {
            refuseDuplicate(key, name: name, first: first, hint: "keep one of the two")
            return
        }
        places[name] = key.start
        entries.append(YAMLEntry(name: name, start: key.start, end: key.end, value: value))
    }

    /// The entries, explicit ones first, then merged ones (an earlier map wins over a later one).
    consuming func finished() -> (entries: [YAMLEntry], problems: [YAMLProblem]) {
        for map in merges {
            for entry in map.entries ?? [] where places[entry.name] == nil {
                places[entry.name] = entry.start
                entries.append(entry)
            }
        }
        return (entries, problems)
    }

    private mutating func addMerge(_ value: YAMLNode) {
        switch value.content {
        case .mapping:
            merges.append(value)
        case .sequence(let items):
            for item in items {
                if item.entries != nil { merges.append(item) } else { refuseMerge(item) }
            }
        case .scalar:
            refuseMerge(value)
        }
    }

    private mutating func refuseMerge(_ node: YAMLNode) {
        problems.append(
            YAMLProblem(
                code: .invalidMerge,
                message: "'<<' takes a map or a list of maps",
                hint: "write <<: *anchor",
                start: node.start,
                end: node.end
            )
        )
    }

    private mutating func refuseDuplicate(_ key: YAMLNode, name: String, first: YAMLMark, hint: String) {
        problems.append(
            YAMLProblem(
                code: .duplicateKey,
                message:
                    "the key '\(name)' is given twice, first on line \(first.line), column \(first.column)",
                hint: hint,
                start: key.start,
                end: key.end,
                related: first
            )
        )
    }
}
