/// A small scenario on one symbol, written by hand: bars as open, high, low, close; one bar a day.
func handCase(
    _ prices: [(Double, Double, Double, Double)],
    volume: [Double] = [],
    _ signals: [(Int, Reference.Action)],
    _ change: (inout Reference.Scenario) -> Void = { _ in }
) -> Reference.Outcome {
    var bars: [Reference.Bar] = []
    for (index, price) in prices.enumerated() {
        var bar = Reference.Bar(
            time: index,
            day: index,
            open: price.0,
            high: price.1,
            low: price.2,
            close: price.3
        )
        if index < volume.count { bar.volume = volume[index] }
        bars.append(bar)
    }
    var scenario = Reference.Scenario(
        symbols: [.init(name: "A", bars: bars)],
        strategies: [
            .init(id: "hand", symbols: [0], signals: [signals.map { .init(bar: $0.0, action: $0.1) }])
        ]
    )
    scenario.portfolio.capital = 1_000
    change(&scenario)
    return Reference.Engine.run(scenario)
}

/// A flat bar.
func flat(_ price: Double) -> (Double, Double, Double, Double) { (price, price, price, price) }
