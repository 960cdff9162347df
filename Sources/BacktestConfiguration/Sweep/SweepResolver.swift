import BacktestExpressions
import BacktestMetrics
import BacktestModel
import BacktestSweep
import BacktestYAML

/// Turns `sweep:` into axes of parsed values and finds the sets that meet every constraint.
struct SweepResolver {
    /// Containers that a run may have unless a limit is given.
    static let containerLimit = 10_000_000

    let written: WrittenSweep
    let table: PathTable
    let portfolios: [WrittenPortfolio]
    let requestedLimit: Int?
    var findings: Findings
    var plan = SweepPlan()
    var axes: [SweptAxis] = []
    /// Index into `plan.paths` of each path.
    var pathIndices: [String: Int] = [:]
    /// Place of each path.
    var pathPlaces: [Located<String>] = []

    init(resolver: Resolver) {
        written = resolver.document.sweep ?? WrittenSweep()
        table = PathTable(strategies: resolver.strategies, plan: resolver.plan)
        portfolios = resolver.portfolios
        requestedLimit = resolver.containerLimit
        findings = resolver.findings
    }

    /// Fills `plan` and `findings`.
    mutating func resolve() {
        let errorsBefore = findings.errorCount
        if let place = written.place, written.parameters.isEmpty, written.cases.isEmpty, !hasOwnError(place) {
            findings.error(
                "missing_key",
                "the sweep has neither 'parameters' nor 'cases'",
                hint: "parameters: {momentum_1.fast: range(5, 50, 5)}",
                at: Located((), at: place.start)
            )
        }
        resolveParameters()
        resolveCases()
        resolveObjective()
        let constraints = written.constraints.compactMap { constraint($0) }
        if findings.errorCount == errorsBefore { count(constraints) }
        plan.axes = axes.map { axis in
            SweepAxis(parameters: axis.parameters, rows: axis.rows.map { row in row.map { $0?.value } })
        }
        var checks = SetChecks(sweep: self)
        checks.run()
        findings = checks.findings
    }

    private func hasOwnError(_ place: Located<Void>) -> Bool {
        findings.all.contains { $0.severity == .error && $0.start >= place.start && $0.start <= place.end }
    }
}

// MARK: - Parameters

extension SweepResolver {
    private mutating func resolveParameters() {
        var values: [[SweptValue]] = []
        for parameter in written.parameters {
            let swept = self.values(of: parameter)
            addPath(parameter.path)
            values.append(swept)
        }
        let groups = zipGroups()
        var done: Set<Int> = []
        for index in written.parameters.indices where !done.contains(index) {
            let group = groups.first { $0.contains(index) } ?? [index]
            done.formUnion(group)
            let count = group.map { values[$0].count }.min() ?? 0
            let rows = (0..<count).map { row in group.map { Optional(values[$0][row]) } }
            axes.append(SweptAxis(parameters: group, rows: rows))
        }
    }

    private mutating func addPath(_ path: Located<String>) {
        pathIndices[path.value] = plan.paths.count
        plan.paths.append(path.value)
        pathPlaces.append(path)
    }

    private mutating func values(of parameter: WrittenSweep.Parameter) -> [SweptValue] {
        guard let leaf = leaf(parameter.path) else { return [] }
        let nodes: [YAMLNode]
        if let items = parameter.node.items {
            if items.isEmpty {
                findings.error("empty", "no value is given for '\(parameter.path.value)'", at: parameter.node)
            }
            var expanded: [YAMLNode] = []
            for item in items {
                if let text = item.text, RangeExpansion.isRange(text) {
                    expanded += RangeExpansion.values(of: item, &findings) ?? []
                } else {
                    expanded.append(item)
                }
            }
            nodes = expanded
        } else if let text = parameter.node.text, RangeExpansion.isRange(text) {
            nodes = RangeExpansion.values(of: parameter.node, &findings) ?? []
        } else {
            findings.error(
                "wrong_type",
                "expected a list of values or range(from, to, step), found \(parameter.node.described)",
                hint: parameter.node.text.map { "write [\($0)]" },
                at: parameter.node
            )
            return []
        }
        let values = nodes.compactMap { value(of: $0, leaf) }
        warnOfEqualValues(values, path: parameter.path.value)
        return values
    }

    func value(of node: YAMLNode, _ leaf: Leaf<ContainerSettings>, _ findings: inout Findings) -> SweptValue?
    {
        leaf.decode(node, &findings).map { assignment in
            SweptValue(
                value: SweepValue(printed: assignment.printed, apply: assignment.apply),
                number: assignment.printed.numeric,
                start: node.start,
                end: node.end
            )
        }
    }

    private mutating func value(of node: YAMLNode, _ leaf: Leaf<ContainerSettings>) -> SweptValue? {
        var found = Findings()
        let value = value(of: node, leaf, &found)
        // All values of a range stand at one place; the first that is wrong is enough.
        for finding in found.all
        where !findings.all.contains(where: { $0.start == finding.start && $0.code == finding.code }) {
            findings.add(finding)
        }
        return value
    }

    private mutating func warnOfEqualValues(_ values: [SweptValue], path: String) {
        var seen: Set<Scalar> = []
        for value in values where !seen.insert(value.value.printed).inserted {
            findings.warning("equal_values", "a value of '\(path)' is given twice", at: value)
            return
        }
    }

    mutating func leaf(_ path: Located<String>) -> Leaf<ContainerSettings>? {
        switch table.target(of: path.value) {
        case .value(let leaf, _, _): return leaf
        case .refused(let reason):
            findings.error("unknown_path", "'\(path.value)' cannot be swept", hint: reason, at: path)
        case .unknown(let hint):
            findings.error("unknown_path", "'\(path.value)' leads to nothing", hint: hint, at: path)
        }
        return nil
    }

    private mutating func zipGroups() -> [[Int]] {
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

    private mutating func checkLengths(_ indices: [Int], _ group: [Located<String>]) {
        let nodes = indices.map { written.parameters[$0].node }
        let counts = nodes.map { node -> Int in
            if let items = node.items { return items.count }
            var scratch = Findings()
            return RangeExpansion.values(of: node, &scratch)?.count ?? 0
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

// MARK: - Cases and objective

extension SweepResolver {
    private mutating func resolveCases() {
        guard !written.cases.isEmpty else { return }
        let firstCasePath = plan.paths.count
        var rows: [[Int: SweptValue]] = []
        var leaves: [String: Leaf<ContainerSettings>] = [:]
        for row in written.cases {
            var values: [Int: SweptValue] = [:]
            for parameter in row {
                let name = parameter.path.value
                if let index = pathIndices[name], index < firstCasePath {
                    findings.error(
                        "conflict",
                        "'\(name)' is also under 'parameters'",
                        hint: "keep it in one of the two",
                        at: parameter.path,
                        related: pathPlaces[index].start
                    )
                    continue
                }
                if pathIndices[name] == nil {
                    addPath(parameter.path)
                    leaves[name] = leaf(parameter.path)
                }
                guard let leaf = leaves[name], let index = pathIndices[name] else { continue }
                values[index] = value(of: parameter.node, leaf)
            }
            rows.append(values)
        }
        let parameters = Array(firstCasePath..<plan.paths.count)
        axes.append(SweptAxis(parameters: parameters, rows: rows.map { row in parameters.map { row[$0] } }))
    }

    private mutating func resolveObjective() {
        let objective = written.objective
        guard let metric = objective.maximize ?? objective.minimize else { return }
        guard let name = MetricName(name: metric.value) else {
            findings.error(
                "unknown_reference",
                "there is no metric '\(metric.value)'",
                hint: Findings.hint(
                    for: metric.value,
                    among: MetricName.allCases.map(\.name),
                    noun: "metrics"
                ),
                at: metric
            )
            return
        }
        if let condition = objective.condition {
            do {
                let known = MetricName.allCases.map(\.name) + plan.paths
                let formula = try Formula.parse(condition.value, known: known)
                if !formula.isBoolean {
                    findings.error(
                        "wrong_type",
                        "expected a condition, '\(condition.value)' is a number",
                        hint: "write total_trades >= 30",
                        at: condition
                    )
                }
            } catch {
                findings.error("formula", error.message, hint: error.hint, at: condition.place(error))
            }
        }
        plan.objective = SweepObjective(
            metric: name,
            maximize: objective.maximize != nil,
            condition: objective.condition?.value
        )
    }
}

extension Located where Value == String {
    /// The place of an expression's problem inside a text that stands on one line without escapes.
    func place(_ diagnostic: ExpressionDiagnostic) -> Located<Void> {
        let width = end.column - start.column
        let isQuoted = start.line == end.line && width == value.unicodeScalars.count + 2
        let node = YAMLNode(
            content: .scalar(value, style: isQuoted ? .quoted : .plain),
            start: start,
            end: end
        )
        return node.place(offset: diagnostic.offset, length: diagnostic.length)
    }
}

// MARK: - Constraints

extension SweepResolver {
    private mutating func constraint(_ node: YAMLNode) -> SweepConstraint? {
        guard let text = node.text else { return nil }
        do {
            let formula = try Formula.parse(text, known: plan.paths + table.all())
            guard formula.isBoolean else {
                findings.error(
                    "wrong_type",
                    "expected a condition, '\(text)' is a number",
                    hint: "write momentum_1.fast < momentum_1.slow",
                    at: node
                )
                return nil
            }
            let axes = self.axes.indices.filter { axis in
                self.axes[axis].parameters.contains { formula.names.contains(plan.paths[$0]) }
            }
            if axes.isEmpty, written.place != nil {
                findings.warning("constant_constraint", "the constraint reads no swept path", at: node)
            }
            return SweepConstraint(formula: formula, node: node, axes: axes)
        } catch {
            let place = node.place(offset: error.offset, length: error.length)
            findings.error("formula", error.message, hint: error.hint, at: place)
            return nil
        }
    }

    private mutating func count(_ constraints: [SweepConstraint]) {
        let counts = axes.map(\.rows.count)
        guard !counts.contains(0) else { return }
        let product = SweepPlan.product(of: counts)
        let portfolios = max(1, table.plan.portfolios.count)
        var setCount = product
        if constraints.contains(where: { !$0.axes.isEmpty }) {
            guard let filtered = filter(constraints, counts: counts, product: product) else { return }
            setCount = filtered
        }
        for constraint in constraints where constraint.axes.isEmpty {
            if !constraint.formula.evaluate({ number(of: $0, rows: []) }).isTrue { setCount = 0 }
        }
        if setCount == 0 {
            let place = constraints.first.map { Located((), at: $0.node) } ?? written.place
            findings.error(
                "empty_sweep",
                "no parameter set of \(product) meets the constraints",
                at: place ?? Located((), at: YAMLMark(line: 1, column: 1))
            )
        }
        let (containers, overflow) = setCount.multipliedReportingOverflow(by: portfolios)
        guard overflow || containers > SweepResolver.containerLimit, requestedLimit == nil else { return }
        let text = overflow ? "more than \(Int.max)" : "\(containers)"
        findings.error(
            "too_many_containers",
            "the sweep makes \(text) containers, more than \(SweepResolver.containerLimit)",
            hint: "sweep fewer values, or give --limit N",
            at: written.place.map { Located((), at: $0.start) }
                ?? Located((), at: YAMLMark(line: 1, column: 1))
        )
    }

    /// Number of sets that meet the constraints, and the sets themselves in the plan; `nil` after an error.
    private mutating func filter(_ constraints: [SweepConstraint], counts: [Int], product: Int) -> Int? {
        guard product <= Int(UInt32.max) else {
            findings.error(
                "too_many_containers",
                "\(product == Int.max ? "too many" : "\(product)") combinations, constraints can be tried on 4294967295",
                hint: "sweep fewer values",
                at: constraints[0].node
            )
            return nil
        }
        for constraint in constraints {
            let size = SweepPlan.product(of: constraint.axes.map { counts[$0] })
            guard size > ConstraintFilter.tableLimit else { continue }
            findings.error(
                "too_many_containers",
                "the constraint would have to be tried on \(size) combinations",
                hint: "sweep fewer values",
                at: constraint.node
            )
            return nil
        }
        let portfolios = max(1, table.plan.portfolios.count)
        let keep =
            requestedLimit.map { max(1, ($0 + portfolios - 1) / portfolios) } ?? SweepResolver.containerLimit
        let places = Dictionary(
            axes.enumerated().flatMap { axis, swept in
                swept.parameters.enumerated().map { (plan.paths[$1], (axis: axis, column: $0)) }
            },
            uniquingKeysWith: { first, _ in first }
        )
        let axes = axes
        let currents = currentNumbers(constraints)
        var filter = ConstraintFilter(counts: counts, constraints: constraints, keeping: keep) { name, rows in
            if let place = places[name], let value = axes[place.axis].rows[rows[place.axis]][place.column] {
                return value.number
            }
            return currents[name] ?? nil
        }
        let result = filter.run()
        if result.count < product {
            plan.survivors = result.survivors
            if result.survivors.count < result.count { plan.survivorCount = result.count }
        }
        return result.count
    }

    private func currentNumbers(_ constraints: [SweepConstraint]) -> [String: Double?] {
        var numbers: [String: Double?] = [:]
        for name in constraints.flatMap(\.formula.names) { numbers[name] = number(of: name, rows: []) }
        return numbers
    }

    /// The number that a path has without the sweep.
    private func number(of path: String, rows: [Int]) -> Double? {
        if case .value(_, let current, _) = table.target(of: path) { return current.numeric }
        return nil
    }
}

extension SweepPlan {
    /// The product of some counts; the largest integer where it does not fit.
    static func product(of counts: [Int]) -> Int {
        counts.reduce(1) { product, count in
            let (result, overflow) = product.multipliedReportingOverflow(by: count)
            return overflow ? Int.max : result
        }
    }
}

extension Findings {
    /// Number of errors so far.
    var errorCount: Int { all.reduce(0) { $0 + ($1.severity == .error ? 1 : 0) } }
}
