import BacktestEvents
import BacktestModel

extension ContainerRunner {
    /// Sets the levels of a new position from its entry fill (rules R60 to R63).
    mutating func protectEntry(_ index: Int, _ order: UnsafePointer<Order>, point: FillPoint) {
        let sleeve = sleeves + index
        let local = sleeve.pointee.local
        let risk = portfolio.risk
        sleeve.pointee.fixedStop = !order.pointee.stop.isNaN
        sleeve.pointee.fixedTarget = !order.pointee.target.isNaN
        sleeve.pointee.stopLevel = order.pointee.stop
        sleeve.pointee.targetLevel = order.pointee.target
        sleeve.pointee.stopDistance = order.pointee.stopDistance
        sleeve.pointee.targetDistance = order.pointee.targetDistance
        sleeve.pointee.trailRate = .nan
        sleeve.pointee.trailDistance = .nan
        switch risk.trailingStop {
        case .rate(let rate): sleeve.pointee.trailRate = rate
        case .price(let distance): sleeve.pointee.trailDistance = distance
        case .atr: sleeve.pointee.trailDistance = order.pointee.trailDistance
        case nil: break
        }
        moveLevels(index)
        let held = point == .open ? local : local + 1
        sleeve.pointee.protectedFrom = held
        sleeve.pointee.extreme = sleeve.pointee.entryPrice
        sleeve.pointee.extremeThrough = held - 1
        sleeve.pointee.settledExtreme = sleeve.pointee.extreme
        sleeve.pointee.settledThrough = held - 1
        sleeve.pointee.timeExit = risk.maxHoldingBars.map { held + $0 - 1 } ?? .max
    }

    /// Recomputes the levels that follow the average entry price.
    mutating func moveLevels(_ index: Int) {
        let sleeve = sleeves + index
        let entry = sleeve.pointee.entryPrice
        let sign: Double = sleeve.pointee.position > 0 ? 1 : -1
        if !sleeve.pointee.fixedStop, let distance = portfolio.risk.stopLoss {
            sleeve.pointee.stopLevel =
                entry - sign * units(distance, frozen: sleeve.pointee.stopDistance, of: entry)
        }
        if !sleeve.pointee.fixedTarget, let distance = portfolio.risk.takeProfit {
            sleeve.pointee.targetLevel =
                entry + sign * units(distance, frozen: sleeve.pointee.targetDistance, of: entry)
        }
    }

    /// Tests the protective levels of the sleeves that the bar concerns (rules R4 and R38).
    mutating func protect(_ bar: Int) {
        for place in 0..<activeCount {
            let index = active[place]
            let sleeve = sleeves + index
            let local = sleeve.pointee.local
            guard sleeve.pointee.position != 0, sleeve.pointee.hasProtection,
                local >= sleeve.pointee.protectedFrom || local == sleeve.pointee.insideLocal
            else { continue }
            if execution.zeroVolume == .wait, sleeve.pointee.volume[local] == 0 { continue }
            sleeve.pointee.settleExtreme(through: local - 1, skipping: execution.zeroVolume == .wait)
            let bounds = local == sleeve.pointee.insideLocal ? afterEntry(sleeve) : wholeBar(sleeve)
            guard let hit = protectiveHit(sleeve, bounds) else { continue }
            settle(before: bar, AnySleeves.self)
            closeProtected(index, bar, hit)
        }
    }

    /// Prices that a position has seen of a bar.
    private struct Passage {
        /// Price at which the position meets the bar.
        var start: Double
        var point: FillPoint
        /// Prices that every path passes.
        var sureLow: Double
        var sureHigh: Double
        /// Prices that some path passes.
        var low: Double
        var high: Double
    }

    private struct Hit {
        var price: Double
        var point: FillPoint
        var reason: ExitReason
    }

    /// A bar that was held from its open on.
    private func wholeBar(_ sleeve: UnsafeMutablePointer<Sleeve>) -> Passage {
        let local = sleeve.pointee.local
        let low = sleeve.pointee.low[local]
        let high = sleeve.pointee.high[local]
        let open = sleeve.pointee.open[local]
        return Passage(start: open, point: .open, sureLow: low, sureHigh: high, low: low, high: high)
    }

    /// Rule R62: the bar on whose way down (up) the entry's level was passed.
    ///
    /// Its low (high) lies at or after the entry, and then the price goes to the close; its other end may have come before.
    private func afterEntry(_ sleeve: UnsafeMutablePointer<Sleeve>) -> Passage {
        let local = sleeve.pointee.local
        let low = sleeve.pointee.low[local]
        let high = sleeve.pointee.high[local]
        let close = sleeve.pointee.close[local]
        let entry = sleeve.pointee.insideLevel
        let isRising = sleeve.pointee.insideRising
        return Passage(
            start: entry,
            point: .inside,
            sureLow: isRising ? min(entry, close) : low,
            sureHigh: isRising ? high : max(entry, close),
            low: low,
            high: high
        )
    }

    /// The stop that counts, `nan` for none: of a stop loss and a trailing stop the tighter, on a tie the stop loss (rule R61).
    mutating func tighterStop(_ sleeve: UnsafeMutablePointer<Sleeve>) -> (level: Double, reason: ExitReason) {
        let stop = sleeve.pointee.stopLevel
        guard sleeve.pointee.trails else { return (stop, .stopLoss) }
        let trail = sleeve.pointee.trailLevel
        let isTighter = sleeve.pointee.position > 0 ? trail > stop : trail < stop
        return stop.isNaN || isTighter ? (trail, .trailingStop) : (stop, .stopLoss)
    }

    /// The protective fill of a bar, `nil` where neither level is surely reached (rules R4 and R62).
    private mutating func protectiveHit(_ sleeve: UnsafeMutablePointer<Sleeve>, _ bar: Passage) -> Hit? {
        let isLong = sleeve.pointee.position > 0
        let (stop, stopReason) = tighterStop(sleeve)
        let target = sleeve.pointee.targetLevel
        let start = bar.start
        if isLong ? start <= stop : start >= stop {
            return Hit(price: start, point: bar.point, reason: stopReason)
        }
        if isLong ? start >= target : start <= target {
            return Hit(price: start, point: bar.point, reason: .takeProfit)
        }
        let stopIsSure = isLong ? bar.sureLow <= stop : bar.sureHigh >= stop
        let targetIsSure = isLong ? bar.sureHigh >= target : bar.sureLow <= target
        guard stopIsSure || targetIsSure else { return nil }
        let stopTouched = isLong ? bar.low <= stop : bar.high >= stop
        let targetTouched = isLong ? bar.high >= target : bar.low <= target
        let stopHit = Hit(price: stop, point: .inside, reason: stopReason)
        let targetHit = Hit(price: target, point: .inside, reason: .takeProfit)
        // Every path leaves by one of the two; which one it meets first is not known.
        if stopTouched, targetTouched {
            let open = sleeve.pointee.open[sleeve.pointee.local]
            switch portfolio.risk.intrabar {
            case .stopFirst: return stopHit
            case .targetFirst: return targetHit
            case .nearestOpen: return abs(target - open) < abs(stop - open) ? targetHit : stopHit
            }
        }
        return stopIsSure ? stopHit : targetHit
    }

    /// Closes a position at a protective level; what waits for it, and the rest of its entry, ends (rule R34).
    private mutating func closeProtected(_ index: Int, _ bar: Int, _ hit: Hit) {
        let sleeve = sleeves + index
        let held = abs(sleeve.pointee.position)
        let side: Side = sleeve.pointee.position > 0 ? .long : .short
        endOrders(of: index, bar)
        let room = self.room(sleeve, AnySleeves.self)
        let quantity =
            room > 0 ? part(of: held, of: held + sleeve.pointee.exitedQuantity, room: room) : 0
        let slips = hit.reason != .takeProfit
        if quantity > 0 {
            closeUnits(
                index,
                bar,
                quantity: quantity,
                reference: hit.price,
                point: hit.point,
                slips: slips,
                reason: hit.reason,
                cause: sleeve.pointee.opening,
                expected: hit.price,
                AnySleeves.self
            )
        }
        guard sleeve.pointee.position != 0 else { return }
        // What the bar's volume did not take goes on as a market close; the levels have done their work.
        sleeve.pointee.stopLevel = .nan
        sleeve.pointee.targetLevel = .nan
        sleeve.pointee.trailRate = .nan
        sleeve.pointee.trailDistance = .nan
        var order = Order(
            isEntry: false,
            side: side,
            reason: hit.reason,
            number: takeNumber(),
            decided: sleeve.pointee.local,
            due: sleeve.pointee.local + 1
        )
        order.fillsAtOpen = true
        order.expected = hit.price
        order.correlation = sleeve.pointee.correlation
        order.sequence = sleeve.pointee.opening
        sleeve.pointee.orders.insertFirst(order)
        refreshProjection(index)
    }

    /// Closes what is open at the last bar, at the symbol's last close, costs included (rule R67).
    mutating func closeAtEnd(_ bar: Int) {
        for index in 0..<sleeveCount where sleeves[index].position != 0 {
            settle(before: bar, AnySleeves.self)
            sleeves[index].local = sleeves[index].lastLocal(at: bar)
            closeUnits(
                index,
                bar,
                quantity: abs(sleeves[index].position),
                reference: sleeves[index].close[sleeves[index].local],
                point: .close,
                slips: true,
                reason: .endOfData,
                cause: sleeves[index].opening,
                expected: sleeves[index].close[sleeves[index].local],
                AnySleeves.self
            )
            sleeves[index].changed = true
        }
    }
}
