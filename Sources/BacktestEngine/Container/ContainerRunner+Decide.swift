import BacktestEvents
import BacktestModel
import CKernels

extension ContainerRunner {
    /// Decisions on the signals of a bar (rule R31): after the time exits, exit signals, then entries, each sleeve by sleeve.
    @inline(__always)
    mutating func decide<S: ContainerShape>(_ bar: Int, _ shape: S.Type) {
        if S.isAlone {
            decideExits(0, bar, shape)
            decideEntries(0, bar, shape)
            sleeves.pointee.cursor += 1
            return
        }
        for place in 0..<activeCount where hears(active[place]) { decideExits(active[place], bar, shape) }
        for place in 0..<activeCount where hears(active[place]) {
            decideEntries(active[place], bar, shape)
            sleeves[active[place]].cursor += 1
        }
    }

    /// Whether a signal of the sleeve belongs to the bar under way.
    @inline(__always)
    mutating func hears(_ index: Int) -> Bool {
        let sleeve = sleeves + index
        return sleeve.pointee.cursor < sleeve.pointee.signalCount
            && Int(sleeve.pointee.signalBars[sleeve.pointee.cursor]) == sleeve.pointee.local
    }

    /// Moves past the signals of the bar under way without acting on them.
    mutating func skipSignals(_ index: Int) {
        if hears(index) { sleeves[index].cursor += 1 }
    }

    /// The actions of the bar under way that the portfolio's direction lets through (rule R32).
    @inline(__always)
    private mutating func actions<S: ContainerShape>(_ index: Int, _ shape: S.Type) -> UInt8 {
        let sleeve = self.sleeve(index, shape)
        return sleeve.pointee.signalMasks[sleeve.pointee.cursor] & allowed
    }

    mutating func decideTimeExits(_ bar: Int) {
        for place in 0..<activeCount {
            let index = active[place]
            let sleeve = sleeves + index
            guard sleeve.pointee.position != 0, sleeve.pointee.local >= sleeve.pointee.timeExit else {
                continue
            }
            sleeve.pointee.timeExit = .max
            let side: Side = sleeve.pointee.position > 0 ? .long : .short
            guard !awaitsClose(index) else { continue }
            decideClose(
                index,
                bar,
                side: side,
                reason: .maxHoldingBars,
                cause: sleeve.pointee.opening,
                AnySleeves.self
            )
        }
    }

    /// Whether a close of the position is already waiting.
    @inline(__always)
    mutating func awaitsClose(_ index: Int) -> Bool {
        let orders = sleeves[index].orders
        if orders.isEmpty { return false }
        for place in 0..<orders.count where !(orders.first + place).pointee.isEntry { return true }
        return false
    }

    @inline(__always)
    private mutating func decideExits<S: ContainerShape>(_ index: Int, _ bar: Int, _ shape: S.Type) {
        let mask = actions(index, shape)
        let projected = sleeve(index, shape).pointee.projected
        if mask & SignalAction.exitLong.mask != 0, projected > 0 {
            let cause = signalSequence(index, .exitLong)
            return decideClose(index, bar, side: .long, reason: .signal, cause: cause, shape)
        }
        if mask & SignalAction.exitShort.mask != 0, projected < 0 {
            let cause = signalSequence(index, .exitShort)
            decideClose(index, bar, side: .short, reason: .signal, cause: cause, shape)
        }
    }

    @inline(__always)
    private mutating func decideEntries<S: ContainerShape>(_ index: Int, _ bar: Int, _ shape: S.Type) {
        let mask = actions(index, shape)
        var long = mask & SignalAction.enterLong.mask != 0
        var short = mask & SignalAction.enterShort.mask != 0
        if long, short {
            refuse(index, bar, .enterLong, .conflictingSignals)
            refuse(index, bar, .enterShort, .conflictingSignals)
            return
        }
        // Rule R7: an exit and an entry of the same side on one bar: the exit acts, the entry is dropped.
        if mask & SignalAction.exitLong.mask != 0 { long = false }
        if mask & SignalAction.exitShort.mask != 0 { short = false }
        if long { enter(index, bar, .enterLong, shape) }
        if short { enter(index, bar, .enterShort, shape) }
    }

    private mutating func enter<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        _ action: SignalAction,
        _ shape: S.Type
    ) {
        let sleeve = self.sleeve(index, shape)
        let side = action.side
        let sign = Int(side.sign)
        // Rule R34: it may take the place of an entry that rests unfilled.
        let replaces = !S.isPlain && rests && replacesNewest(index, side)
        if sleeve.pointee.projected == sign, !portfolio.pyramiding, !replaces { return }
        let cause = signalSequence(index, action)
        if sleeve.pointee.projected == -sign {
            let held: Side = side == .long ? .short : .long
            decideClose(index, bar, side: held, reason: .signal, cause: cause, shape)
        }
        var order = Order(
            isEntry: true,
            side: side,
            number: 0,
            decided: sleeve.pointee.local,
            due: sleeve.pointee.local
        )
        apply(signalOf: index, action, to: &order)
        order.expected = sleeve.pointee.close[sleeve.pointee.local]
        if let reason = objection(index, bar, shape)
            ?? (!S.isPlain && freezes ? freeze(&order, index) : nil) ?? size(&order, index, bar)
        {
            refuse(index, bar, action, reason)
            return
        }
        order.joins = sleeve.pointee.projected == sign && !(replaces && opensTrade(index))
        order.correlation = order.joins ? currentCorrelation(sleeve) : takeCorrelation()
        submit(&order, index, bar, cause: cause, shape)
        sleeve.pointee.projected = sign
    }

    /// Whether the newest order of a sleeve is to open a trade of its own.
    private mutating func opensTrade(_ index: Int) -> Bool {
        let orders = sleeves[index].orders
        return !orders[orders.count - 1].joins
    }

    /// Why the risk check refuses an entry, `nil` where it doesn't.
    @inline(__always)
    private mutating func objection<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        _ shape: S.Type
    ) -> RejectionReason? {
        // Limits, cooldowns and numbers of positions are not plain.
        if S.isPlain { return nil }
        if limits.isHalted { return .halted }
        if portfolio.risk.dailyLossLimit != nil, days[bar] == limits.blockedDay { return .dailyLossLimit }
        // An entry behind a close of what is held would fill on the bar of the exit.
        if portfolio.risk.cooldownBars > 0,
            sleeves[index].local < sleeves[index].cooldownUntil
                || (sleeves[index].position != 0 && awaitsClose(index))
        {
            return .cooldown
        }
        if let most = portfolio.risk.maxPositions, sleeves[index].projected == 0 {
            var open = 0
            for other in 0..<sleeveCount where sleeves[other].projected != 0 { open += 1 }
            if open >= most { return .maxPositions }
        }
        return nil
    }

    /// Freezes what belongs to the decision bar: average true ranges, volatility, the price of a resting entry.
    private mutating func freeze(_ order: inout Order, _ index: Int) -> RejectionReason? {
        let sleeve = sleeves + index
        let local = sleeve.pointee.local
        let close = sleeve.pointee.close[local]
        func frozen(_ distance: Distance?, _ range: UnsafePointer<Double>?, _ into: inout Double) -> Bool {
            guard case .atr(let multiple, _) = distance else { return true }
            into = multiple * (range?[local] ?? .nan)
            return !into.isNaN
        }
        let risk = portfolio.risk
        // A stop or target of the signal replaces the rule's, so the rule's need not be known.
        let stopKnown = frozen(
            order.stop.isNaN ? risk.stopLoss : nil,
            sleeve.pointee.stopRange,
            &order.stopDistance
        )
        let targetKnown = frozen(
            order.target.isNaN ? risk.takeProfit : nil,
            sleeve.pointee.targetRange,
            &order.targetDistance
        )
        let trailKnown = frozen(risk.trailingStop, sleeve.pointee.trailRange, &order.trailDistance)
        guard stopKnown, targetKnown, trailKnown else { return .undefinedDistance }
        if order.kind == .market, let distance = execution.limitEntry ?? execution.stopEntry {
            order.kind = execution.limitEntry != nil ? .limit : .stop
            var entryDistance = Double.nan
            guard frozen(distance, sleeve.pointee.entryRange, &entryDistance) else {
                return .undefinedDistance
            }
            let away = units(distance, frozen: entryDistance, of: close)
            let down = (order.kind == .limit) == (order.side == .long)
            order.level = down ? close - away : close + away
        }
        if portfolio.sizing.method == .volatilityTarget, order.fixedQuantity.isNaN {
            let deviation = sleeve.pointee.volatility?[local] ?? .nan
            guard deviation > 0 else { return .undefinedVolatility }
            let share = portfolio.sizing.value / (deviation * periodsPerYear.squareRoot())
            order.volatilityShare = min(share, portfolio.risk.maxLeverage)
        }
        return nil
    }

    /// Rule R44: with `price: signal` the size is decided here, at the close and without slippage.
    @inline(__always)
    private mutating func size(_ order: inout Order, _ index: Int, _ bar: Int) -> RejectionReason? {
        portfolio.sizing.price == .signal ? sizeNow(&order, index, bar) : nil
    }

    private mutating func sizeNow(_ order: inout Order, _ index: Int, _ bar: Int) -> RejectionReason? {
        let close = sleeves[index].close[sleeves[index].local]
        let equity = sizingEquity(index, at: close, bar: bar, atClose: true)
        let wanted = requestedQuantity(&order, index, at: close, equity: equity)
        // What a waiting close will free counts as cash.
        let closing = sleeves[index].position != 0 && awaitsClose(index)
        let available = cash(of: index) + (closing ? sleeves[index].position * close : 0)
        let quantity = floorToLot(min(wanted, cashLimit(available, at: close)))
        guard quantity * close > dust(index, at: close) else { return .sizeZero }
        order.quantity = quantity
        return nil
    }

    /// Takes what a signal file or a strength rule says about the trade.
    @inline(__always)
    private mutating func apply(signalOf index: Int, _ action: SignalAction, to order: inout Order) {
        let sleeve = sleeves + index
        if let strengths = sleeve.pointee.signalStrengths {
            order.strength = strengths[sleeve.pointee.cursor]
        }
        if sleeve.pointee.hasOverrides { applyOverrides(of: index, action, to: &order) }
    }

    private mutating func applyOverrides(of index: Int, _ action: SignalAction, to order: inout Order) {
        let sleeve = sleeves + index
        for fixed in overrides[index] where fixed.row == sleeve.pointee.cursor && fixed.action == action {
            order.fixedQuantity = fixed.quantity
            order.stop = fixed.stop
            order.target = fixed.target
            if !fixed.strength.isNaN { order.strength = fixed.strength }
            if !fixed.limit.isNaN {
                order.kind = .limit
                order.level = fixed.limit
            }
        }
    }

    /// Decides a close; it fills like any order.
    mutating func decideClose<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        side: Side,
        reason: ExitReason,
        cause: UInt32,
        _ shape: S.Type
    ) {
        let sleeve = self.sleeve(index, shape)
        var order = Order(
            isEntry: false,
            side: side,
            reason: reason,
            number: 0,
            decided: sleeve.pointee.local,
            due: sleeve.pointee.local
        )
        order.expected = sleeve.pointee.close[sleeve.pointee.local]
        order.correlation = currentCorrelation(sleeve)
        submit(&order, index, bar, cause: cause, shape)
        sleeve.pointee.projected = 0
    }

    /// Numbers an order, sets its due bar (rule R35) and puts it behind the sleeve's other orders.
    @inline(__always)
    private mutating func submit<S: ContainerShape>(
        _ order: inout Order,
        _ index: Int,
        _ bar: Int,
        cause: UInt32,
        _ shape: S.Type
    ) {
        let sleeve = self.sleeve(index, shape)
        order.number = takeNumber()
        order.due = order.decided + execution.latencyBars + (!S.isPlain && execution.fill == .close ? 0 : 1)
        outcome.orders += 1
        order.sequence = publishOrder(index, bar, &order, cause: cause)
        sleeve.pointee.orders.append(order)
        // Where it will fill most likely; the price comes from memory while marks are taken.
        if order.due < sleeve.pointee.count { admf_prefetch(sleeve.pointee.open + order.due) }
    }

    /// Trade number of the position, or of the entry that waits to open it.
    @inline(__always)
    private mutating func currentCorrelation(_ sleeve: UnsafeMutablePointer<Sleeve>) -> UInt32 {
        let orders = sleeve.pointee.orders
        var place = orders.count - 1
        while place >= 0 {
            if (orders.first + place).pointee.isEntry { return (orders.first + place).pointee.correlation }
            place -= 1
        }
        return sleeve.pointee.correlation
    }

    private mutating func refuse(_ index: Int, _ bar: Int, _ action: SignalAction, _ reason: RejectionReason)
    {
        outcome.rejections[Int(reason.rawValue)] += 1
        publishRefusal(index, bar, action, reason)
    }

    mutating func takeNumber() -> UInt32 {
        decisions += 1
        return decisions
    }

    mutating func takeCorrelation() -> UInt32 {
        correlations += 1
        return correlations
    }

    /// What follows a crossed limit (rule R66): entries that wait are cancelled, closes are decided.
    mutating func handle(_ breach: Breach) {
        if breach.reason == .dailyLossLimit {
            limits.blockedDay = days[breach.bar]
        } else {
            limits.isHalted = true
            limits.isRuined = limits.isRuined || breach.reason == .insolvency
            outcome.haltReason = breach.reason
            outcome.haltBar = breach.bar
        }
        bus.reserve(64)
        let cause = publishBreach(breach)
        for index in 0..<sleeveCount {
            let sleeve = sleeves + index
            sleeve.pointee.local = sleeve.pointee.lastLocal(at: breach.bar)
            sleeve.pointee.done = max(sleeve.pointee.done, sleeve.pointee.local)
            cancelEntries(index, breach.bar)
            if sleeve.pointee.position != 0, !awaitsClose(index) {
                let side: Side = sleeve.pointee.position > 0 ? .long : .short
                let reason = breach.reason
                decideClose(index, breach.bar, side: side, reason: reason, cause: cause, AnySleeves.self)
            }
            refreshProjection(index)
            schedule(index, AnySleeves.self)
        }
    }

    private mutating func cancelEntries(_ index: Int, _ bar: Int) {
        let sleeve = sleeves + index
        var place = 0
        while place < sleeve.pointee.orders.count {
            let order = sleeve.pointee.orders.first + place
            guard order.pointee.isEntry else {
                place += 1
                continue
            }
            cancel(index, at: place, .cancelled, bar)
        }
        // Closes that waited for a cancelled entry have nothing to close; they are dropped when they find nothing.
    }
}
