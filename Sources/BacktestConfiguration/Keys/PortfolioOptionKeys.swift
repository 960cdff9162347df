import BacktestEngine
import BacktestModel
import BacktestYAML

extension Section<PortfolioOptions> {
    /// The keys of a portfolio that paths lead to.
    static let portfolioOptions = Section(
        title: "a portfolio",
        fields: [
            Field("initial_capital", .number(.positive), \.initialCapital, "Cash at the start, in currency."),
            Field("direction", .word, \.direction, "The sides that may be opened."),
            Field(
                "cash",
                .word,
                \.cash,
                "Whether every sleeve has cash of its own, or all share one account."
            ),
            Field("pyramiding", .boolean, \.pyramiding, "Whether a signal may add to an open position."),
            Field("sizing", section: { .sizing }, \.sizing, "Size of entries."),
            Field("risk", section: { .risk }, \.risk, "Protection of trades and limits of the portfolio."),
        ]
    )
}

extension Section<SizingOptions> {
    /// `sizing:` of a portfolio.
    static let sizing = Section(
        title: "'sizing'",
        fields: [
            Field("method", .word, \.method, "How many units an entry asks for."),
            Field(
                "value",
                .rate(.positive),
                \.value,
                "Share of equity, units, currency, share at risk, yearly volatility or cap, after the method."
            ),
            Field(
                "basis",
                .word,
                \.basis,
                "Whose equity a share is of: the sleeve's, or the whole portfolio's."
            ),
            Field(
                "price",
                .word,
                \.price,
                "Whether the size is decided at the fill or at the signal's close."
            ),
            Field(
                "fractional",
                .boolean,
                get: { $0.lotSize == nil },
                set: { $0.lotSize = $1 ? nil : $0.lotSize ?? 1 },
                "Whether parts of a unit can be held; false means lots of 1."
            ),
            Field(
                "lot_size",
                ValueType<Double>.number(.positive).optional,
                \.lotSize,
                "Units are multiples of this; implies fractional: false."
            ),
            Field(
                "lookback",
                .whole(2...1_000_000),
                \.lookback,
                "Bars behind the estimate of volatility_target."
            ),
            Field(
                "minimum_trades",
                .whole(1...1_000_000),
                \.minimumTrades,
                "Closed trades that kelly needs before it estimates."
            ),
            Field(
                "kelly_multiplier",
                .rate(.positiveShare),
                \.kellyMultiplier,
                "Share of the full Kelly fraction."
            ),
            Field(
                "scale_by_strength",
                .boolean,
                \.scaleByStrength,
                "Whether the signal's strength scales the size."
            ),
        ],
        check: { node, options, findings in
            if let entry = node.entry("fractional"), entry.value.scalar == .boolean(true),
                let lot = node.entry("lot_size"), !lot.value.isNull
            {
                findings.error(
                    "conflict",
                    "'lot_size' means whole lots, 'fractional: true' does not",
                    hint: "leave one of the two out",
                    at: lot,
                    related: entry.start
                )
            }
            if options.method == .percentOfEquity || options.method == .riskPerTrade, options.value > 100,
                let value = node.entry("value")
            {
                findings.error(
                    "out_of_range",
                    "\(options.method.rawValue) of \(value.value.text ?? "") is more than 10000 %",
                    hint: "write 100% or 1 for all of equity",
                    at: value.value
                )
            }
        }
    )
}

extension Section<RiskOptions> {
    /// `risk:` of a portfolio.
    static let risk = Section(
        title: "'risk'",
        fields: [
            Field(
                "stop_loss",
                ValueType<Distance>.distance.optional,
                \.stopLoss,
                "Distance of the protective stop from the entry."
            ),
            Field(
                "take_profit",
                ValueType<Distance>.distance.optional,
                \.takeProfit,
                "Distance of the target from the entry."
            ),
            Field(
                "trailing_stop",
                ValueType<Distance>.distance.optional,
                \.trailingStop,
                "Distance of the trailing stop from the best price."
            ),
            Field(
                "max_holding_bars",
                ValueType<Int>.whole(1...Int(Int32.max)).optional,
                \.maxHoldingBars,
                "Bars after which a close is decided."
            ),
            Field(
                "max_drawdown",
                ValueType<Double>.rate(.positiveShare).optional,
                \.maxDrawdown,
                "Loss from the peak of equity that halts the container."
            ),
            Field(
                "max_positions",
                ValueType<Int>.whole(1...1_000_000).optional,
                \.maxPositions,
                "Sleeves that may have a position at once."
            ),
            Field("max_leverage", .number(.positive), \.maxLeverage, "Notional allowed a unit of cash."),
            Field(
                "daily_loss_limit",
                ValueType<Double>.rate(.positiveShare).optional,
                \.dailyLossLimit,
                "Loss within a day that halts the container until the next."
            ),
            Field(
                "cooldown_bars",
                .whole(),
                \.cooldownBars,
                "Bars after an exit on which entries are rejected."
            ),
            Field("intrabar", .word, \.intrabar, "What happens where stop and target lie inside one bar."),
        ]
    )
}
