/// The files that `init` makes.
package enum DemoProject {
    /// Path within the project and text of every file, in the order in which they are written.
    package static func files() -> [(path: String, text: String)] {
        [
            ("data/DEMO.csv", DemoBars.csv()), ("config.yaml", configuration), ("Makefile", makefile),
            (".gitignore", "results/\n"), ("README.md", readme),
        ]
    }

    private static let configuration = """
        # Two portfolios, each with every set of the sweep below. Try: admf plan config.yaml
        name: demo
        seed: 42

        data:
          directory: data
          bars:
            - {symbol: DEMO, file: DEMO.csv, timeframe: 1d}

        strategies:
          - id: crossover                  # built in: admf strategies
            type: sma_cross
            params: {fast: 10, slow: 30}
          - id: dip_buyer                  # written as rules: admf indicators
            params: {oversold: 35, trend: 100}
            rules:
              enter_long: crosses_above(rsi(close, 14), oversold) and close > sma(close, trend)
              exit_long: rsi(close, 14) > 60

        portfolios:
          - id: trend
            strategies: [crossover]        # hears the signals of these and of no other
            initial_capital: 100000
            risk: {stop_loss: 8%}
          - id: mixed
            strategies: [crossover, dip_buyer]
            initial_capital: 100000

        execution:
          fill: next_open
          commission: {rate: 0.1%}
          slippage: {rate: 1bps}

        sweep:
          method: grid
          parameters:
            crossover.fast: range(5, 25, 5)
            crossover.slow: [20, 50, 100]
          constraints: [crossover.fast < crossover.slow]
          objective: {maximize: sharpe_ratio, where: total_trades >= 3}

        results: {directory: results, store_trades: true, store_equity_curve: true}

        """

    private static let makefile = """
        # ADMF names the program; make ADMF=/path/to/admf run
        ADMF ?= admf
        CONFIG ?= config.yaml

        .PHONY: help run validate clean
        help:
        \t@echo "make run       run $(CONFIG); results go to results/"
        \t@echo "make validate  check $(CONFIG) and read its data"
        \t@echo "make clean     delete all results"
        run:
        \t$(ADMF) run $(CONFIG)
        validate:
        \t$(ADMF) validate --data $(CONFIG)
        clean:
        \trm -rf results

        """

    private static let readme = """
        # A backtest project

            admf validate --data config.yaml    # every mistake, with its place
            admf plan config.yaml               # what would run
            admf run config.yaml                # run it: results/demo/<run id>/
            admf list                           # runs so far
            admf rank results/demo/latest       # the best parameter sets
            admf show results/demo/latest       # the run; add a container's id to see that one

        `make run`, `make validate` and `make clean` do the same.

        | file | what it is |
        |---|---|
        | `config.yaml` | data, strategies, portfolios, costs and the sweep |
        | `data/DEMO.csv` | daily bars of a made-up symbol; replace them with your own |
        | `results/` | one folder a run; not kept in git |

        """
}
