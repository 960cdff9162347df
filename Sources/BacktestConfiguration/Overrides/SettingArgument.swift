import BacktestYAML

/// One `--set path=value`: a path as in a sweep, and a value as in the file.
struct SettingArgument {
    /// The argument as given.
    let text: String
    /// The path before the `=`.
    let path: String
    /// The value, with marks in the argument.
    let value: YAMLNode
    private let start: YAMLMark
    private let end: YAMLMark

    /// Parses an argument; `source` numbers its marks.
    init?(_ text: String, source: Int, _ findings: inout Findings) {
        self.text = text
        start = YAMLMark(line: 1, column: 1, source: source)
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            findings.error(
                "invalid_setting",
                "expected path=value",
                hint: "write --set momentum_1.fast=10",
                at: Located((), at: start)
            )
            return nil
        }
        path = String(text[..<equals])
        let width = path.unicodeScalars.count
        end = YAMLMark(line: 1, column: 1 + width, source: source)
        // Blanks in front leave the marks where the argument has the value.
        let padded = String(repeating: " ", count: width + 1) + text[text.index(after: equals)...]
        let document = YAMLDocument(parsing: Array(padded.utf8), source: source)
        let problems = document.problems.filter { $0.code != .empty }
        for problem in problems {
            var finding = Finding(problem)
            // What is missing at the end is reported on the line after it.
            if finding.start.line > 1 {
                finding.start = YAMLMark(line: 1, column: text.unicodeScalars.count + 1, source: source)
                finding.end = finding.start
            }
            findings.add(finding)
        }
        guard problems.isEmpty else { return nil }
        value =
            document.root
            ?? YAMLNode(content: .scalar("", style: .plain), start: end, end: end)
    }

    /// The configuration with the value in its place; maps on the way are made where they are missing.
    func applied(to root: YAMLNode, _ findings: inout Findings) -> YAMLNode {
        for list in ["strategies", "portfolios", "containers"] {
            guard let items = root[list]?.items else { continue }
            let ids = items.map { $0["id"]?.text ?? "" }
            let matches = ids.indices.filter { !ids[$0].isEmpty && path.hasPrefix(ids[$0] + ".") }
            guard let index = matches.max(by: { ids[$0].count < ids[$1].count }) else { continue }
            var rest = String(path.dropFirst(ids[index].count + 1))
            if list == "strategies" { rest = strategyPath(rest, in: items[index]) }
            return put(
                [list, String(index)] + SettingArgument.names(rest, in: items[index]),
                into: root,
                &findings
            )
        }
        return put(SettingArgument.names(path, in: root), into: root, &findings)
    }

    private func strategyPath(_ rest: String, in strategy: YAMLNode) -> String {
        let isParameter = strategy["params"]?[rest] != nil
        let first = rest.split(separator: ".").first.map(String.init) ?? rest
        let isKey = Section<WrittenStrategy>.strategy.field(first) != nil
        return isKey && !isParameter ? rest : "params." + rest
    }

    /// Splits a path at its dots; a key of the map that has dots itself is taken whole.
    private static func names(_ path: String, in node: YAMLNode) -> [String] {
        if path.isEmpty { return [] }
        let keys = (node.entries ?? []).map(\.name).filter { path == $0 || path.hasPrefix($0 + ".") }
        let first = keys.max { $0.count < $1.count } ?? String(path.prefix { $0 != "." })
        let rest = String(path.dropFirst(first.count + 1))
        let next =
            node[first]
            ?? node.items.flatMap { items in
                Int(first).flatMap { items.indices.contains($0) ? items[$0] : nil }
            }
        // Below `sweep.parameters` the whole rest is one key.
        if first == "parameters", !rest.isEmpty { return [first, rest] }
        let below = next ?? YAMLNode(content: .mapping([]), start: node.start, end: node.end)
        return [first] + names(rest, in: below)
    }

    private func put(_ names: [String], into node: YAMLNode, _ findings: inout Findings) -> YAMLNode {
        guard let first = names.first else { return value }
        if var items = node.items {
            guard let index = Int(first), items.indices.contains(index) else {
                findings.error(
                    "unknown_path",
                    "'\(first)' is no index into a list of \(items.count)",
                    at: Located((), start: start, end: end)
                )
                return node
            }
            items[index] = put(Array(names.dropFirst()), into: items[index], &findings)
            return YAMLNode(content: .sequence(items), start: node.start, end: node.end)
        }
        var entries = node.entries ?? []
        // A bare rate stands for {rate: ...}; setting another key of that map keeps it.
        if case .scalar = node.content, !node.isNull, node.decimal != nil {
            entries = [YAMLEntry(name: "rate", start: node.start, end: node.end, value: node)]
        }
        let empty = YAMLNode(content: .scalar("", style: .plain), start: start, end: end)
        if let index = entries.firstIndex(where: { $0.name == first }) {
            entries[index].value = put(Array(names.dropFirst()), into: entries[index].value, &findings)
        } else {
            let inner = put(Array(names.dropFirst()), into: empty, &findings)
            entries.append(YAMLEntry(name: first, start: start, end: end, value: inner))
        }
        return YAMLNode(content: .mapping(entries), start: node.start, end: node.end)
    }
}

extension Located {
    init(_ value: Value, start: YAMLMark, end: YAMLMark) {
        self.value = value
        self.start = start
        self.end = end
    }
}

extension Finding {
    /// A finding of the YAML parser.
    init(_ problem: YAMLProblem) {
        self.init(
            code: problem.code.rawValue,
            message: problem.message,
            hint: problem.hint,
            start: problem.start,
            end: problem.end,
            related: problem.related
        )
    }
}
