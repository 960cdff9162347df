import BacktestEngine
import BacktestModel
import BacktestSweep
import BacktestYAML

extension Section<ExecutionOptions> {
    /// The map `execution:`.
    static let execution = Section(
        title: "'execution'",
        fields: [
            Field(
                "fill",
                .word,
                \.fill,
                "When market orders fill: next_open, next_close, close or next_vwap."
            ),
            Field(
                "latency_bars",
                .whole(0...1_000_000),
                \.latencyBars,
                "Extra bars before an order may fill."
            ),
            Field(
                "commission",
                section: { .commission },
                \.commission,
                shorthand: "rate",
                "Costs of every fill; a bare rate stands for {rate: ...}."
            ),
            Field(
                "slippage",
                section: { .slippage },
                \.slippage,
                shorthand: "rate",
                "Distance of a fill from its reference price; a bare rate stands for {rate: ...}."
            ),
            Field(
                "max_participation",
                ValueType<Double>.rate(.positiveShare).optional,
                \.maxParticipation,
                "Share of a bar's volume that may fill; the rest stays open."
            ),
            Field("zero_volume", .word, \.zeroVolume, "Orders in a bar without volume: fill or wait."),
            Field("borrow_rate", .rate(.nonNegative), \.borrowRate, "Yearly rate on short notional."),
            Field(
                "limit",
                ValueType<Distance>.entryDistance.optional,
                \.limitEntry,
                "Entries rest as limit orders this far below (short: above) the close of the decision bar."
            ),
            Field(
                "stop",
                ValueType<Distance>.entryDistance.optional,
                \.stopEntry,
                "Entries rest as stop orders this far above (short: below) the close of the decision bar."
            ),
            Field(
                "expire_bars",
                ValueType<Int>.whole(1...1_000_000).optional,
                \.expireBars,
                "Bars of the symbol, from its due bar on, after which a resting entry ends."
            ),
            Field(
                "close_at_end",
                .boolean,
                \.closeAtEnd,
                "Whether open positions are closed at the last close."
            ),
        ],
        check: { node, options, findings in
            if options.limitEntry != nil, options.stopEntry != nil, let entry = node.entry("stop") {
                findings.error(
                    "conflict",
                    "entries are either limit or stop orders, not both",
                    hint: "keep 'limit' or 'stop'",
                    at: entry
                )
            }
            if let problem = options.restingProblem, let entry = node.entry("fill") {
                findings.error(
                    "conflict",
                    problem.message,
                    hint: problem.hint,
                    at: entry,
                    related: (node.entry("limit") ?? node.entry("stop"))?.start
                )
            }
        }
    )
}

extension ExecutionOptions {
    /// Whether entries rest at a distance from the close of their decision.
    var hasRestingEntries: Bool { limitEntry != nil || stopEntry != nil }

    /// What is wrong with resting entries under the fill, `nil` where nothing is (rule R34).
    var restingProblem: (message: String, hint: String)? {
        guard hasRestingEntries, !fill.letsEntriesRest else { return nil }
        let name = limitEntry == nil ? "stop" : "limit"
        return (
            "'fill: \(fill.rawValue)' has no meaning for entries that rest at a \(name)",
            "use fill: next_open, or leave '\(name)' out"
        )
    }
}

extension Section<Commission> {
    /// The map `execution.commission`.
    static let commission = Section(
        title: "'commission'",
        fields: [
            Field("rate", .rate(.share), \.rate, "Share of the notional."),
            Field("per_share", .number(.nonNegative), \.perShare, "Currency a unit traded."),
            Field("per_trade", .number(.nonNegative), \.perTrade, "Currency a fill."),
            Field("minimum", .number(.nonNegative), \.minimum, "Least commission of a fill, in currency."),
            Field(
                "maximum",
                ValueType<Double>.number(.positive).optional,
                get: { $0.maximum.isFinite ? $0.maximum : nil },
                set: { $0.maximum = $1 ?? .infinity },
                "Greatest commission of a fill, in currency."
            ),
        ],
        check: { node, options, findings in
            guard options.minimum > options.maximum, let entry = node.entry("minimum") else { return }
            findings.error("conflict", "the minimum is greater than the maximum", at: entry.value)
        }
    )
}

extension Section<Slippage> {
    /// The map `execution.slippage`.
    static let slippage = Section(
        title: "'slippage'",
        fields: [
            Field("rate", .rate(.share), \.rate, "Share of the price."),
            Field("ticks", .number(.nonNegative), \.ticks, "Number of ticks."),
            Field("tick_size", .number(.positive), \.tickSize, "Price units a tick."),
            Field(
                "spread",
                .spread,
                get: { $0.spreadRate > 0 ? .share($0.spreadRate) : .price($0.spread) },
                set: { $0.take($1) },
                "Bid-ask spread in price units, or with a unit as a share of the price; half of it is paid."
            ),
            Field(
                "volume_impact",
                .rate(.nonNegative),
                \.volumeImpact,
                "Share of the price at full participation."
            ),
        ],
        check: { node, options, findings in
            guard options.ticks > 0, options.tickSize <= 0, let entry = node.entry("ticks") else { return }
            findings.error(
                "missing_key",
                "'ticks' needs 'tick_size'",
                hint: "add tick_size: price units a tick",
                at: entry
            )
        }
    )
}

/// A bid-ask spread as written (rule R51).
enum WrittenSpread: Sendable, Hashable {
    case price(Double)
    case share(Double)
}

extension Slippage {
    /// Takes a spread over; the other form is switched off.
    fileprivate mutating func take(_ written: WrittenSpread) {
        switch written {
        case .price(let value):
            spread = value
            spreadRate = 0
        case .share(let value):
            spread = 0
            spreadRate = value
        }
    }
}

extension ValueType<WrittenSpread> {
    fileprivate static let spread = ValueType(
        expected: "a spread in price units, or with a unit",
        schema: ValueType<Double>.rate(.nonNegative).schema,
        decode: { node, findings in
            if let decimal = node.decimal, decimal.unit != .none {
                return ValueType<Double>.rate(.share).decode(node, &findings).map(WrittenSpread.share)
            }
            return ValueType<Double>.number(.nonNegative).decode(node, &findings).map(WrittenSpread.price)
        },
        printed: {
            switch $0 {
            case .price(let value): .number(value)
            case .share(let value): .text("\(JSONText.number(value)) of the price")
            }
        }
    )
}

extension YAMLNode {
    /// The entry of a key.
    func entry(_ name: String) -> YAMLEntry? { entries?.first { $0.name == name } }
}
