import BacktestEngine
import BacktestReports
import BacktestSweep

/// What `sizing` says of an entry in money, for the portfolios of a plan (rules R40, R40a).
struct SizingText {
    /// The portfolio.
    var portfolioID: String
    /// `25 % of a sleeve of 25,000 = 6,250 = 6.25 % of the portfolio`.
    var text: String

    /// A sentence for each portfolio and size of sleeve, with the options of the first parameter set; none where the size is no
    /// share of equity.
    static func all(_ plan: RunPlan) -> [SizingText] {
        plan.portfolios.indices.flatMap { index -> [SizingText] in
            let options = plan.settings(ofPortfolio: index, set: 0).portfolio
            var seen: [Double] = []
            for capital in sleeves(plan, index, options) where !seen.contains(capital) {
                seen.append(capital)
            }
            return seen.compactMap { capital in
                text(options, sleeve: capital).map {
                    SizingText(portfolioID: plan.portfolios[index].id, text: $0)
                }
            }
        }
    }

    /// The capital of each strategy's sleeves.
    private static func sleeves(_ plan: RunPlan, _ index: Int, _ options: PortfolioOptions) -> [Double] {
        let strategies = plan.portfolios[index].strategies
        let weights = strategies.indices.map { options.weights.isEmpty ? 1 : options.weights[$0] }
        let total = weights.reduce(0, +)
        return zip(strategies, weights).map { strategy, weight in
            options.initialCapital * weight / total / Double(plan.strategies[strategy].symbols.count)
        }
    }

    private static func text(_ options: PortfolioOptions, sleeve: Double) -> String? {
        let sizing = options.sizing
        let prefix: String
        switch sizing.method {
        case .fixedQuantity, .fixedNotional: return nil
        case .percentOfEquity: prefix = ""
        case .riskPerTrade: prefix = "a risk of "
        case .volatilityTarget: prefix = "a yearly volatility of "
        case .kelly: prefix = "at most "
        }
        let whole = options.initialCapital
        let share = percent(sizing.value)
        switch sizing.basis {
        case .sleeve:
            let money = sizing.value * sleeve
            return "\(prefix)\(share) of a sleeve of \(amount(sleeve)) = \(amount(money))"
                + " = \(percent(money / whole)) of the portfolio"
        case .portfolio:
            let money = sizing.value * whole
            return "\(prefix)\(share) of the portfolio of \(amount(whole)) = \(amount(money))"
                + " = \(percent(money / sleeve)) of a sleeve of \(amount(sleeve))"
        }
    }

    /// `6.25 %`, of at most six digits behind the point.
    private static func percent(_ share: Double) -> String {
        let rounded = (share * 1e8).rounded() / 1e6
        return "\(numberText(rounded)) %"
    }

    /// `33,333.33`.
    private static func amount(_ money: Double) -> String {
        guard abs(money) < 1e15 else { return numberText(money) }
        let cents = Int((money * 100).rounded())
        let (units, rest) = cents.quotientAndRemainder(dividingBy: 100)
        let digits = "\(abs(rest))"
        return QuantityText.count(units) + (rest == 0 ? "" : "." + (digits.count == 1 ? "0" : "") + digits)
    }
}
