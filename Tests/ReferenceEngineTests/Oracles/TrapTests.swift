import Testing

/// Two tiny series whose answers were computed in exact rationals, costs and the optimistic reading included.
struct TrapTests {
    struct Answers: Decodable {
        var series: [String: Series]
    }

    struct Series: Decodable {
        var file: String
        var ordersAtCloseOfBar: [String: Order]
        var answers: [String: Answer]
        var answersOptimistic: [String: Answer]?
    }

    struct Order: Decodable {
        var side: String
        var qty: Double
        var stop: Double
        var target: Double
    }

    struct Answer: Decodable {
        var fills: [Fill]
        var finalCash: Double
        var finalEquity: Double
        var equityAtClose: [Double]
        var maxDrawdown: Double
    }

    struct Fill: Decodable {
        var bar: Int
        var qty: Double
        var price: Double
        var fee: Double
    }

    enum Costs: String, CaseIterable {
        case none = "no_costs"
        case some = "commission_0.1pct_slippage_5bps"

        /// As `convertFromSnakeCase` leaves the key of a dictionary: untouched, for it holds no property name.
        var key: String { rawValue }
    }

    static let cases: [(String, Costs, Bool)] = [
        ("a_gaps", .none, false), ("a_gaps", .some, false),
        ("b_same_bar", .none, false), ("b_same_bar", .some, false),
        ("b_same_bar", .none, true), ("b_same_bar", .some, true),
    ]

    @Test(arguments: cases)
    func answersOfTheTraps(name: String, costs: Costs, optimistic: Bool) throws {
        let series = try #require(Fixture.decoded(Answers.self, "traps/expected.json").series[name])
        let answer = try #require((optimistic ? series.answersOptimistic : series.answers)?[costs.key])
        let outcome = Reference.Engine.run(try scenario(name, series, costs, optimistic))
        try #require(outcome.fills.count == answer.fills.count)
        for (fill, expected) in zip(outcome.fills, answer.fills) {
            #expect(fill.at == expected.bar)
            #expect(fill.sign * fill.quantity == expected.qty)
            #expect(agree(fill.price, expected.price, 1e-12), "bar \(expected.bar)")
            #expect(agree(fill.commission, expected.fee, 1e-12), "bar \(expected.bar)")
        }
        try #require(outcome.equity.count == answer.equityAtClose.count)
        for (equity, expected) in zip(outcome.equity, answer.equityAtClose) {
            #expect(agree(equity, expected, 1e-12))
        }
        #expect(agree(outcome.cash[0], answer.finalCash, 1e-12))
        #expect(agree(outcome.metrics[.finalEquity] ?? .nan, answer.finalEquity, 1e-12))
        #expect(agree(outcome.metrics[.maxDrawdown] ?? .nan, answer.maxDrawdown, 1e-11))
        #expect(outcome.unfilled == 0)
        #expect(outcome.openPositions.isEmpty)
    }

    private func scenario(
        _ name: String,
        _ series: Series,
        _ costs: Costs,
        _ optimistic: Bool
    ) throws -> Reference.Scenario {
        var signals: [Reference.Signal] = []
        for (bar, order) in series.ordersAtCloseOfBar {
            signals.append(
                Reference.Signal(
                    bar: try #require(Int(bar)),
                    action: order.side == "buy" ? .enterLong : .enterShort,
                    quantity: order.qty,
                    stop: order.stop,
                    target: order.target
                )
            )
        }
        var scenario = Reference.Scenario(
            symbols: [.init(name: name, bars: try Fixture.bars("traps/\(name).csv"))],
            strategies: [.init(id: "orders", symbols: [0], signals: [signals])]
        )
        scenario.portfolio.capital = 10_000
        scenario.portfolio.direction = .longShort
        scenario.risk.intrabar = optimistic ? .targetFirst : .stopFirst
        if costs == .some {
            scenario.execution.commission.rate = 0.001
            scenario.execution.slippage.rate = 0.0005
        }
        return scenario
    }
}
