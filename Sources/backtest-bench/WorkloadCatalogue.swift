/// The workloads: the moving-average grids that rivals are measured on, and others, so that nothing is special-cased.
enum WorkloadCatalogue {
    /// All of them in the order of the table.
    static let all = crossovers + [reversion, breakout, pair, twentySymbols, tracing]

    /// Windows of the grids, both ends included: fast, slow, and how many pairs.
    private static let grids: [(name: String, fast: String, slow: String, count: Int)] = [
        ("100", "range(5, 50, 5)", "range(60, 150, 10)", 100),
        ("1k", "range(2, 80, 2)", "range(90, 210, 5)", 1_000),
        ("10k", "range(2, 101, 1)", "range(102, 201, 1)", 10_000),
    ]

    private static var crossovers: [Workload] {
        var list: [Workload] = []
        for (prefix, file) in [("goog", DataFile.goog), ("min", .walk(seed: 1, bars: 100_000))] {
            for grid in grids {
                var workload = crossover("\(prefix)-\(grid.name)", file, grid.fast, grid.slow, grid.count)
                workload.isSmall = grid.count == 100 || prefix == "goog" && grid.count == 1_000
                list.append(workload)
            }
        }
        let year = DataFile.walk(seed: 1, bars: 1_000_000)
        var long = crossover("year-1k", year, grids[1].fast, grids[1].slow, grids[1].count)
        long.isLong = true
        return list + [long]
    }

    /// Long or flat, all in, next open, 0.1 % a side: what the rivals do too.
    private static func crossover(
        _ name: String,
        _ file: DataFile,
        _ fast: String,
        _ slow: String,
        _ count: Int
    ) -> Workload {
        Workload(
            name: name,
            data: [file],
            containers: count,
            config: """
                strategies:
                  - {id: cross, type: sma_cross, params: {fast: 10, slow: 30}}
                portfolios:
                  - {id: p, strategies: [cross], initial_capital: 100000, direction: long_only}
                execution: {fill: next_open, commission: 0.1%}
                sweep:
                  parameters:
                    cross.fast: \(fast)
                    cross.slow: \(slow)

                """
        )
    }

    private static let reversion = Workload(
        name: "rsi-stops",
        data: [.walk(seed: 1, bars: 100_000)],
        containers: 100,
        config: """
            strategies:
              - {id: rsi, type: rsi_reversion, params: {period: 14, oversold: 30, overbought: 70, exit: 50}}
            portfolios:
              - id: p
                strategies: [rsi]
                direction: long_short
                risk: {stop_loss: 2%, take_profit: 4%}
            execution: {fill: next_open, commission: 0.1%}
            sweep:
              parameters:
                rsi.period: range(5, 23, 2)
                rsi.oversold: range(16, 34, 2)

            """
    )

    private static let breakout = Workload(
        name: "donchian-trail",
        data: [.walk(seed: 1, bars: 100_000)],
        containers: 100,
        config: """
            strategies:
              - {id: turtle, type: donchian_breakout, params: {entry: 20, exit: 10}}
            portfolios:
              - id: p
                strategies: [turtle]
                direction: long_short
                risk: {trailing_stop: 1.5%}
            execution: {fill: next_open, commission: {per_share: 0.005}}
            sweep:
              parameters:
                turtle.entry: range(20, 110, 10)
                turtle.exit: range(5, 50, 5)

            """
    )

    private static let pair = Workload(
        name: "pair",
        data: [.walk(seed: 1, bars: 100_000), .walk(seed: 2, bars: 100_000)],
        containers: 50,
        config: """
            strategies:
              - {id: spread, type: pairs_zscore, params: {lookback: 60, entry: 2, exit: 0.5}}
            portfolios:
              - {id: p, strategies: [spread], direction: long_short, sizing: {method: percent_of_equity, value: 90%}}
            execution: {fill: next_open, commission: 0.1%}
            sweep:
              parameters:
                spread.lookback: range(30, 120, 10)
                spread.entry: [1.5, 2.0, 2.5, 3.0, 3.5]

            """
    )

    private static let twentySymbols = Workload(
        name: "twenty-two",
        data: (1...20).map { .walk(seed: $0, bars: 10_000) },
        containers: 25,
        config: """
            strategies:
              - {id: trend, type: ema_cross, params: {fast: 20, slow: 80}}
              - {id: dip, type: bollinger_reversion, params: {period: 20, deviations: 2}}
            portfolios:
              - {id: p, strategies: [trend, dip], direction: long_short}
            execution: {fill: next_open, commission: 5bps}
            sweep:
              parameters:
                trend.fast: range(10, 50, 10)
                dip.period: range(10, 50, 10)

            """
    )

    private static let tracing = Workload(
        name: "trace-memory",
        data: [.goog],
        containers: 100,
        config: """
            strategies:
              - {id: cross, type: sma_cross, params: {fast: 10, slow: 30}}
            portfolios:
              - {id: p, strategies: [cross], direction: long_only}
            execution: {fill: next_open, commission: 0.1%}
            tracing: {mode: full, storage_backend: memory, max_events: 1000000}
            sweep:
              parameters:
                cross.fast: range(5, 50, 5)
                cross.slow: range(60, 150, 10)

            """,
        isSmall: true
    )
}
