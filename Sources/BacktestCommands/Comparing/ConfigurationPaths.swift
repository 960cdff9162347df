import BacktestModel
import BacktestReports
import BacktestResults
import BacktestYAML

/// The keys of a config as paths, so that two configs can be compared key by key.
enum ConfigurationPaths {
    /// Keys that differ between the configs of two runs, sorted by path.
    ///
    /// What the command line changed (`--set`, `--environment`) counts as keys of its own. A run without a config.yaml, as a
    /// saved baseline may be, has no keys to compare.
    static func changes(_ a: RunReader, _ b: RunReader) -> [RunChanges.Setting] {
        guard let first = settings(of: a), let second = settings(of: b) else { return [] }
        let old = Dictionary(first, uniquingKeysWith: { $1 })
        let new = Dictionary(second, uniquingKeysWith: { $1 })
        return Set(old.keys).union(new.keys).sorted().compactMap { path in
            old[path] == new[path] ? nil : RunChanges.Setting(path: path, a: old[path], b: new[path])
        }
    }

    private static func settings(of run: RunReader) -> [(String, Scalar)]? {
        guard let bytes = FileText.bytes(of: "\(run.path)/config.yaml"),
            let root = YAMLDocument(parsing: bytes).root
        else { return nil }
        var settings = flatten(root)
        for setting in run.manifest.settings {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            settings.append(("--set \(parts[0])", .text(parts.count > 1 ? String(parts[1]) : "")))
        }
        if let name = run.manifest.environment { settings.append(("--environment", .text(name))) }
        for option in run.manifest.options
        where ["only", "limit"].contains(option.name) && option.value != .null {
            settings.append(("--\(option.name)", option.value))
        }
        return settings
    }

    /// The scalars below a node with their paths; items of a list go by their `id` or `symbol`, else by their position.
    static func flatten(_ node: YAMLNode, at path: String = "") -> [(String, Scalar)] {
        func joined(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        switch node.content {
        case .mapping(let entries): return entries.flatMap { flatten($0.value, at: joined($0.name)) }
        case .sequence(let items):
            return items.enumerated().flatMap { index, item in
                let name = item["id"]?.text ?? item["symbol"]?.text
                return flatten(item, at: name.map(joined) ?? "\(path)[\(index)]")
            }
        case .scalar:
            switch node.scalar {
            case .number(let number):
                return [(path, number.isFinite ? .number(number) : .text(node.text ?? ""))]
            case .boolean(let flag): return [(path, .boolean(flag))]
            case .text(let text): return [(path, .text(text))]
            case .null, nil: return [(path, .null)]
            }
        }
    }
}
