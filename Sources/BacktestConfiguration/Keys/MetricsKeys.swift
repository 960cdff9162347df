import BacktestMetrics
import BacktestSweep

extension Section<MetricsOptions> {
    /// The map `metrics:`.
    static let metrics = Section(
        title: "'metrics'",
        fields: [
            Field("returns", .word, \.returns, "Returns of every bar, or of every calendar day."),
            Field(
                "periods_per_year",
                ValueType<Double>.number(.positive).optional,
                \.periodsPerYear,
                "Periods a year; the default follows from the data."
            ),
            Field("risk_free", .rate(), \.riskFree, "Yearly risk-free rate."),
        ]
    )
}

extension Section<ResultsOptions> {
    /// The map `results:`.
    static let results = Section(
        title: "'results'",
        fields: [
            Field("directory", .text, \.directory, "Folder of all results, relative to the current folder."),
            Field("store_trades", .boolean, \.storeTrades, "Whether trades.csv is written."),
            Field("store_equity_curve", .boolean, \.storeEquityCurve, "Whether equity.csv is written."),
            Field(
                "parquet",
                parquet,
                \.writesParquet,
                "Whether summary.parquet, and trades.parquet with store_trades, are written; needs DuckDB."
            ),
        ]
    )

    private static let parquet = ValueType<Bool>.boolean.refusing("unsupported") { isWanted in
        isWanted ? Columnar.absence : nil
    }
}
