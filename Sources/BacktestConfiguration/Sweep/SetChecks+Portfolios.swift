import BacktestEngine
import BacktestModel
import BacktestRules
import BacktestSweep
import BacktestYAML

extension SetChecks {
    /// What is wrong with a container's options, with the path of the value to blame.
    struct Problem {
        var code: String
        var path: String
        var message: String
        var hint: String?
    }

    mutating func check(portfolio index: Int) {
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

    mutating func report(_ problem: Problem, portfolio index: Int, axes: [Int], rows: [Int]) {
        guard reported.insert("\(problem.path) \(problem.message)").inserted else { return }
        if let swept = sweptValue(problem.path, axes: axes, rows: rows) {
            // All values of a range stand at one place; the first that is wrong is enough.
            if !isReported(problem.code, at: swept.start) {
                findings.error(problem.code, problem.message, hint: problem.hint, at: swept)
            }
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
        // The value may have been refused already where the file was read.
        guard !isReported(problem.code, at: place.start) else { return }
        findings.error(problem.code, problem.message, hint: problem.hint, at: place)
    }

    private func isReported(_ code: String, at start: YAMLMark) -> Bool {
        findings.all.contains { $0.code == code && $0.start == start }
    }

    func problems(_ settings: ContainerSettings, id: String, hasSignalFile: Bool) -> [Problem] {
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
        return problems + sizingProblems(settings.portfolio.sizing, id: id)
            + executionProblems(settings.execution)
    }

    /// A share of equity beyond 10000 % is a percentage written without its sign.
    func sizingProblems(_ sizing: SizingOptions, id: String) -> [Problem] {
        guard sizing.method == .percentOfEquity || sizing.method == .riskPerTrade, sizing.value > 100 else {
            return []
        }
        return [
            Problem(
                code: "out_of_range",
                path: "\(id).sizing.value",
                message: "\(sizing.method.rawValue) of \(JSONText.number(sizing.value)) is more than 10000 %",
                hint: "write 100% or 1 for all of equity"
            )
        ]
    }

    /// Conflicts that only a sweep can bring about; those of the file itself are found where it is read.
    func executionProblems(_ execution: ExecutionOptions) -> [Problem] {
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
        if let problem = execution.restingProblem {
            let names = ["fill", "limit", "stop"].map { "execution.\($0)" }
            let path = names.first { sweep.pathIndices[$0] != nil } ?? names[0]
            problems.append(
                Problem(code: "conflict", path: path, message: problem.message, hint: problem.hint)
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
