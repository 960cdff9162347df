import BacktestEvents
import BacktestModel

/// How positions get smaller: exits that fill, trades that end.
extension ContainerRunner {
    /// Fills a close, as far as the bar's volume goes; one that finds nothing is dropped.
    @inline(__always)
    mutating func fillExit<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        place: Int,
        reference: Double,
        point: FillPoint,
        _ shape: S.Type
    ) {
        let sleeve = self.sleeve(index, shape)
        let order = sleeve.pointee.orders.first + (S.isPlain ? 0 : place)
        let held = abs(sleeve.pointee.position)
        let (reason, sequence, expected) = (
            order.pointee.reason, order.pointee.sequence, order.pointee.expected
        )
        let isNothing = sleeve.pointee.position * order.pointee.side.sign <= 0
        let quantity =
            S.isPlain
            ? held
            : part(of: held, of: held + sleeve.pointee.exitedQuantity, room: room(sleeve, shape))
        if S.isPlain {
            sleeve.pointee.orders.removeFirst()
        } else if isNothing || quantity == held {
            sleeve.pointee.orders.remove(at: place)
        }
        if isNothing { return refreshProjection(index) }
        closeUnits(
            index,
            bar,
            quantity: quantity,
            reference: reference,
            point: point,
            slips: true,
            reason: reason,
            cause: sequence,
            expected: expected,
            shape
        )
    }

    /// Takes units out of the position and into the cash; ends the trade where none are left.
    mutating func closeUnits<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        quantity: Double,
        reference: Double,
        point: FillPoint,
        slips: Bool,
        reason: ExitReason,
        cause: UInt32,
        expected: Double,
        _ shape: S.Type
    ) {
        let sleeve = self.sleeve(index, shape)
        let side: Side = sleeve.pointee.position > 0 ? .long : .short
        let price =
            slips
            ? slipped(reference, buys: side == .short, quantity: quantity, sleeve) : reference
        let charge = commission(quantity, at: price)
        // What is closed at the end of the data asks for no volume (rule R34a).
        if reason != .endOfData { use(quantity, of: sleeve, shape) }
        let isBeyond = noteOddities(sleeve, bar, quantity: quantity, price: price, slips: slips)
        let change = side.sign * quantity * price - charge
        if isShared { sharedCash += change } else { sleeve.pointee.cash += change }
        cashIsKnown = false
        sleeve.pointee.commission += charge
        sleeve.pointee.gross += side.sign * (price - sleeve.pointee.entryPrice) * quantity
        if !S.isPlain { sleeve.pointee.cooldownUntil = sleeve.pointee.local + portfolio.risk.cooldownBars }
        sleeve.pointee.exitedQuantity += quantity
        sleeve.pointee.exitNotional += quantity * price
        let isWhole = S.isPlain || quantity == abs(sleeve.pointee.position)
        sleeve.pointee.position = isWhole ? 0 : sleeve.pointee.position - side.sign * quantity
        if isWhole { holdingIsKnown = false }
        let fill = publishFill(
            index,
            bar,
            side: side,
            isEntry: false,
            quantity: quantity,
            price: price,
            reference: reference,
            commission: charge,
            point: point,
            cut: false,
            beyondVolume: isBeyond,
            reason: reason,
            expected: expected,
            cause: cause,
            correlation: sleeve.pointee.correlation
        )
        var changes = 0
        if isWhole {
            // The mean is weighted by quantity; a single fill's price stands as it is.
            let isSingle = quantity == sleeve.pointee.exitedQuantity
            let mean = isSingle ? price : sleeve.pointee.exitNotional / sleeve.pointee.exitedQuantity
            changes = endTrade(index, bar, side, reason, exitPrice: mean, cause: fill, shape)
        }
        publishUpdate(index, bar, cause: fill)
        for _ in 0..<changes { publishLifecycle(.traceLevelChanged, bar: bar, cause: fill) }
    }

    /// Ends the trade; returns how often the trace settings change with it.
    @inline(__always)
    private mutating func endTrade<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        _ side: Side,
        _ reason: ExitReason,
        exitPrice: Double,
        cause: UInt32,
        _ shape: S.Type
    ) -> Int {
        let sleeve = self.sleeve(index, shape)
        let net = sleeve.pointee.gross - sleeve.pointee.commission - sleeve.pointee.borrow
        publishClose(index, bar, side, reason, exitPrice: exitPrice, net: net, cause: cause)
        sleeve.pointee.closedTrades += 1
        if net > 0 {
            sleeve.pointee.wonTrades += 1
            sleeve.pointee.wonSum += net
        } else if net < 0 {
            sleeve.pointee.lostTrades += 1
            sleeve.pointee.lostSum += net
        }
        // Without rules of protection or age they are what they were made.
        if !S.isPlain, isProtected || isTimed {
            sleeve.pointee.stopLevel = .nan
            sleeve.pointee.targetLevel = .nan
            sleeve.pointee.trailRate = .nan
            sleeve.pointee.trailDistance = .nan
            sleeve.pointee.timeExit = .max
        }
        refreshProjection(index)
        return tradeWatcher?.tradeClosed(net: net) ?? 0
    }

    /// Recomputes what the position will be after every open order (rule R30).
    @inline(__always)
    mutating func refreshProjection(_ index: Int) {
        let sleeve = sleeves + index
        guard !sleeve.pointee.orders.isEmpty else {
            sleeve.pointee.projected = sleeve.pointee.sign
            return
        }
        let last = sleeve.pointee.orders.first + (sleeve.pointee.orders.count - 1)
        sleeve.pointee.projected = last.pointee.isEntry ? Int(last.pointee.side.sign) : 0
    }
}
