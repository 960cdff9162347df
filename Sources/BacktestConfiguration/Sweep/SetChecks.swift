import BacktestEngine
import BacktestModel
import BacktestRules
import BacktestSweep
import BacktestYAML

/// Checks what only the values of a parameter set show, for every distinct combination that will run.
struct SetChecks {
    /// Combinations that are checked for one strategy or portfolio; what lies beyond fails when its container runs.
    static let combinationLimit = 100_000

    let sweep: SweepResolver
    var findings: Findings
    private var reported: Set<String> = []

    init(sweep: SweepResolver) {
        self.sweep = sweep
        findings = sweep.findings
    }

    private var plan: RunPlan { sweep.table.plan }

    /// Adds to the findings.
    mutating func run() {
        for index in sweep.table.strategies.indices { check(strategy: index) }
        for index in plan.portfolios.indices { check(portfolio: index) }
        warnOfLookAhead()
    }

    private func axes(where isRelevant: (PathTable.Owner) -> Bool) -> [Int] {
        sweep.axes.indices.filter { axis in
            sweep.axes[axis].parameters.contains { parameter in
                guard case .value(_, _, let owner) = sweep.table.target(of: sweep.plan.paths[parameter])
                else {
                    return false
                }
                return isRelevant(owner)
            }
        }
    }

    /// The distinct combinations of rows of some axes that occur in a set, each as a row per axis.
    private func combinations(of axes: [Int]) -> [[Int]] {
        let counts = axes.map { sweep.axes[$0].rows.count }
        let size = SweepPlan.product(of: counts)
        var strides = [Int](repeating: 1, count: axes.count)
        for index in axes.indices.dropLast().reversed() {
            strides[index] = strides[index + 1] * counts[index + 1]
        }
        func rows(_ position: Int) -> [Int] { axes.indices.map { position / strides[$0] % counts[$0] } }
        guard let survivors = sweep.plan.survivors, size <= 10_000_000 else {
            return (0..<min(size, SetChecks.combinationLimit)).map(rows)
        }
        let all = sweep.axes.map(\.rows.count)
        var weights = [Int](repeating: 1, count: all.count)
        for axis in all.indices.dropLast().reversed() { weights[axis] = weights[axis + 1] * all[axis + 1] }
        var occurs = [Bool](repeating: false, count: size)
        var found: [Int] = []
        for survivor in survivors {
            var position = 0
            for (index, axis) in axes.enumerated() {
                position += Int(survivor) / weights[axis] % all[axis] * strides[index]
            }
            if !occurs[position] {
                occurs[position] = true
                found.append(position)
            }
            if found.count == SetChecks.combinationLimit { break }
        }
        return found.map(rows)
    }

    private func settings(portfolio: Int, axes: [Int], rows: [Int]) -> ContainerSettings {
        var settings = ContainerSettings(
            portfolioIndex: portfolio,
            execution: plan.execution,
            portfolio: portfolio < 0 ? PortfolioOptions() : plan.portfolios[portfolio].options,
            metrics: plan.metrics,
            parameters: plan.parameters
        )
        for (axis, row) in zip(axes, rows) where row < sweep.axes[axis].rows.count {
            for value in sweep.axes[axis].rows[row] { value?.value.apply(&settings) }
        }
        return settings
    }

    /// The place of a path's value in a combination, `nil` where the path is not swept there.
    private func sweptValue(_ path: String, axes: [Int], rows: [Int]) -> SweptValue? {
        for (axis, row) in zip(axes, rows) {
            let swept = sweep.axes[axis]
            for (column, parameter) in swept.parameters.enumerated() where sweep.plan.paths[parameter] == path
            {
                return row < swept.rows.count ? swept.rows[row][column] : nil
            }
        }
        return nil
    }

    private mutating func warnOfLookAhead() {
        for axis in sweep.axes {
            for (column, parameter) in axis.parameters.enumerated()
            where sweep.plan.paths[parameter] == "execution.fill" {
                guard let row = axis.rows.first(where: { $0[column]?.value.printed == .text("close") }),
                    let value = row[column]
                else { continue }
                findings.warning(
                    "look_ahead",
                    "'fill: close' trades at the close that the decision was made on",
                    hint: "use next_open unless orders can really be filled in the closing auction",
                    at: value
                )
            }
        }
    }
}

// MARK: - Rules

extension SetChecks {
    private mutating func check(strategy index: Int) {
        let strategy = sweep.table.strategies[index]
        guard let rules = strategy.rules, rules.parameterNames.count == strategy.parameters.count else {
            return
        }
        let axes = axes { $0 == .strategy(index) }
        for rows in combinations(of: axes) {
            let settings = settings(portfolio: -1, axes: axes, rows: rows)
            let values = strategy.parameters.map { settings.parameters[$0.index] }
            for (action, diagnostic) in rules.problems(parameters: values) {
                report(diagnostic, action, strategy, values, axes: axes, rows: rows)
            }
        }
    }

    private mutating func report(
        _ diagnostic: RuleDiagnostic,
        _ action: SignalAction?,
        _ strategy: ResolvedStrategy,
        _ values: [Double],
        axes: [Int],
        rows: [Int]
    ) {
        let name = action?.name ?? "strength"
        let rule = action.map { strategy.rules?.rule(for: $0) } ?? strategy.rules?.strength
        let used = strategy.parameters.indices.filter { index in
            rule?.usedParameters.contains(strategy.parameters[index].name) ?? false
        }
        let text = rule.map { Array($0.text.utf8).dropFirst(diagnostic.offset).prefix(diagnostic.length) }
        let part = String(decoding: text ?? [], as: UTF8.self)
        let named = used.filter { part.mentions(strategy.parameters[$0].name) }
        let blamed = named.isEmpty ? used : named
        let given = blamed.map { "\(strategy.parameters[$0].name) = \(JSONText.number(values[$0]))" }
        let suffix = given.isEmpty ? "" : " (\(given.joined(separator: ", ")))"
        let message = "\(name) of '\(strategy.id)': \(diagnostic.message)\(suffix)"
        guard reported.insert(message).inserted else { return }
        let swept = blamed.compactMap { parameter in
            sweptValue("\(strategy.id).\(strategy.parameters[parameter].name)", axes: axes, rows: rows)
        }.first
        if let swept {
            findings.error("rule", message, hint: diagnostic.hint, at: swept)
        } else if let node = blamed.compactMap({ strategy.parameters[$0].node }).first {
            findings.error("rule", message, hint: diagnostic.hint, at: node)
        } else if let node = strategy.ruleNodes[name] {
            let place = node.place(offset: diagnostic.offset, length: diagnostic.length)
            findings.error("rule", message, hint: diagnostic.hint, at: place)
        } else {
            findings.error("rule", message, hint: diagnostic.hint, at: Located((), at: strategy.place.start))
        }
    }
}

extension String {
    /// Whether a name occurs as a whole word.
    fileprivate func mentions(_ name: String) -> Bool {
        split { !($0 == "_" || $0.isLetter || $0.isNumber) }.contains { $0 == name }
    }
}

// MARK: - Portfolios

extension SetChecks {
    /// What is wrong with a container's options, with the path of the value to blame.
    private struct Problem {
        var code: String
        var path: String
        var message: String
        var hint: String?
    }

    private mutating func check(portfolio index: Int) {
        let axes = axes { $0 == .portfolio(index) || $0 == .execution }
        let portfolio = plan.portfolios[index]
        let hasSignalFile = portfolio.strategies.contains { sweep.table.strategies[$0].isSignalFile }
        for rows in combinations(of: axes) {
            let settings = settings(portfolio: index, axes: axes, rows: rows)
            for problem in problems(settings, id: portfolio.id, hasSignalFile: hasSignalFile) {
                report(problem, portfolio: index, axes: axes, rows: rows)
            }
        }
    }

    private mutating func report(_ problem: Problem, portfolio index: Int, axes: [Int], rows: [Int]) {
        guard reported.insert("\(problem.path) \(problem.message)").inserted else { return }
        if let swept = sweptValue(problem.path, axes: axes, rows: rows) {
            findings.error(problem.code, problem.message, hint: problem.hint, at: swept)
            return
        }
        let id = plan.portfolios[index].id
        let written = sweep.portfolios.indices.contains(index) ? sweep.portfolios[index] : nil
        var place = written?.place ?? Located((), at: YAMLMark(line: 1, column: 1))
        place.end = place.start
        if problem.path.hasPrefix(id + "."), var node = written?.node {
            for name in problem.path.dropFirst(id.count + 1).split(separator: ".") {
                guard let entry = node.entry(String(name)) else { break }
                place = Located((), at: entry.value)
                node = entry.value
                if node.entries != nil { place = Located((), at: entry) }
            }
        }
        findings.error(problem.code, problem.message, hint: problem.hint, at: place)
    }

    private func problems(_ settings: ContainerSettings, id: String, hasSignalFile: Bool) -> [Problem] {
        var problems: [Problem] = []
        let risk = settings.portfolio.risk
        if settings.portfolio.sizing.method == .riskPerTrade, risk.stopLoss == nil, risk.trailingStop == nil,
            !hasSignalFile
        {
            problems.append(
                Problem(
                    code: "conflict",
                    path: "\(id).sizing.method",
                    message: "risk_per_trade in '\(id)' needs the distance to a stop",
                    hint: "add risk.stop_loss or risk.trailing_stop"
                )
            )
        }
        if settings.portfolio.direction.allows(.long) {
            for (name, distance) in [("stop_loss", risk.stopLoss), ("trailing_stop", risk.trailingStop)] {
                guard case .rate(let rate) = distance, rate >= 1 else { continue }
                problems.append(
                    Problem(
                        code: "out_of_range",
                        path: "\(id).risk.\(name)",
                        message:
                            "the \(name) of a long position must lie in (0, 1), not \(JSONText.number(rate))",
                        hint: "write 2% or 0.02"
                    )
                )
            }
        }
        return problems + executionProblems(settings.execution)
    }

    /// Conflicts that only a sweep can bring about; those of the file itself are found where it is read.
    private func executionProblems(_ execution: ExecutionOptions) -> [Problem] {
        guard sweep.written.place != nil, execution != plan.execution else { return [] }
        var problems: [Problem] = []
        if execution.limitEntry != nil, execution.stopEntry != nil {
            let path = sweep.pathIndices["execution.stop"] == nil ? "execution.limit" : "execution.stop"
            problems.append(
                Problem(
                    code: "conflict",
                    path: path,
                    message: "entries are either limit or stop orders, not both"
                )
            )
        }
        if execution.commission.minimum > execution.commission.maximum {
            let path = "execution.commission."
            let isMinimum = sweep.pathIndices[path + "minimum"] != nil
            problems.append(
                Problem(
                    code: "conflict",
                    path: path + (isMinimum ? "minimum" : "maximum"),
                    message: "the minimum commission is greater than the maximum"
                )
            )
        }
        if execution.slippage.ticks > 0, execution.slippage.tickSize <= 0 {
            problems.append(
                Problem(
                    code: "missing_key",
                    path: "execution.slippage.ticks",
                    message: "'ticks' needs 'tick_size'",
                    hint: "add execution.slippage.tick_size"
                )
            )
        }
        return problems
    }
}
