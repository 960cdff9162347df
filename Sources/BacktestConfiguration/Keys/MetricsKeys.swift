import BacktestMetrics
import BacktestModel
import BacktestSweep
import BacktestYAML

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
                "store_returns",
                .boolean,
                \.storeReturns,
                "Whether returns of all containers and the statistics of the sweep are written."
            ),
            Field(
                "partial_results",
                .partialEvery,
                \.partialResults,
                "Closed trades after which a running container's metrics are written; auto, or false for never."
            ),
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

extension ValueType<PartialEvery> {
    /// `auto`, `true` (every hundred trades), `false`, or a number of trades.
    fileprivate static let partialEvery = ValueType<PartialEvery>(
        expected: "auto, true, false or a whole number, 1 or more",
        schema: .oneOf([
            .object([("enum", .list([.text("auto")]))]), .type("boolean"),
            ValueType<Int>.whole(1...Int(Int32.max)).schema,
        ]),
        decode: { node, findings in
            if node.text == "auto" { return .auto }
            if case .boolean(let isOn) = node.scalar { return isOn ? .trades(100) : .never }
            let count = ValueType<Int>.whole(1...Int(Int32.max)).decode(node, &findings)
            return count.map { PartialEvery.trades($0) }
        },
        printed: { (every: PartialEvery) -> Scalar in
            if case .trades(let count) = every { return .number(Double(count)) }
            return every == .auto ? .text("auto") : .boolean(false)
        }
    )
}
