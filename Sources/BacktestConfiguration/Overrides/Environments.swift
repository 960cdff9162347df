import BacktestModel
import BacktestYAML

/// Blocks such as `development:` and `production:` that replace sections of a configuration for `--environment`.
struct Environments {
    /// The configuration without its environments.
    private(set) var base: YAMLNode
    /// The environments, in the order written.
    private(set) var blocks: [YAMLEntry] = []

    /// Sorts the top of a configuration into its own keys and environments.
    ///
    /// An environment is a map under an unknown key that holds only keys which an environment may replace; a key close
    /// to a real one stays, and is refused later as a misspelling.
    init(of root: YAMLNode) {
        base = root
        guard let entries = root.entries else { return }
        let known = Section<WrittenDocument>.document.fields.map(\.name)
        let overridable = Set(Section<WrittenDocument>.overridable.map(\.name))
        var own: [YAMLEntry] = []
        for entry in entries {
            let sections = entry.value.entries ?? []
            if known.contains(entry.name) || sections.isEmpty
                || nearestWord(to: entry.name, among: known) != nil
                || !sections.allSatisfy({ overridable.contains($0.name) })
            {
                own.append(entry)
            } else {
                blocks.append(entry)
            }
        }
        base.content = .mapping(own)
    }

    /// The configuration with the sections of one environment put over its own, map by map.
    func merged(_ name: String, _ findings: inout Findings) -> YAMLNode {
        guard let block = blocks.first(where: { $0.name == name }) else {
            let names = blocks.map(\.name)
            findings.error(
                "unknown_environment",
                "there is no environment '\(name)'",
                hint: names.isEmpty
                    ? "the configuration has no environments"
                    : Findings.hint(for: name, among: names, noun: "environments"),
                at: Located((), at: base.start)
            )
            return base
        }
        return Environments.overlay(block.value, on: base)
    }

    /// Checks the blocks by themselves, so that a mistake shows before the day on which an environment is chosen.
    func check(_ findings: inout Findings) {
        for block in blocks {
            let section = Section<WrittenDocument>(
                title: "the environment '\(block.name)'",
                fields: Section<WrittenDocument>.overridable.map { field in
                    // What an environment leaves out stands in the configuration itself.
                    var field = field
                    field.isRequired = false
                    return field
                }
            )
            var scratch = WrittenDocument()
            var found = Findings()
            section.decode(block.value, into: &scratch, &found)
            for finding in found.all where finding.code != "missing_key" { findings.add(finding) }
        }
    }

    /// Maps are joined key by key; anything else replaces what was there.
    private static func overlay(_ upper: YAMLNode, on lower: YAMLNode) -> YAMLNode {
        guard let entries = upper.entries, var result = lower.entries else { return upper }
        for entry in entries {
            if let index = result.firstIndex(where: { $0.name == entry.name }) {
                result[index].value = overlay(entry.value, on: result[index].value)
            } else {
                result.append(entry)
            }
        }
        return YAMLNode(content: .mapping(result), start: lower.start, end: lower.end)
    }
}
