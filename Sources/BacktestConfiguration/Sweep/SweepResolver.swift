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
    /// Whether every strategy has an id, so that a path to none of them is wrong.
    let knowsStrategies: Bool
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
        knowsStrategies = resolver.document.namesItsStrategies
        findings = resolver.findings
    }

    /// Fills `plan` and `findings`.
    mutating func resolve() {
        let errorsBefore = findings.errorCount
        // An objective alone ranks portfolios that are not swept.
        if let place = written.place, written.parameters.isEmpty, written.cases.isEmpty,
            written.objective.maximize == nil, written.objective.minimize == nil, !hasOwnError(place)
        {
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
            SweepAxis(parameters: axis.parameters, columns: axis.columns.map(\.planned))
        }
        var checks = SetChecks(sweep: self)
        checks.run()
        findings = checks.findings
    }

    func hasOwnError(_ place: Located<Void>) -> Bool {
        findings.all.contains { $0.severity == .error && $0.start >= place.start && $0.start <= place.end }
    }
}
