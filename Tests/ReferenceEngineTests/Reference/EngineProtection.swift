extension Reference.Engine {
    /// R4 and R60 to R62 for every sleeve that holds a position.
    mutating func protect(_ t: Int) {
        for s in sleeves.indices {
            guard let bar = bar(s, t), let local = timeline[t].bar[sleeves[s].symbol] else { continue }
            guard let trade = sleeves[s].trade else { continue }
            let enteredInside = sleeves[s].insideBar == local
            guard enteredInside || local >= trade.heldFrom else { continue }
            // R38.
            if scenario.execution.waitsForVolume, bar.volume == 0 { continue }
            // (e): triggered before, the rest is on its way out.
            if case .nextOpens = sleeves[s].queue.first?.style { continue }
            let fill = enteredInside ? certainFill(s, trade, bar) : protectiveFill(s, trade, bar)
            guard let (reason, point) = fill else { continue }
            if !enteredInside, sleeves[s].queue.contains(where: { $0.isMet(in: bar, local) }) {
                note(.protectionFirst)
            }
            cancelForProtection(s, local)
            let wanted = abs(sleeves[s].position)
            let now = part(of: wanted, left: volumeLeft(s, t), total: wanted)
            if now < wanted {
                note(now > 0 ? .stopInParts : .stopWithoutVolume)
                queueRest(s, reason, total: wanted, local, t)
            }
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
        if let hitStop, let hitTarget { return intrabar(hitStop, hitTarget, bar) }
        if let hitStop {
            return (hitStop.reason, .init(place: .inside, reference: hitStop.level, slips: true))
        }
        return hitTarget.map { (.takeProfit, .init(place: .inside, reference: $0, slips: false)) }
    }

    /// R4: which of two levels that a bar meets fills; a target never slips (R3).
    func intrabar(
        _ stop: (level: Double, reason: Reference.ExitReason),
        _ target: Double,
        _ bar: Reference.Bar
    ) -> (Reference.ExitReason, Reference.FillPoint) {
        let takesTarget =
            switch scenario.risk.intrabar {
            case .stopFirst: false
            case .targetFirst: true
            case .nearestOpen: abs(target - bar.open) < abs(stop.level - bar.open)
            }
        return takesTarget
            ? (.takeProfit, .init(place: .inside, reference: target, slips: false))
            : (stop.reason, .init(place: .inside, reference: stop.level, slips: true))
    }

    /// The stop in force: stop_loss (or the signal's, R39) or the trailing level, the tighter; a tie is the stop_loss (R61).
    func stopLevel(
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

    func targetLevel(_ s: Int, _ trade: Reference.OpenTrade) -> Double? {
        if let target = trade.signal.target { return target }
        let range = rangeFrozen(s, at: trade.decisionBar)
        let distance = scenario.risk.takeProfit?.from(trade.averageEntry, range: range)
        return distance.map { trade.averageEntry + trade.side.sign * $0 }
    }

    /// (e): what a bar's volume did not let out goes at the next opens, before anything else of the sleeve.
    private mutating func queueRest(
        _ s: Int,
        _ reason: Reference.ExitReason,
        total: Double,
        _ local: Int,
        _ t: Int
    ) {
        let order = Reference.Order(
            id: nextOrder,
            purpose: .close(reason),
            style: .nextOpens,
            decidedAt: t,
            decisionBar: local,
            dueBar: local + 1,
            total: total
        )
        nextOrder += 1
        sleeves[s].queue.insert(order, at: 0)
    }
}
