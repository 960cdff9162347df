extension Reference.Engine {
    /// R31: time exits of all sleeves, then exit signals of all, then entries.
    mutating func decide(_ t: Int) {
        for s in sleeves.indices { decideTimeExit(s, t) }
        for s in sleeves.indices { decideExits(s, t) }
        for s in sleeves.indices { decideEntries(s, t) }
    }

    /// R63: at the close of the n-th bar held, the entry bar counted if it was filled at its open.
    private mutating func decideTimeExit(_ s: Int, _ t: Int) {
        guard let most = scenario.risk.maxHoldingBars, let trade = sleeves[s].trade else { return }
        guard let local = timeline[t].bar[sleeves[s].symbol] else { return }
        guard local - trade.heldFrom + 1 >= most, !sleeves[s].queue.contains(where: \.isClose) else { return }
        queueClose(s, .maxHoldingBars, local, t)
    }

    private mutating func decideExits(_ s: Int, _ t: Int) {
        guard let local = timeline[t].bar[sleeves[s].symbol] else { return }
        let actions = signals(s, local).map(\.action)
        for (action, side) in [(Reference.Action.exitLong, Reference.Side.long), (.exitShort, .short)]
        where actions.contains(action) && sleeves[s].projected == side.sign {
            queueClose(s, .signal, local, t)
        }
    }

    private mutating func decideEntries(_ s: Int, _ t: Int) {
        guard let local = timeline[t].bar[sleeves[s].symbol] else { return }
        let all = signals(s, local)
        // R7: enter_long with enter_short: neither acts, both are rejected; the exits have been decided already.
        let entries = all.filter { $0.action == .enterLong || $0.action == .enterShort }
        if entries.count > 1 {
            for _ in entries { reject(.conflict) }
            note(all.count > entries.count ? .conflictWithExit : .conflict)
            return
        }
        guard let signal = entries.first else { return }
        // R7: an exit and an entry of the same side: the entry is dropped.
        let exit: Reference.Action = signal.action == .enterLong ? .exitLong : .exitShort
        if all.contains(where: { $0.action == exit }) {
            note(.entryDropped)
            return
        }
        decideEntry(s, signal, local, t)
    }

    /// The signals of a bar that the portfolio's direction lets through (R32).
    private func signals(_ s: Int, _ local: Int) -> [Reference.Signal] {
        (sleeves[s].signals[local] ?? []).filter { signal in
            switch (scenario.portfolio.direction, signal.action) {
            case (.longOnly, .enterShort), (.longOnly, .exitShort): false
            case (.shortOnly, .enterLong), (.shortOnly, .exitLong): false
            default: true
            }
        }
    }

    private mutating func decideEntry(_ s: Int, _ signal: Reference.Signal, _ local: Int, _ t: Int) {
        let side: Reference.Side = signal.action == .enterLong ? .long : .short
        let projected = sleeves[s].projected
        if projected == side.sign, !scenario.portfolio.pyramiding, !replaces(s) { return }
        // R33: a flip is a close and then an open; if the open is rejected, the close stands.
        if projected == -side.sign { queueClose(s, .signal, local, t) }
        if let reason = refusal(s, side, signal, local, projected) {
            reject(reason)
            return
        }
        guard let style = entryStyle(s, side, signal, local) else {
            reject(.undefinedRange)
            return
        }
        // (h).
        let sizing = scenario.portfolio.sizing
        if sizing.method == .volatilityTarget, signal.quantity == nil,
            scenario.symbols[sleeves[s].symbol].volatility(sizing.lookback, at: local) == nil
        {
            reject(.undefinedVolatility)
            return
        }
        var order = Reference.Order(
            id: nextOrder,
            purpose: .entry(side),
            style: style,
            decidedAt: t,
            decisionBar: local,
            dueBar: dueBar(local),
            signal: signal
        )
        // A resting order cannot have been touched before it was decided.
        if case .market = style {} else { order.dueBar = max(order.dueBar, local + 1) }
        if scenario.portfolio.sizing.atSignalPrice {
            // R44: decided at the decision bar's close, without slippage, floored.
            let close = scenario.symbols[sleeves[s].symbol].bars[local].close
            let point = Reference.FillPoint(place: .close, reference: close, slips: false)
            // R42 at that price too; what a close that is under way will free counts as cash.
            let isClosing = sleeves[s].queue.contains(where: \.isClose)
            let cash = freeCash(s) + (isClosing ? sleeves[s].position * close : 0)
            let budget = cash * scenario.risk.maxLeverage
            let most = scenario.execution.commission.affordable(budget: budget, price: close)
            let units = scenario.portfolio.sizing.floored(min(sized(order, s, price: close, point, t), most))
            guard units * close > dust(s, close) else {
                reject(.sizeZero)
                return
            }
            order.total = units
        }
        nextOrder += 1
        sleeves[s].queue.append(order)
    }

    /// Why an entry is rejected at its decision, `nil` where it is not.
    private func refusal(
        _ s: Int,
        _ side: Reference.Side,
        _ signal: Reference.Signal,
        _ local: Int,
        _ projected: Double
    ) -> Reference.Rejection? {
        // R66.
        if outcome.halted != nil { return .halted }
        if dailyHalt { return .dailyLossLimit }
        // R64: on bars x..x + n - 1 after an exit fill on bar x; no flip, and nothing else behind a close that is under way.
        let cooldown = scenario.risk.cooldownBars
        if let exitBar = sleeves[s].lastExitBar, local < exitBar + cooldown { return .cooldown }
        // A close that only cancels a resting entry makes no exit.
        if cooldown > 0, sleeves[s].position != 0, sleeves[s].queue.contains(where: \.isClose) {
            return .cooldown
        }
        // R65: an entry that adds to a position opens none; after a flip's close the sleeve itself is flat.
        if let most = scenario.risk.maxPositions, projected != side.sign {
            let others = sleeves.indices.count { $0 != s && sleeves[$0].projected != 0 }
            if others >= most { return .maxPositions }
        }
        // R60: a level that the trade needs and whose range is undefined.
        let range = rangeFrozen(s, at: local)
        let needed: [Reference.Distance?] = [
            signal.stop == nil ? scenario.risk.stopLoss : nil,
            signal.target == nil ? scenario.risk.takeProfit : nil,
            scenario.risk.trailingStop,
        ]
        for distance in needed.compactMap({ $0 }) where distance.from(1, range: range) == nil {
            return .undefinedRange
        }
        return nil
    }

    /// (c): a limit lies on the better side of the decision bar's close, a stop entry on the worse; `nil` if undefined.
    private func entryStyle(
        _ s: Int,
        _ side: Reference.Side,
        _ signal: Reference.Signal,
        _ local: Int
    ) -> Reference.Order.Style? {
        if let level = signal.limit { return .limit(level) }
        let close = scenario.symbols[sleeves[s].symbol].bars[local].close
        let range = rangeFrozen(s, at: local)
        if let limit = scenario.execution.limitEntry {
            return limit.from(close, range: range).map { .limit(close - side.sign * $0) }
        }
        if let stop = scenario.execution.stopEntry {
            return stop.from(close, range: range).map { .stop(close + side.sign * $0) }
        }
        return .market
    }

    /// R35, in the symbol's bars.
    private func dueBar(_ local: Int) -> Int {
        local + scenario.execution.latencyBars + (scenario.execution.fill == .close ? 0 : 1)
    }

    mutating func queueClose(_ s: Int, _ reason: Reference.ExitReason, _ local: Int, _ t: Int) {
        let order = Reference.Order(
            id: nextOrder,
            purpose: .close(reason),
            style: .market,
            decidedAt: t,
            decisionBar: local,
            dueBar: dueBar(local)
        )
        nextOrder += 1
        sleeves[s].queue.append(order)
    }
}
