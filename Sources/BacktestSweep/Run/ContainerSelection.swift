import BacktestModel

/// Which containers of a run are asked for (`--only`, `--limit`), in container order: template by template, set by set.
struct ContainerSelection: Sendable {
    /// For each template the sets that are asked for; `nil` for all.
    private var chosen: [[Bool]?]
    /// Number of containers asked for.
    let count: Int

    init(_ prepared: PreparedRun, only: [String], limit: Int?) {
        let patterns = only.map(WildcardPattern.init)
        let sets = prepared.plan.sweep.setCount
        var chosen: [[Bool]?] = []
        var total = 0
        for template in prepared.templates {
            guard !patterns.isEmpty || limit != nil else {
                chosen.append(nil)
                total += sets
                continue
            }
            var flags = [Bool](repeating: false, count: sets)
            for set in 0..<sets where limit.map({ total < $0 }) ?? true {
                let id = prepared.containerID(template, set: set)
                guard patterns.isEmpty || patterns.contains(where: { $0.matches(id) }) else { continue }
                flags[set] = true
                total += 1
            }
            chosen.append(flags)
        }
        self.chosen = chosen
        count = total
    }

    /// The shortest range that holds every set asked for, of `setCount`.
    func sets(of setCount: Int) -> Range<Int> {
        var first = setCount
        var end = 0
        for flags in chosen {
            guard let flags else { return 0..<setCount }
            first = min(first, flags.firstIndex(of: true) ?? setCount)
            end = max(end, (flags.lastIndex(of: true) ?? -1) + 1)
        }
        return min(first, end)..<end
    }

    /// How many containers of the first templates are asked for.
    func count(ofTemplatesBelow end: Int, setCount: Int) -> Int {
        chosen[..<end].reduce(0) { $0 + ($1?.count { $0 } ?? setCount) }
    }

    /// For each set how many before it are asked for of a template; `nil` where all are.
    func ranks(template: Int) -> [Int32]? {
        chosen[template].map { flags in
            var before: Int32 = 0
            return flags.map { isChosen in
                defer { if isChosen { before += 1 } }
                return before
            }
        }
    }

    /// Whether every set of a template is asked for.
    func isWhole(template: Int) -> Bool { chosen[template] == nil }

    func contains(template: Int, set: Int) -> Bool { chosen[template]?[set] ?? true }
}

extension PreparedRun {
    /// The id of a container: the template's, with a sweep followed by `_` and the set's index (rule R80).
    func containerID(_ template: ContainerTemplate, set: Int) -> String {
        plan.containerID(template.id, set: set)
    }
}
