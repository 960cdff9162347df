import BacktestMarketData
import BacktestModel
import BacktestSweep

/// Everything that `plan` says of a run that has not begun.
struct PlanDocument {
    /// The plan.
    let plan: RunPlan
    /// The market data.
    let tape: LoadedTape
    /// Positions of the containers that would run, ascending.
    let selected: [Int]
    /// What it would take.
    let estimate: PlanEstimate
    /// How metrics would be scaled to a year.
    let calendar: RunCalendar

    /// A strategy's name for where its signals come from.
    static func source(of strategy: StrategyPlan) -> String {
        switch strategy.source {
        case .rules: "rules"
        case .file(let path, _): path
        }
    }

    /// The portfolios and then the analysis containers: who hears which strategies.
    var subscriptions: [(id: String, kind: String, hears: [String], symbols: [String])] {
        let portfolios = plan.portfolios.indices.map { index in
            let id = plan.portfolios[index].id
            return (
                id, "portfolio", plan.filter(of: .portfolio(index)),
                symbols(plan.portfolios[index].strategies)
            )
        }
        let analyses = plan.analyses.indices.map { index in
            let id = plan.analyses[index].id
            return (
                id, "analysis", plan.filter(of: .analysis(index)), symbols(plan.analyses[index].strategies)
            )
        }
        return portfolios + analyses
    }

    /// The id of the portfolio or analysis container that a container is made from.
    func templateID(_ container: PlannedContainer) -> String {
        switch container.template {
        case .portfolio(let index): plan.portfolios[index].id
        case .analysis(let index): plan.analyses[index].id
        }
    }

    /// Symbols that some strategies trade, in the order of `data.bars`.
    func symbols(_ strategies: [Int]) -> [String] {
        plan.data.bars.indices
            .filter { index in strategies.contains { plan.strategies[$0].symbols.contains(index) } }
            .map { plan.data.bars[$0].symbol }
    }
}
