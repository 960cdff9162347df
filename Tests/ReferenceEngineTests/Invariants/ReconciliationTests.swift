import BacktestEvents
import BacktestModel
import BacktestResults
import Testing

/// Every column of trades.csv against the stream, on seeded random scenarios.
@Suite struct ReconciliationTests {
    private static let seeds = 0..<UInt64(500)

    @Test func tradesAreWhatTheirEventsSay() throws {
        var rows = 0
        var shared = 0
        var ended = 0
        for seed in Self.seeds {
            var scenario = ScenarioGenerator.scenario(seed: seed)
            if seed % 2 == 0 { scenario.execution.closeAtEnd = true }
            let tape = StreamTape()
            var engine = RealEngine()
            let outcome = try engine.run(scenario, stepwise: true, watching: tape)
            let ledger = TradeLedger(events: tape.events, outcome: outcome, scenario: scenario)
            let listed = engine.rows
            #expect(Set(listed.map(\.tradeID)) == ledger.closed, "seed \(seed)")
            #expect(listed.count == ledger.closed.count, "seed \(seed)")
            for row in listed {
                let difference = ledger.difference(row)
                #expect(difference == nil, "seed \(seed), trade \(row.tradeID): \(difference ?? "")")
                rows += 1
                if ledger.fills(row).count > 2 { shared += 1 }
                if ledger.outlivesItsSymbol(row) { ended += 1 }
            }
        }
        #expect(rows > 1_000 && shared > 100 && ended > 3, "\(rows), \(shared), \(ended)")
    }

    /// The law finds a row that says something else than its events.
    @Test func aRowThatStraysIsFound() throws {
        let scenario = ScenarioGenerator.scenario(seed: 3)
        let tape = StreamTape()
        var engine = RealEngine()
        let outcome = try engine.run(scenario, stepwise: true, watching: tape)
        var events = tape.events
        let row = try #require(engine.rows.first)
        let fill = try #require(events.firstIndex { $0.type == .fill && Int($0.correlation) == row.tradeID })
        for change in [\Event.price, \.quantity, \.value0, \.value1] {
            let old = events[fill]
            events[fill][keyPath: change] += 1
            let ledger = TradeLedger(events: events, outcome: outcome, scenario: scenario)
            #expect(ledger.difference(row) != nil)
            events[fill] = old
        }
        events[fill].bar += 1
        let ledger = TradeLedger(events: events, outcome: outcome, scenario: scenario)
        #expect(ledger.difference(row) != nil)
    }
}

/// The trades of a stream, told from its FILL, POSITION_CLOSE and BAR events alone.
private struct TradeLedger {
    private let events: [Event]
    private let times: [Int]
    private let strategies: [String]
    private let symbols: [String]
    private let hasBorrow: Bool
    let closed: Set<Int>

    init(events: [Event], outcome: Reference.Outcome, scenario: Reference.Scenario) {
        self.events = events
        times = outcome.times
        strategies = scenario.strategies.map(\.id)
        let traded = Set(scenario.strategies.flatMap(\.symbols)).sorted()
        symbols = traded.map { scenario.symbols[$0].name }
        hasBorrow = scenario.execution.borrowRate > 0
        closed = Set(events.filter { $0.type == .positionClose }.map { Int($0.correlation) })
    }

    func fills(_ row: TradeRecord) -> [Event] {
        events.filter { $0.type == .fill && Int($0.correlation) == row.tradeID }
    }

    /// The bars of the row's symbol, in the order of the stream.
    private func bars(_ row: TradeRecord) -> [Event] {
        events.filter { $0.type == .bar && symbols[Int($0.symbol)] == row.symbol }
    }

    func outlivesItsSymbol(_ row: TradeRecord) -> Bool {
        guard let last = bars(row).last else { return false }
        return row.exitTime.nanoseconds > Int64(times[Int(last.bar)])
    }

    /// The first column that differs.
    func difference(_ row: TradeRecord) -> String? {
        let fills = fills(row)
        let entries = fills.filter { $0.flags & EventFlags.entry != 0 }
        let exits = fills.filter { $0.flags & EventFlags.entry == 0 }
        let end = events.first { $0.type == .positionClose && Int($0.correlation) == row.tradeID }
        guard let first = entries.first, let last = exits.last, let end else { return "no fills" }
        let entered = entries.map(\.quantity).reduce(0, +)
        let exited = exits.map(\.quantity).reduce(0, +)
        let sign = row.side == .long ? 1.0 : -1
        let paid = fills.map(\.value0).reduce(0, +)
        let texts = [
            ("strategy_id", row.strategyID, strategies[Int(first.strategy)]),
            ("symbol", row.symbol, symbols[Int(first.symbol)]),
            ("side", row.side.name, Side(rawValue: first.code)?.name),
            ("exit_reason", row.exitReason.name, ExitReason(rawValue: last.reason)?.name),
            ("exit_reason of POSITION_CLOSE", row.exitReason.name, ExitReason(rawValue: end.reason)?.name),
            ("entry_time", "\(row.entryTime.nanoseconds)", "\(times[Int(first.bar)])"),
            ("exit_time", "\(row.exitTime.nanoseconds)", "\(times[Int(last.bar)])"),
            ("time of POSITION_CLOSE", "\(last.bar)", "\(end.bar)"),
            ("bars_held", "\(row.barsHeld)", "\(held(row, first, last).count)"),
        ]
        for (name, a, b) in texts where a != b { return "\(name) \(a), its events have \(b ?? "nothing")" }
        let gross = sign * (notional(exits) - notional(entries))
        let stake = notional(entries) + notional(exits)
        let numbers = [
            ("entry_price", row.entryPrice, mean(entries), 0), ("exit_price", row.exitPrice, mean(exits), 0),
            ("exit_price of POSITION_CLOSE", row.exitPrice, end.price, 0),
            ("quantity", row.quantity, entered, 0), ("quantity sold", row.quantity, exited, 0),
            ("gross_pnl", row.grossProfit, gross, stake), ("commission", row.commission, paid, 0),
            ("slippage", row.slippage, fills.map(\.value1).reduce(0, +), 0),
            ("net_pnl", row.netProfit, end.value1, 0),
            ("return", row.netReturn, end.value1 / (entered * mean(entries)), 0),
        ]
        for (name, a, b, scale) in numbers where abs(a - b) > 1e-12 * max(abs(a), abs(b), scale) {
            return "\(name) \(a), its events have \(b)"
        }
        if entries.count == 1, row.entryPrice != first.price { return "entry_price is not its only fill's" }
        if exits.count == 1, row.exitPrice != last.price { return "exit_price is not its only fill's" }
        let costs = row.grossProfit - paid - row.netProfit
        if costs < -1e-12 * stake || (!hasBorrow && costs > 1e-12 * stake) { return "borrow of \(costs)" }
        return excursionDifference(row, first, last)
    }

    /// mae and mfe over the bars whose range was held, and the exit.
    private func excursionDifference(_ row: TradeRecord, _ first: Event, _ last: Event) -> String? {
        let isWholeEntry = first.flags & EventFlags.atOpen != 0
        let isWholeExit = last.flags & EventFlags.atClose != 0
        let ranges = bars(row).filter {
            ($0.bar > first.bar || (isWholeEntry && $0.bar == first.bar))
                && ($0.bar < last.bar || (isWholeExit && $0.bar == last.bar))
        }
        let sign = row.side == .long ? 1.0 : -1
        let prices = [row.exitPrice] + ranges.map(\.value1) + ranges.map(\.value2)
        let moves = prices.map { sign * ($0 - row.entryPrice) / row.entryPrice }
        let (worst, best) = (min(moves.min() ?? 0, 0), max(moves.max() ?? 0, 0))
        if abs(worst - row.maximumAdverseExcursion) > 1e-12 { return "mae \(row.maximumAdverseExcursion)" }
        if abs(best - row.maximumFavorableExcursion) > 1e-12 { return "mfe \(row.maximumFavorableExcursion)" }
        return nil
    }

    /// The symbol's bars after the one of the entry, up to the one of the exit.
    private func held(_ row: TradeRecord, _ first: Event, _ last: Event) -> [Event] {
        bars(row).filter { $0.bar > first.bar && $0.bar <= last.bar }
    }

    private func notional(_ fills: [Event]) -> Double { fills.map { $0.quantity * $0.price }.reduce(0, +) }

    private func mean(_ fills: [Event]) -> Double {
        notional(fills) / fills.map(\.quantity).reduce(0, +)
    }
}
