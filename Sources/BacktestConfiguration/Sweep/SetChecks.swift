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
    var reported: Set<String> = []

    init(sweep: SweepResolver) {
        self.sweep = sweep
        findings = sweep.findings
    }

    var plan: RunPlan { sweep.table.plan }

    /// Adds to the findings.
    mutating func run() {
        for index in sweep.table.strategies.indices { check(strategy: index) }
        for index in plan.portfolios.indices { check(portfolio: index) }
        warnOfLookAhead()
    }

    func axes(where isRelevant: (PathTable.Owner) -> Bool) -> [Int] {
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
    func combinations(of axes: [Int]) -> [[Int]] {
        let counts = axes.map { sweep.axes[$0].rows.count }
        let size = SweepPlan.product(of: counts)
        let strides = SweepPlan.strides(of: counts)
        func rows(_ position: Int) -> [Int] { axes.indices.map { position / strides[$0] % counts[$0] } }
        guard let survivors = sweep.plan.survivors else {
            return (0..<min(size, SetChecks.combinationLimit)).map(rows)
        }
        let all = sweep.axes.map(\.rows.count)
        let weights = SweepPlan.strides(of: all)
        // A flag each is fastest, but a limit may leave few sets of more combinations than there is memory for.
        var occurs = [Bool](repeating: false, count: size <= 10_000_000 ? size : 0)
        var known: Set<Int> = []
        var found: [Int] = []
        for survivor in survivors {
            var position = 0
            for (index, axis) in axes.enumerated() {
                position += Int(survivor) / weights[axis] % all[axis] * strides[index]
            }
            if occurs.isEmpty {
                if known.insert(position).inserted { found.append(position) }
            } else if !occurs[position] {
                occurs[position] = true
                found.append(position)
            }
            if found.count == SetChecks.combinationLimit { break }
        }
        return found.map(rows)
    }

    func settings(portfolio: Int, axes: [Int], rows: [Int]) -> ContainerSettings {
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
    func sweptValue(_ path: String, axes: [Int], rows: [Int]) -> SweptValue? {
        for (axis, row) in zip(axes, rows) {
            let swept = sweep.axes[axis]
            for (column, parameter) in swept.parameters.enumerated() where sweep.plan.paths[parameter] == path
            {
                return row < swept.rows.count ? swept.rows[row][column] : nil
            }
        }
        return nil
    }

    mutating func warnOfLookAhead() {
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
