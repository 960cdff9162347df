extension Reference.Engine {
    /// The parts of a bar in which pending orders fill (R36).
    enum Phase {
        case atOpen
        case insideBar
        case atCloseOfEarlier
        case atCloseOfThis
    }

    /// Fills what can fill, the earliest decision first over all sleeves (a), each sleeve in strict order (R34).
    mutating func fillPending(_ phase: Phase, _ t: Int) {
        while let (s, point) = nextFillable(phase, t) { fillHead(s, point, t) }
    }

    private func nextFillable(_ phase: Phase, _ t: Int) -> (Int, Reference.FillPoint)? {
        var best: (id: Int, sleeve: Int, point: Reference.FillPoint)?
        for s in sleeves.indices {
            guard let order = sleeves[s].queue.first, order.id < best?.id ?? Int.max else { continue }
            guard let point = fillPoint(order, s, phase, t) else { continue }
            best = (order.id, s, point)
        }
        return best.map { ($0.sleeve, $0.point) }
    }

    /// Where the order at the head of a queue fills in this phase, `nil` where it does not.
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
        case (.limit(let level), _): return restingPoint(order, bar, level, phase, isLimit: true)
        case (.stop(let level), _): return restingPoint(order, bar, level, phase, isLimit: false)
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
        case (.close, .atCloseOfThis): return order.decidedAt == t ? close : nil
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

    private mutating func fillHead(_ s: Int, _ point: Reference.FillPoint, _ t: Int) {
        guard let local = timeline[t].bar[sleeves[s].symbol] else { return }
        sleeves[s].queue[0].triedBar = local
        switch sleeves[s].queue[0].purpose {
        case .close(let reason): fillClose(s, point, reason, t)
        case .entry(let side): fillEntry(s, side, point, local, t)
        }
    }

    /// (e): the units of one order that may fill in this bar; `nil` where there is no limit.
    func participationCap(_ s: Int, _ t: Int) -> Double? {
        guard let share = scenario.execution.maxParticipation, let bar = bar(s, t) else { return nil }
        return scenario.portfolio.sizing.floored(share * bar.volume)
    }

    private mutating func fillClose(
        _ s: Int,
        _ point: Reference.FillPoint,
        _ reason: Reference.ExitReason,
        _ t: Int
    ) {
        // R34: a close that finds nothing is dropped.
        guard sleeves[s].position != 0 else {
            sleeves[s].queue.removeFirst()
            return
        }
        let wanted = abs(sleeves[s].position)
        let now = min(wanted, participationCap(s, t) ?? .infinity)
        guard now > 0 else { return }
        if now >= wanted { sleeves[s].queue.removeFirst() }
        exit(s, quantity: now, point, reason, t)
    }

    private mutating func fillEntry(
        _ s: Int,
        _ side: Reference.Side,
        _ point: Reference.FillPoint,
        _ local: Int,
        _ t: Int
    ) {
        let cap = participationCap(s, t) ?? .infinity
        guard cap > 0 else { return }
        let order = sleeves[s].queue[0]
        // R64, for entries that were decided before the exit.
        if let exitBar = sleeves[s].lastExitBar, sleeves[s].position == 0,
            local < exitBar + scenario.risk.cooldownBars
        {
            sleeves[s].queue.removeFirst()
            reject(.cooldown)
            return
        }
        let (rest, price, cut) = solved(order, s, side, point, cap, t)
        guard rest * price > dust(s, price) else {
            sleeves[s].queue.removeFirst()
            if order.filled == 0 { reject(.sizeZero) } else { outcome.cancelled += 1 }
            return
        }
        if cut { outcome.cuts += 1 }
        let now = min(rest, cap)
        if now >= rest {
            sleeves[s].queue.removeFirst()
        } else {
            sleeves[s].queue[0].total = order.filled + rest
            sleeves[s].queue[0].filled = order.filled + now
        }
        enter(s, side, order, quantity: now, price: price, point, local, t)
        if case .market = order.style {} else if point.place == .inside { sleeves[s].insideBar = local }
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
