extension Reference.Engine {
    /// The parts of a bar in which pending orders fill (R36).
    enum Phase {
        case atOpen
        case insideBar
        case atCloseOfEarlier
        case atCloseOfThis
    }

    /// Fills what can fill, the earliest decision first over all sleeves (a), each sleeve in the order decided (R34).
    mutating func fillPending(_ phase: Phase, _ t: Int) {
        while let (s, place, point) = nextFillable(phase, t) { fill(s, place, point, t) }
    }

    private func nextFillable(_ phase: Phase, _ t: Int) -> (Int, Int, Reference.FillPoint)? {
        var best: (id: Int, sleeve: Int, place: Int, point: Reference.FillPoint)?
        for s in sleeves.indices {
            for (place, order) in sleeves[s].queue.enumerated() {
                if let point = fillPoint(order, s, phase, t) {
                    if order.id < best?.id ?? Int.max { best = (order.id, s, place, point) }
                    break
                }
                // R34: nothing waits for a resting order; everything else goes first.
                if !order.isResting { break }
            }
        }
        return best.map { ($0.sleeve, $0.place, $0.point) }
    }

    /// Where an order fills in this phase, `nil` where it does not.
    private func fillPoint(
        _ order: Reference.Order,
        _ s: Int,
        _ phase: Phase,
        _ t: Int
    ) -> Reference.FillPoint? {
        guard let bar = bar(s, t), let local = timeline[t].bar[sleeves[s].symbol] else { return nil }
        guard local >= order.dueBar, order.triedBar < local else { return nil }
        // R38.
        if scenario.execution.waitsForVolume, bar.volume == 0 { return nil }
        // (c): after an entry that filled inside the bar nothing fills before its close.
        if sleeves[s].insideBar == local, phase == .atOpen || phase == .insideBar { return nil }
        switch (order.style, phase) {
        case (.nextOpens, .atOpen): return .init(place: .open, reference: bar.open, slips: true)
        case (.nextOpens, _): return nil
        case (.market, _): return marketPoint(order, bar, phase, t)
        case (.limit(let level), .insideBar), (.stop(let level), .insideBar):
            // R62: not certain to come before what closes the position that it adds to.
            guard reachesFirst(level, s, bar) else { return nil }
        default: break
        }
        switch order.style {
        case .limit(let level): return restingPoint(order, bar, level, phase, isLimit: true)
        case .stop(let level): return restingPoint(order, bar, level, phase, isLimit: false)
        default: return nil
        }
    }

    private func marketPoint(
        _ order: Reference.Order,
        _ bar: Reference.Bar,
        _ phase: Phase,
        _ t: Int
    ) -> Reference.FillPoint? {
        let close = Reference.FillPoint(place: .close, reference: bar.close, slips: true)
        switch (scenario.execution.fill, phase) {
        case (.nextOpen, .atOpen): return .init(place: .open, reference: bar.open, slips: true)
        // (d): in the first phase, but not at the open.
        case (.nextVWAP, .atOpen): return bar.vwap.map { .init(place: .inside, reference: $0, slips: true) }
        case (.nextClose, .atCloseOfEarlier): return close
        case (.close, .atCloseOfEarlier): return order.decidedAt < t ? close : nil
        // R34: also an entry whose turn an order ahead of it has held up until a decision of this bar cancelled that.
        case (.close, .atCloseOfThis): return close
        default: return nil
        }
    }

    /// (c): at the open where the bar opens at or through the level, else at the level where it is touched.
    private func restingPoint(
        _ order: Reference.Order,
        _ bar: Reference.Bar,
        _ level: Double,
        _ phase: Phase,
        isLimit: Bool
    ) -> Reference.FillPoint? {
        guard case .entry(let side) = order.purpose else { return nil }
        // A limit buy waits below the price, a limit sale above it; a stop entry mirrors both.
        let waitsBelow = (side == .long) == isLimit
        let opensThrough = waitsBelow ? bar.open <= level : bar.open >= level
        let touches = waitsBelow ? bar.low <= level : bar.high >= level
        switch phase {
        // R3: limit fills never slip.
        case .atOpen where opensThrough: return .init(place: .open, reference: bar.open, slips: !isLimit)
        case .insideBar where touches && !opensThrough:
            return .init(place: .inside, reference: level, slips: !isLimit)
        default: return nil
        }
    }

    private mutating func fill(_ s: Int, _ place: Int, _ point: Reference.FillPoint, _ t: Int) {
        guard let local = timeline[t].bar[sleeves[s].symbol] else { return }
        sleeves[s].queue[place].triedBar = local
        if place > 0 { note(.passesResting) }
        switch sleeves[s].queue[place].purpose {
        case .close(let reason): fillClose(s, place, point, reason, t)
        case .entry(let side): fillEntry(s, place, side, point, local, t)
        }
    }

    /// R34a: the units that the container's earlier orders leave of what may trade of a bar's volume, in lots.
    func volumeLeft(_ s: Int, _ t: Int) -> Double {
        guard let share = scenario.execution.maxParticipation, let bar = bar(s, t) else { return .infinity }
        let cap = share * bar.volume
        let left = cap - traded[sleeves[s].symbol]
        // R71: what rounding leaves is no volume.
        return left > 1e-12 * cap ? scenario.portfolio.sizing.floored(left) : 0
    }

    /// What of the wanted units fills with the volume that is left; a remainder that rounding makes fills too (R71).
    mutating func part(of wanted: Double, left: Double, total: Double) -> Double {
        guard left < wanted else { return wanted }
        guard wanted - left < 1e-12 * total else { return left }
        note(.dustFilled)
        return wanted
    }

    private mutating func fillClose(
        _ s: Int,
        _ place: Int,
        _ point: Reference.FillPoint,
        _ reason: Reference.ExitReason,
        _ t: Int
    ) {
        let wanted = abs(sleeves[s].position)
        // R34: a close that finds nothing is dropped.
        guard wanted > 0 else {
            sleeves[s].queue.remove(at: place)
            return
        }
        let total = sleeves[s].queue[place].total ?? wanted
        sleeves[s].queue[place].total = total
        let now = part(of: wanted, left: volumeLeft(s, t), total: total)
        noteShare(s, now, of: wanted)
        guard now > 0 else { return }
        if now >= wanted { sleeves[s].queue.remove(at: place) }
        exit(s, quantity: now, point, reason, t)
    }

    /// Counts where the container's earlier orders of the bar, not the bar alone, are what bounds an order.
    private mutating func noteShare(_ s: Int, _ now: Double, of wanted: Double) {
        guard now < wanted else { return }
        note(traded[sleeves[s].symbol] > 0 ? .sharedVolume : .part)
    }

    private mutating func fillEntry(
        _ s: Int,
        _ place: Int,
        _ side: Reference.Side,
        _ point: Reference.FillPoint,
        _ local: Int,
        _ t: Int
    ) {
        let left = volumeLeft(s, t)
        let order = sleeves[s].queue[place]
        // R34: a market entry has one turn before the close that is due behind it.
        let isLastTurn = sleeves[s].queue[place...].contains { $0.isClose && local >= $0.dueBar }
        guard left > 0 else {
            note(traded[sleeves[s].symbol] > 0 ? .sharedVolume : .part)
            if isLastTurn {
                note(.lastTurnCancels)
                cancel(s, order.id)
            }
            return
        }
        // R64, for entries that were decided before the exit.
        if let exitBar = sleeves[s].lastExitBar, sleeves[s].position == 0,
            local < exitBar + scenario.risk.cooldownBars
        {
            sleeves[s].queue.remove(at: place)
            reject(.cooldown)
            return
        }
        let (rest, price, cut) = solved(order, s, side, point, left, t)
        guard rest * price > dust(s, price) else {
            sleeves[s].queue.remove(at: place)
            if price == 0 { note(.shortAtZero) }
            if order.filled == 0 { reject(.sizeZero) } else { outcome.cancelled += 1 }
            return
        }
        if cut {
            outcome.cuts += 1
            note(side == .long ? .cutLong : .cutShort)
        }
        let now = part(of: rest, left: left, total: order.filled + rest)
        noteShare(s, now, of: rest)
        if now >= rest {
            sleeves[s].queue.remove(at: place)
        } else if isLastTurn {
            note(.lastTurnCancels)
            cancel(s, order.id)
        } else {
            sleeves[s].queue[place].total = order.filled + rest
            sleeves[s].queue[place].filled = order.filled + now
        }
        enter(s, side, order, quantity: now, price: price, point, local, t)
        if case .inside = point.place, let level = order.level {
            sleeves[s].insideBar = local
            sleeves[s].insideLevel = level
        }
    }

    /// Units and price of an entry: sized, impacted (g), cut to the cash (R42), floored.
    private func solved(
        _ order: Reference.Order,
        _ s: Int,
        _ side: Reference.Side,
        _ point: Reference.FillPoint,
        _ cap: Double,
        _ t: Int
    ) -> (units: Double, price: Double, cut: Bool) {
        let slippage = scenario.execution.slippage
        let volume = bar(s, t)?.volume ?? 0
        func price(_ traded: Double?) -> Double {
            guard point.slips else { return point.reference }
            return slippage.slipped(point.reference, sign: side.sign, traded: traded, volume: volume)
        }
        let plain = price(nil)
        let first = remaining(order, s, price: plain, point, t)
        guard point.slips, slippage.volumeImpact > 0 else { return (first.units, plain, first.cut) }
        guard first.units > 0 else { return (0, plain, first.cut) }
        let impacted = price(min(first.units, cap))
        let second = remaining(order, s, price: impacted, point, t)
        return (second.units, impacted, second.cut)
    }

    /// What is left of an order at a price, R42 applied.
    ///
    /// R42 is about the whole entry, so cash is asked at its first fill; again later where units are bought with cash alone,
    /// for they may have become dearer. (Levered, the first part has already spent what is not there.)
    private func remaining(
        _ order: Reference.Order,
        _ s: Int,
        price: Double,
        _ point: Reference.FillPoint,
        _ t: Int
    ) -> (units: Double, cut: Bool) {
        let wanted = order.total.map { $0 - order.filled } ?? sized(order, s, price: price, point, t)
        let isLevered = order.signal?.action == .enterShort || scenario.risk.maxLeverage > 1
        if order.filled > 0, isLevered { return (scenario.portfolio.sizing.floored(wanted), false) }
        let budget = freeCash(s) * scenario.risk.maxLeverage
        let most = scenario.execution.commission.affordable(budget: budget, price: price)
        return (scenario.portfolio.sizing.floored(min(wanted, most)), wanted > most * (1 + 1e-12))
    }
}
