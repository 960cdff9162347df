import BacktestExpressions
import BacktestMetrics
import BacktestModel
import BacktestSweep
import BacktestYAML

extension SweepResolver {
    mutating func resolveCases() {
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
        warnOfEqualCases(rows, parameters)
        let columns = parameters.map { parameter in SweptColumn(rows.map { $0[parameter] }) }
        axes.append(SweptAxis(parameters: parameters, columns: columns))
    }

    /// What a case leaves out is what the file says, and so may make it equal to another.
    private mutating func warnOfEqualCases(_ rows: [[Int: SweptValue]], _ parameters: [Int]) {
        let currents = parameters.map { parameter -> Scalar in
            guard case .value(_, let current, _) = table.target(of: plan.paths[parameter]) else {
                return .null
            }
            return current
        }
        var seen: [[Scalar]: YAMLMark] = [:]
        for (row, written) in zip(rows, written.cases) {
            let values = zip(parameters, currents).map { row[$0]?.value.printed ?? $1 }
            guard let place = written.first?.path else { continue }
            if let first = seen[values] {
                findings.warning("equal_values", "the case of line \(first.line) is given twice", at: place)
            } else {
                seen[values] = place.start
            }
        }
    }

    mutating func resolveObjective() {
        let objective = written.objective
        checkCondition()
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
        plan.objective = SweepObjective(
            metric: name,
            maximize: objective.maximize != nil,
            condition: objective.condition?.value
        )
    }

    /// The condition of the objective is looked at even where its metric is wrong: all errors are reported.
    private mutating func checkCondition() {
        guard let condition = written.objective.condition else { return }
        do {
            let known = MetricName.allCases.map(\.name) + plan.paths
            let formula = try Formula.parse(condition.value, known: known)
            guard !formula.isBoolean else { return }
            findings.error(
                "wrong_type",
                "expected a condition, '\(condition.value)' is a number",
                hint: "write total_trades >= 30",
                at: condition
            )
        } catch {
            findings.error("formula", error.message, hint: error.hint, at: condition.place(error))
        }
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
