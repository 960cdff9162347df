extension Reference.Engine {
    /// (j): on the first bar of a local day the daily limit starts anew, against the last equity before it.
    mutating func startDay(_ t: Int) {
        guard t > 0, timeline[t].day != timeline[t - 1].day else { return }
        previousDayEquity = outcome.equity[t - 1]
        dailyHalt = false
    }

    /// R5 and R66, at each close after the mark.
    mutating func applyLimits(_ t: Int) {
        let equity = outcome.equity[t]
        peak = max(peak, equity)
        if equity <= 0, outcome.ruin == nil {
            // R5: also after another halt, whose closes are under way.
            note(outcome.halted == nil ? .insolvency : .insolvencyAfterHalt)
            outcome.ruin = t
            halt(.insolvency, t)
        } else if outcome.halted == nil {
            if let limit = scenario.risk.maxDrawdown, 1 - equity / peak >= limit {
                halt(.maxDrawdown, t)
            }
        }
        if outcome.halted == nil, !dailyHalt, let limit = scenario.risk.dailyLossLimit,
            1 - equity / previousDayEquity >= limit
        {
            dailyHalt = true
            outcome.dailyBreaches.append(t)
            closeEverything(.dailyLossLimit, t)
        }
    }

    private mutating func halt(_ reason: Reference.ExitReason, _ t: Int) {
        outcome.halted = Reference.Halt(reason: reason, time: timeline[t].time)
        closeEverything(reason, t)
    }

    /// R66: pending entries are cancelled, closes are decided on this bar; one that is already pending stays as it is.
    private mutating func closeEverything(_ reason: Reference.ExitReason, _ t: Int) {
        for s in sleeves.indices {
            for order in sleeves[s].queue where !order.isClose {
                if order.isResting { note(.haltCancelsResting) }
                if order.filled > 0 { note(.haltCancelsPart) }
                cancel(s, order.id)
            }
            guard sleeves[s].position != 0, sleeves[s].queue.isEmpty else { continue }
            // R35 counts from the symbol's last bar where it has none now.
            guard let local = timeline[t].last[sleeves[s].symbol] else { continue }
            queueClose(s, reason, local, t)
        }
    }
}
