import BacktestExpressions
import BacktestMetrics
import BacktestModel
import BacktestSweep
import BacktestYAML

extension SweepResolver {
    mutating func resolveParameters() {
        var columns: [SweptColumn] = []
        // Inside { } a comma cuts a range into pieces; the first is wrong, and the others are no paths.
        var isCut = false
        for parameter in written.parameters {
            let isPiece = isCut && parameter.node.isNull
            if !isPiece {
                isCut = parameter.node.text.map { RangeExpansion.isRange($0) && !$0.contains(")") } ?? false
            }
            let column = isPiece ? SweptColumn() : self.column(of: parameter)
            addPath(parameter.path)
            columns.append(column)
        }
        let groups = zipGroups()
        var done: Set<Int> = []
        for index in written.parameters.indices where !done.contains(index) {
            let group = groups.first { $0.contains(index) } ?? [index]
            done.formUnion(group)
            axes.append(SweptAxis(parameters: group, columns: group.map { columns[$0] }))
        }
    }

    mutating func addPath(_ path: Located<String>) {
        // `execution.commission` is short for `execution.commission.rate`; of the two the later would silently win.
        let twin = path.value.hasSuffix(".rate") ? String(path.value.dropLast(5)) : path.value + ".rate"
        if let index = pathIndices[twin] {
            findings.error(
                "conflict",
                "'\(path.value)' and '\(twin)' are the same value",
                hint: "keep one of the two",
                at: path,
                related: pathPlaces[index].start
            )
        }
        pathIndices[path.value] = plan.paths.count
        plan.paths.append(path.value)
        pathPlaces.append(path)
    }

    mutating func column(of parameter: WrittenSweep.Parameter) -> SweptColumn {
        var column = SweptColumn()
        guard let leaf = leaf(parameter.path) else { return column }
        if let items = parameter.node.items {
            if items.isEmpty {
                findings.error("empty", "no value is given for '\(parameter.path.value)'", at: parameter.node)
            }
            var listed: [SweptValue?] = []
            for item in items {
                if let text = item.text, RangeExpansion.isRange(text) {
                    column.append(listed)
                    listed = []
                    append(item, leaf, to: &column)
                } else if let value = value(of: item, leaf) {
                    listed.append(value)
                }
            }
            column.append(listed)
        } else if let text = parameter.node.text, RangeExpansion.isRange(text) {
            append(parameter.node, leaf, to: &column)
        } else {
            findings.error(
                "wrong_type",
                "expected a list of values or range(from, to, step), found \(parameter.node.described)",
                hint: parameter.node.text.map { "write [\($0)]" },
                at: parameter.node
            )
            return column
        }
        warnOfEqualValues(column, path: parameter.path.value)
        return column
    }

    /// Adds the values of a range.
    ///
    /// What a key accepts as a number is all numbers, or all whole numbers, between two bounds: a long range whose first two
    /// and last values are accepted is accepted whole.
    private mutating func append(
        _ node: YAMLNode,
        _ leaf: Leaf<ContainerSettings>,
        to column: inout SweptColumn
    ) {
        guard let range = RangeExpansion(node, &findings) else { return }
        guard range.count > SweptColumn.listedMax else {
            column.append((0..<range.count).compactMap { value(of: range[$0], leaf) })
            return
        }
        let tried = [0, 1, range.count - 1].compactMap { value(of: range[$0], leaf) }
        guard tried.count == 3 else { return }
        column.append(range) { node in
            var scratch = Findings()
            return SweepResolver.value(of: node, leaf, &scratch)
        }
    }

    static func value(
        of node: YAMLNode,
        _ leaf: Leaf<ContainerSettings>,
        _ findings: inout Findings
    ) -> SweptValue? {
        leaf.decode(node, &findings).map { assignment in
            SweptValue(
                value: SweepValue(printed: assignment.printed, apply: assignment.apply),
                number: assignment.printed.numeric,
                start: node.start,
                end: node.end
            )
        }
    }

    mutating func value(of node: YAMLNode, _ leaf: Leaf<ContainerSettings>) -> SweptValue? {
        var found = Findings()
        let value = SweepResolver.value(of: node, leaf, &found)
        // All values of a range stand at one place; the first that is wrong is enough.
        for finding in found.all
        where !findings.all.contains(where: { $0.start == finding.start && $0.code == finding.code }) {
            findings.add(finding)
        }
        return value
    }

    mutating func warnOfEqualValues(_ column: SweptColumn, path: String) {
        guard let value = column.firstEqualValue else { return }
        findings.warning("equal_values", "a value of '\(path)' is given twice", at: value)
    }

    mutating func leaf(_ path: Located<String>) -> Leaf<ContainerSettings>? {
        switch table.target(of: path.value) {
        case .value(let leaf, _, _): return leaf
        case .refused(let reason):
            findings.error("unknown_path", "'\(path.value)' cannot be swept", hint: reason, at: path)
        case .unknown(let hint):
            // The first name may be that of a strategy whose id has been refused.
            let first = String(path.value.prefix { $0 != "." })
            guard knowsStrategies || Section<WrittenDocument>.document.field(first) != nil else { return nil }
            findings.error("unknown_path", "'\(path.value)' leads to nothing", hint: hint, at: path)
        }
        return nil
    }

    mutating func zipGroups() -> [[Int]] {
        var used: Set<Int> = []
        return written.zips.map { group in
            var indices: [Int] = []
            for path in group {
                guard let index = written.parameters.firstIndex(where: { $0.path.value == path.value }) else {
                    findings.error(
                        "unknown_path",
                        "'\(path.value)' is not under 'parameters'",
                        hint: Findings.hint(for: path.value, among: plan.paths, noun: "paths"),
                        at: path
                    )
                    continue
                }
                if used.insert(index).inserted {
                    indices.append(index)
                } else {
                    findings.error("conflict", "'\(path.value)' is zipped twice", at: path)
                }
            }
            checkLengths(indices, group)
            return indices.sorted()
        }
    }

    mutating func checkLengths(_ indices: [Int], _ group: [Located<String>]) {
        let nodes = indices.map { written.parameters[$0].node }
        let counts = nodes.map { node -> Int in
            (node.items ?? [node]).reduce(0) { count, item in
                guard let text = item.text, RangeExpansion.isRange(text) else { return count + 1 }
                var scratch = Findings()
                return count + (RangeExpansion(item, &scratch)?.count ?? 0)
            }
        }
        guard let first = counts.first, let other = counts.firstIndex(where: { $0 != first }) else { return }
        findings.error(
            "conflict",
            "zipped lists must be equally long: '\(group[0].value)' has \(first) values, "
                + "'\(written.parameters[indices[other]].path.value)' has \(counts[other])",
            at: group[min(other, group.count - 1)]
        )
    }
}
