/// The cells that are the same for every run.
extension RunNotebook {
    static let imports = """
        from pathlib import Path

        import pandas as pd

        try:
            import duckdb
        except ImportError:
            duckdb = None  # CSV is read then, which takes longer
        try:
            import matplotlib.pyplot as plt
        except ImportError:
            plt = None  # tables then, in the place of pictures
        """

    static let loading = """
        def fresh(name):
            \"""The Parquet file of a table, where it is there and no older than the run.\"""
            path = RUN / f"{name}.parquet"
            summary_csv = RUN / "summary.csv"
            if not path.exists():
                return None
            if summary_csv.exists() and path.stat().st_mtime < summary_csv.stat().st_mtime:
                return None
            return path


        def load(name, times=()):
            \"""A table of the run: from Parquet ('admf export' writes it), else from the CSV files of the containers.\"""
            path = fresh(name)
            if path is not None and duckdb is not None:
                return duckdb.read_parquet(str(path.resolve())).df()
            if name == "summary":
                return pd.read_csv(RUN / "summary.csv")
            files = sorted(RUN.glob(f"*/{name}.csv"))
            frames = [pd.read_csv(file, parse_dates=list(times)).assign(container_id=file.parent.name) for file in files]
            return pd.concat(frames, ignore_index=True) if frames else None


        summary = load("summary")
        trades = load("trades", ["entry_time", "exit_time"])
        print(f"{len(summary)} containers, {0 if trades is None else len(trades)} trades")
        """

    static let leaderboard = """
        COLUMNS = ["container_id", *PARAMETERS, OBJECTIVE, "total_return", "max_drawdown", "total_trades"]
        ranked = summary.sort_values(OBJECTIVE, ascending=ASCENDING, na_position="last")
        ranked[list(dict.fromkeys(COLUMNS))].head(20)
        """

    static let distributions = """
        METRICS = list(dict.fromkeys([OBJECTIVE, "total_return", "max_drawdown", "total_trades"]))
        if plt is not None:
            figure, axes = plt.subplots(1, len(METRICS), figsize=(4 * len(METRICS), 3))
            for axis, metric in zip(axes, METRICS):
                axis.hist(summary[metric].dropna(), bins=40)
                axis.set_title(metric)
            plt.show()
        summary[METRICS].describe()
        """

    static let heatMap = """
        if len(PARAMETERS) >= 2:
            x, y = PARAMETERS[0], PARAMETERS[1]
            grid = summary.pivot_table(index=y, columns=x, values=OBJECTIVE, aggfunc="mean").sort_index(ascending=False)
            if plt is not None and not grid.empty:
                figure, axis = plt.subplots(figsize=(8, 6))
                image = axis.imshow(grid.to_numpy(), aspect="auto", cmap="viridis")
                axis.set_xticks(range(len(grid.columns)), [str(value) for value in grid.columns], rotation=90)
                axis.set_yticks(range(len(grid.index)), [str(value) for value in grid.index])
                axis.set_xlabel(x)
                axis.set_ylabel(y)
                figure.colorbar(image, label=f"mean {OBJECTIVE}")
                plt.show()
            display(grid)
        elif PARAMETERS:
            display(summary.groupby(PARAMETERS[0])[OBJECTIVE].mean())
        else:
            print("nothing was swept")
        """

    static let trades = """
        if trades is None:
            print("the run stored no trades: set results.store_trades")
        else:
            by_exit = trades.groupby("exit_reason")["net_pnl"].agg(["count", "mean", "sum"])
            if plt is not None:
                trades["net_pnl"].hist(bins=60, figsize=(8, 3))
                plt.title("net P&L of a trade")
                plt.show()
            display(by_exit)
        """

    static let equity = """
        best = ranked["container_id"].iloc[0] if len(ranked) else None
        curve_csv = RUN / str(best) / "equity.csv"
        if best is None or not curve_csv.exists():
            print("the run stored no equity curves: set results.store_equity_curve")
        else:
            curve = pd.read_csv(curve_csv, parse_dates=["timestamp"]).set_index("timestamp")["equity"]
            drawdown = curve / curve.cummax() - 1
            if plt is not None:
                figure, (top, bottom) = plt.subplots(2, 1, sharex=True, figsize=(10, 5), height_ratios=[3, 1])
                top.plot(curve)
                top.set_title(best)
                bottom.fill_between(drawdown.index, drawdown, 0)
                bottom.set_ylabel("drawdown")
                plt.show()
            print(f"{best}: worst drawdown {drawdown.min():.2%}")
        """

    static let sql = """
        if duckdb is None:
            print("pip install duckdb, or ask with: admf sql")
        else:
            display(
                duckdb.sql(
                    f'''SELECT portfolio_id, count(*) AS containers, median("{OBJECTIVE}") AS median, max("{OBJECTIVE}") AS best
                        FROM summary GROUP BY ALL ORDER BY ALL'''
                ).df()
            )
        """
}
