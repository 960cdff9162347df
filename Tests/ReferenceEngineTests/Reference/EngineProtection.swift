extension Reference.Engine {
    /// R4 and R60 to R62 for every sleeve that holds a position.
    mutating func protect(_ t: Int) {
        for s in sleeves.indices {
            guard let bar = bar(s, t), let local = timeline[t].bar[sleeves[s].symbol] else { continue }
            guard let trade = sleeves[s].trade, local >= trade.heldFrom else { continue }
            // R38.
            if scenario.execution.waitsForVolume, bar.volume == 0 { continue }
            // (e): triggered before, the rest is on its way out.
            if case .nextOpens = sleeves[s].queue.first?.style { continue }
            guard let (reason, point) = protectiveFill(s, trade, bar) else { continue }
            dropClosesOfTrade(s)
            let wanted = abs(sleeves[s].position)
            let now = min(wanted, participationCap(s, t) ?? .infinity)
            if now < wanted { queueRest(s, reason, local, t) }
            if now > 0 { exit(s, quantity: now, point, reason, t) }
        }
    }

    /// The protective order that fills in a bar, in the order of R4.
    private func protectiveFill(
        _ s: Int,
        _ trade: Reference.OpenTrade,
        _ bar: Reference.Bar
    ) -> (Reference.ExitReason, Reference.FillPoint)? {
        let sign = trade.side.sign
        let stop = stopLevel(s, trade)
        let target = targetLevel(s, trade)
        // For a long the stop is reached from above: low <= stop; for a short everything is mirrored.
        func beyond(_ price: Double, stop level: Double) -> Bool { sign * (price - level) <= 0 }
        func beyond(_ price: Double, target level: Double) -> Bool { sign * (price - level) >= 0 }
        let worst = trade.side == .long ? bar.low : bar.high
        let best = trade.side == .long ? bar.high : bar.low
        if let stop, beyond(bar.open, stop: stop.level) {
            return (stop.reason, .init(place: .open, reference: bar.open, slips: true))
        }
        if let target, beyond(bar.open, target: target) {
            return (.takeProfit, .init(place: .open, reference: bar.open, slips: false))
        }
        let hitStop = stop.flatMap { beyond(worst, stop: $0.level) ? $0 : nil }
        let hitTarget = target.flatMap { beyond(best, target: $0) ? $0 : nil }
        let stopFill = hitStop.map {
            ($0.reason, Reference.FillPoint(place: .inside, reference: $0.level, slips: true))
        }
        // R3: a target never slips.
        let targetFill = hitTarget.map {
            (
                Reference.ExitReason.takeProfit,
                Reference.FillPoint(place: .inside, reference: $0, slips: false)
            )
        }
        guard let hitStop, let hitTarget else { return stopFill ?? targetFill }
        switch scenario.risk.intrabar {
        case .stopFirst: return stopFill
        case .targetFirst: return targetFill
        case .nearestOpen:
            return abs(hitTarget - bar.open) < abs(hitStop.level - bar.open) ? targetFill : stopFill
        }
    }

    /// The stop in force: stop_loss (or the signal's, R39) or the trailing level, the tighter; a tie is the stop_loss (R61).
    private func stopLevel(
        _ s: Int,
        _ trade: Reference.OpenTrade
    ) -> (level: Double, reason: Reference.ExitReason)? {
        let sign = trade.side.sign
        let range = rangeFrozen(s, at: trade.decisionBar)
        let entry = trade.averageEntry
        let lossDistance = scenario.risk.stopLoss?.from(entry, range: range)
        let loss = trade.signal.stop ?? lossDistance.map { entry - sign * $0 }
        let trailDistance = scenario.risk.trailingStop?.from(trade.extreme, range: range)
        let trail = trailDistance.map { trade.extreme - sign * $0 }
        switch (loss, trail) {
        case (nil, nil): return nil
        case (let loss?, nil): return (loss, .stopLoss)
        case (nil, let trail?): return (trail, .trailingStop)
        case (let loss?, let trail?):
            return sign * (trail - loss) > 0 ? (trail, .trailingStop) : (loss, .stopLoss)
        }
    }

    private func targetLevel(_ s: Int, _ trade: Reference.OpenTrade) -> Double? {
        if let target = trade.signal.target { return target }
        let range = rangeFrozen(s, at: trade.decisionBar)
        let distance = scenario.risk.takeProfit?.from(trade.averageEntry, range: range)
        return distance.map { trade.averageEntry + trade.side.sign * $0 }
    }

    /// R34: closes queued for the position are dropped, a pending entry behind them stays.
    private mutating func dropClosesOfTrade(_ s: Int) {
        while sleeves[s].queue.first?.isClose == true { sleeves[s].queue.removeFirst() }
    }

    /// (e): what a bar's volume did not let out goes at the next opens, before anything else of the sleeve.
    private mutating func queueRest(_ s: Int, _ reason: Reference.ExitReason, _ local: Int, _ t: Int) {
        let order = Reference.Order(
            id: nextOrder,
            purpose: .close(reason),
            style: .nextOpens,
            decidedAt: t,
            decisionBar: local,
            dueBar: local + 1
        )
        nextOrder += 1
        sleeves[s].queue.insert(order, at: 0)
    }
}
