import BacktestEngine
import BacktestModel
import BacktestRules
import BacktestSweep
import BacktestYAML

/// Checks what only the values of a parameter set show, for every distinct combination that will run.
struct SetChecks {
    /// Combinations that are checked for one strategy or portfolio; what lies beyond fails when its container runs.
    static let combinationLimit = 100_000
    /// The same where the sweep has been refused already.
    static let refusedLimit = 1_000

    let sweep: SweepResolver
    var findings: Findings
    var reported: Set<String> = []

    init(sweep: SweepResolver) {
        self.sweep = sweep
        findings = sweep.findings
    }

    var plan: RunPlan { sweep.table.plan }

    private var isRefused: Bool { findings.all.contains { $0.code == "too_many_containers" } }

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
        let counts = axes.map { sweep.axes[$0].count }
        let size = SweepPlan.product(of: counts)
        let strides = SweepPlan.strides(of: counts)
        func rows(_ position: Int) -> [Int] { axes.indices.map { position / strides[$0] % counts[$0] } }
        let limit = isRefused ? SetChecks.refusedLimit : SetChecks.combinationLimit
        guard sweep.plan.survivors != nil || sweep.plan.firstSetCount != nil else {
            return (0..<min(size, limit)).map(rows)
        }
        let all = sweep.axes.map(\.count)
        let weights = SweepPlan.strides(of: all)
        // A flag each is fastest, but a limit may leave few sets of more combinations than there is memory for.
        var occurs = [Bool](repeating: false, count: size <= 10_000_000 ? size : 0)
        var known: Set<Int> = []
        var found: [Int] = []
        for set in 0..<(sweep.plan.survivors?.count ?? sweep.plan.firstSetCount ?? 0) {
            let survivor = sweep.plan.survivors?[set] ?? set
            var position = 0
            for (index, axis) in axes.enumerated() {
                position += survivor / weights[axis] % all[axis] * strides[index]
            }
            if occurs.isEmpty {
                if known.insert(position).inserted { found.append(position) }
            } else if !occurs[position] {
                occurs[position] = true
                found.append(position)
            }
            if found.count == limit { break }
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
        for (axis, row) in zip(axes, rows) where row < sweep.axes[axis].count {
            for column in sweep.axes[axis].columns { column[row]?.value.apply(&settings) }
        }
        return settings
    }

    /// The place of a path's value in a combination, `nil` where the path is not swept there.
    func sweptValue(_ path: String, axes: [Int], rows: [Int]) -> SweptValue? {
        for (axis, row) in zip(axes, rows) {
            let swept = sweep.axes[axis]
            for (column, parameter) in swept.parameters.enumerated() where sweep.plan.paths[parameter] == path
            {
                return row < swept.count ? swept.columns[column][row] : nil
            }
        }
        return nil
    }

    mutating func warnOfLookAhead() {
        for axis in sweep.axes {
            for (column, parameter) in axis.parameters.enumerated()
            where sweep.plan.paths[parameter] == "execution.fill" {
                let values = (0..<axis.count).lazy.compactMap { axis.columns[column][$0] }
                guard let value = values.first(where: { $0.value.printed == .text("close") }) else {
                    continue
                }
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
