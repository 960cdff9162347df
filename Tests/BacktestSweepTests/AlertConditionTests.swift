import BacktestEvents
import BacktestExpressions
import BacktestSweep
import Testing

/// Conditions of alerts: what they may say, and which events they are looked at for.
@Suite struct AlertConditionTests {
    private static func condition(_ text: String) throws -> AlertCondition {
        try AlertCondition(text, strategies: ["cross", "my-dips"], symbols: ["SPX", "BRK.B"])
    }

    @Test(
        arguments: [
            ("event_type == RISK_BREACH", [.riskBreach]),
            ("event_type == FILL or event_type == ORDER", [.fill, .order]),
            ("event_type == FILL and price > 100", [.fill]),
            ("not (event_type == FILL) and event_type == SIGNAL", [.signal]),
            ("net_pnl < -1000", [.positionClose]),
            ("exit_reason == stop_loss and metrics.total_trades > 3", [.positionClose]),
            ("event_type == BAR and volume > 1e6", [.bar]),
            ("observed >= 10%", [.riskBreach, .lifecycle]),
            ("metrics.total_pnl < -1000", [.positionClose]),
            ("commission > 5 and symbol == BRK.B", [.fill]),
            ("strategy == my-dips and event_type == SIGNAL", [.signal]),
            ("stage == failed", [.lifecycle]),
        ] as [(String, [EventType])]
    )
    func `a condition is looked at for the events that it can hold for`(
        text: String,
        types: [EventType]
    ) throws {
        #expect(try Self.condition(text).moment == .events(EventTypeSet(types)))
    }

    @Test(arguments: [
        "metrics.max_drawdown > 20%", "final.total_trades < 10",
        "metrics.sharpe_ratio < 0 or final.net_profit < 0",
    ])
    func `a metric of the whole container is looked at once`(text: String) throws {
        let known = text.replacing(" or final.net_profit < 0", with: "")
        #expect(try Self.condition(known).moment == .end)
    }

    @Test func `words without a type leave out bars and features`() throws {
        guard case .events(let types) = try Self.condition("symbol == SPX").moment else {
            Issue.record("looked at once")
            return
        }
        #expect(!types.contains(type: .bar) && !types.contains(type: .features))
        #expect(types.contains(type: .fill) && types.contains(type: .signal))
    }

    @Test(
        arguments: [
            ("event_typ == FILL", "event_type"), ("event_type == FILLS", "FILL"),
            ("event_type > FILL", "a word can only be compared"),
            ("exit_reason + 1 == 2", "a word can only be compared"),
            ("event_type == 5", "a word can only be compared"), ("price", "a condition is needed"),
            ("price > 1 and metrics.sharpe_ratio < 0", "metrics.sharpe_ratio"),
            ("metrics.total_pnl > 0 and final.sharpe_ratio < 0", "final.sharpe_ratio"),
            ("metrics.sharp_ratio < 0", "sharpe_ratio"), ("price >", ""),
        ] as [(String, String)]
    )
    func `what means nothing is refused with a hint`(text: String, words: String) {
        do {
            _ = try Self.condition(text)
            Issue.record("\(text) was taken")
        } catch let error as ExpressionDiagnostic {
            #expect((error.message + (error.hint ?? "")).contains(words), "\(error)")
            #expect(error.offset >= 0 && error.offset <= text.utf8.count)
        } catch {
            Issue.record("another error: \(error)")
        }
    }
}
