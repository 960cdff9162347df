import BacktestEvents
import BacktestModel

extension PayloadSchema {
    /// The payloads of this program's events, as the engine publishes them.
    public static let standard = PayloadSchema.makeStandard()

    /// The texts of why an order was refused, by the raw value of the engine's reason.
    ///
    /// Repeated here because tracing knows nothing of trading; a test holds the two together.
    public static let rejectionReasons = [
        "none", "size 0", "enter_long and enter_short on one bar", "max_positions", "cooldown_bars", "halted",
        "daily_loss_limit", "atr undefined", "volatility undefined", "cancelled by a halt",
        "no cash for the rest", "cancelled by an exit", "replaced by a newer entry",
        "position already open", "expire_bars", "price 0",
    ]

    private static let sides = Side.allCases.map(\.name)
    private static let exits = ExitReason.allCases.map(\.name)

    private static func makeStandard() -> PayloadSchema {
        var schema = PayloadSchema()
        schema[.bar] = [
            PayloadField("open", .number(.value0)), PayloadField("high", .number(.value1)),
            PayloadField("low", .number(.value2)), PayloadField("close", .number(.price)),
            PayloadField("volume", .number(.quantity)),
        ]
        schema[.features] = [PayloadField("close", .number(.price))]
        schema[.signal] = [
            PayloadField("action", .text(.code, SignalAction.allCases.map(\.name))),
            PayloadField("close", .number(.price)), PayloadField("strength", .number(.value0)),
        ]
        schema[.orderRequest] = order
        schema[.order] = order
        schema[.fill] = fill
        schema[.positionOpen] = [
            PayloadField("side", .text(.code, sides)), PayloadField("price", .number(.price)),
            PayloadField("quantity", .number(.quantity)), PayloadField("stop", .number(.value0)),
            PayloadField("target", .number(.value1)),
        ]
        schema[.positionClose] = [
            PayloadField("side", .text(.code, sides)), PayloadField("exit_reason", .text(.reason, exits)),
            PayloadField("entry_price", .number(.value3)), PayloadField("exit_price", .number(.price)),
            PayloadField("quantity", .number(.quantity)), PayloadField("gross_pnl", .number(.value0)),
            PayloadField("net_pnl", .number(.value1)), PayloadField("bars_held", .number(.value2)),
        ]
        schema[.portfolioUpdate] = [
            PayloadField("mark", .bit(EventFlags.mark)),
            PayloadField("exposed", .bit(EventFlags.exposed)),
            PayloadField("equity", .number(.value1)).onlyWith(EventFlags.mark),
            PayloadField("position", .number(.quantity)).onlyWithout(EventFlags.mark),
            PayloadField("entry_price", .number(.price)).onlyWithout(EventFlags.mark),
            PayloadField("cash", .number(.value0)).onlyWithout(EventFlags.mark),
        ]
        schema[.riskBreach] = [
            PayloadField("side", .text(.code, sides)).onlyWith(EventFlags.rejected),
            PayloadField("rejected", .bit(EventFlags.rejected)),
            PayloadField("rejection", .text(.reason, rejectionReasons)).onlyWith(EventFlags.rejected),
            PayloadField("limit_crossed", .bit(EventFlags.limit)),
            PayloadField("limit_name", .text(.reason, exits)).onlyWithout(EventFlags.rejected),
            PayloadField("observed", .number(.value0)).onlyWithout(EventFlags.rejected),
            PayloadField("limit", .number(.value1)).onlyWithout(EventFlags.rejected),
        ]
        schema[.lifecycle] = [
            PayloadField("stage", .text(.code, LifecycleStage.allCases.map(\.name))),
            PayloadField("under_load", .bit(EventFlags.load)),
            PayloadField("load", .text(.reason, TraceLoad.allCases.map(\.name))).onlyWith(EventFlags.load),
            PayloadField(
                "trace_level",
                .bits(
                    mask: 3 << EventFlags.reductionShift,
                    lowest: EventFlags.reductionShift,
                    TraceReduction.allCases.map(\.name)
                )
            ).onlyWith(EventFlags.load),
            PayloadField("load_observed", .number(.value0)).onlyWith(EventFlags.load),
            PayloadField("load_limit", .number(.value1)).onlyWith(EventFlags.load),
        ]
        return schema
    }

    private static let order = [
        PayloadField("side", .text(.code, sides)),
        PayloadField("entry", .bit(EventFlags.entry)),
        PayloadField(
            "kind",
            .bits(mask: 3 << EventFlags.kindShift, lowest: EventFlags.kindShift, ["market", "limit", "stop"])
        ),
        PayloadField("rejected", .bit(EventFlags.rejected)),
        PayloadField("rejection", .text(.reason, rejectionReasons)).onlyWith(EventFlags.rejected),
        PayloadField("reason", .text(.reason, exits)).onlyWithout(EventFlags.rejected),
        PayloadField("level", .number(.price)),
        PayloadField("quantity", .number(.quantity)),
        PayloadField("expected_price", .number(.value0)),
        PayloadField("due", .number(.value1)),
    ]

    private static let fill = [
        PayloadField("side", .text(.code, sides)),
        PayloadField("entry", .bit(EventFlags.entry)),
        PayloadField("at_open", .bit(EventFlags.atOpen)),
        PayloadField("at_close", .bit(EventFlags.atClose)),
        PayloadField("cut", .bit(EventFlags.cut)),
        PayloadField("beyond_volume", .bit(EventFlags.beyondVolume)),
        PayloadField("reason", .text(.reason, exits)),
        PayloadField("price", .number(.price)),
        PayloadField("quantity", .number(.quantity)),
        PayloadField("commission", .number(.value0)),
        PayloadField("slippage", .number(.value1)),
        PayloadField("reference_price", .number(.value2)),
        PayloadField("expected_price", .number(.value3)),
    ]
}
