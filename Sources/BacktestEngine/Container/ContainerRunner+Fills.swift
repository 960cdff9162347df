import BacktestEvents
import BacktestModel

/// Where inside a bar a fill happens.
enum FillPoint {
    case open
    /// At a level after the open, or at a price that the whole bar makes.
    case inside
    case close
}

extension ContainerRunner {
    /// Fills what is due at one point of a bar, in the order in which it was decided (rule R34).
    ///
    /// Levels touched after the open come once all opens are done: they must not take cash from what filled before them.
    @inline(__always)
    mutating func fillOrders<S: ContainerShape>(_ bar: Int, at phase: FillPoint, _ shape: S.Type) {
        if S.isAlone {
            while !sleeves.pointee.orders.isEmpty, fillFirst(0, bar, at: phase, shape) {}
        } else {
            fillOldest(bar, at: phase)
        }
    }

    private mutating func fillOldest(_ bar: Int, at phase: FillPoint) {
        while true {
            var chosen = -1
            var number = UInt32.max
            for place in 0..<activeCount where !sleeves[active[place]].orders.isEmpty {
                let index = active[place]
                let order = sleeves[index].orders.first
                if order.pointee.number < number, fillPrice(index, bar, at: phase, AnySleeves.self) != nil {
                    number = order.pointee.number
                    chosen = index
                }
            }
            guard chosen >= 0, fillFirst(chosen, bar, at: phase, AnySleeves.self) else { return }
        }
    }

    /// Fills the oldest order of a sleeve if it may fill here; whether it did.
    @inline(__always)
    private mutating func fillFirst<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        at phase: FillPoint,
        _ shape: S.Type
    ) -> Bool {
        let sleeve = self.sleeve(index, shape)
        // Marks do not depend on how they are split, so they may be taken before it is known that the order fills; the
        // price, asked for when the order was decided, is on its way from memory meanwhile.
        if sleeve.pointee.orders.first.pointee.due <= sleeve.pointee.local { settle(before: bar, shape) }
        guard let (price, point, slips) = fillPrice(index, bar, at: phase, shape) else { return false }
        if sleeve.pointee.orders.first.pointee.isEntry {
            fillEntry(index, bar, reference: price, point: point, slips: slips, shape)
        } else {
            fillExit(index, bar, reference: price, point: point, shape)
        }
        return true
    }

    /// The price at which the oldest order of a sleeve fills at this point of the bar, `nil` where it doesn't.
    @inline(__always)
    private mutating func fillPrice<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        at phase: FillPoint,
        _ shape: S.Type
    ) -> (Double, FillPoint, Bool)? {
        let sleeve = self.sleeve(index, shape)
        let order = sleeve.pointee.orders.first
        let local = sleeve.pointee.local
        if S.isPlain {
            return order.pointee.due <= local ? (sleeve.pointee.open[local], .open, true) : nil
        }
        guard order.pointee.due <= local, sleeve.pointee.blockedLocal != local else { return nil }
        if execution.zeroVolume == .wait, sleeve.pointee.volume[local] == 0 { return nil }
        if order.pointee.fillsAtOpen {
            return phase == .open ? (sleeve.pointee.open[local], .open, true) : nil
        }
        if order.pointee.kind != .market {
            guard phase != .close, order.pointee.decided < local, sleeve.pointee.insideLocal != local else {
                return nil
            }
            return levelPrice(sleeve, order, local, at: phase)
        }
        switch execution.fill {
        case .nextOpen:
            guard phase == .open, sleeve.pointee.insideLocal != local else { return nil }
            return (sleeve.pointee.open[local], .open, true)
        case .nextVWAP:
            guard phase == .open, sleeve.pointee.insideLocal != local else { return nil }
            return (sleeve.pointee.vwap?[local] ?? sleeve.pointee.open[local], .inside, true)
        case .nextClose, .close:
            return phase == .close ? (sleeve.pointee.close[local], .close, true) : nil
        }
    }

    /// Limit and stop entries: at the open where the bar opens at or through the level, else at the level.
    private mutating func levelPrice(
        _ sleeve: UnsafeMutablePointer<Sleeve>,
        _ order: UnsafeMutablePointer<Order>,
        _ local: Int,
        at phase: FillPoint
    ) -> (Double, FillPoint, Bool)? {
        let level = order.pointee.level
        let open = sleeve.pointee.open[local]
        let slips = order.pointee.kind == .stop
        let fallsTo = (order.pointee.kind == .limit) == (order.pointee.side == .long)
        if fallsTo ? open <= level : open >= level { return phase == .open ? (open, .open, slips) : nil }
        guard phase == .inside else { return nil }
        if fallsTo ? sleeve.pointee.low[local] <= level : sleeve.pointee.high[local] >= level {
            return (level, .inside, slips)
        }
        return nil
    }

    /// Units that may fill in a bar (`max_participation`), floored to the lot; infinite without a limit.
    @inline(__always)
    mutating func participation<S: ContainerShape>(
        _ sleeve: UnsafeMutablePointer<Sleeve>,
        _ shape: S.Type
    ) -> Double {
        guard !S.isPlain, let share = execution.maxParticipation else { return .infinity }
        return floorToLot(share * sleeve.pointee.volume[sleeve.pointee.local])
    }

    private mutating func fillEntry<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        reference: Double,
        point: FillPoint,
        slips: Bool,
        _ shape: S.Type
    ) {
        let sleeve = self.sleeve(index, shape)
        let order = sleeve.pointee.orders.first
        let buys = order.pointee.side == .long
        let local = sleeve.pointee.local
        // A bar that takes nothing decides nothing: the size is fixed at the first fill.
        let room = participation(sleeve, shape)
        guard S.isPlain || room > 0 else {
            sleeve.pointee.blockedLocal = local
            return
        }
        // Rule R64, for entries that were decided before the exit.
        if !S.isPlain, sleeve.pointee.position == 0, local < sleeve.pointee.cooldownUntil {
            reject(index, .cooldown, bar)
            return
        }
        var (wanted, price) = priced(
            index,
            bar,
            reference: reference,
            point: point,
            slips: slips,
            room: room,
            shape
        )
        var cut = false
        if asksCash(order, buys: buys, shape) {
            let limit = cashLimit(cash(of: index), at: price)
            // What rounding alone takes off is no cut that anybody needs to hear of.
            cut = wanted > limit * (1 + 1e-12)
            wanted = min(wanted, limit)
        }
        if !S.isPlain { wanted = floorToLot(wanted) }
        guard wanted * price > dust(index, at: price), price > 0 else {
            reject(index, order.pointee.filled > 0 ? .cancelled : .sizeZero, bar)
            return
        }
        order.pointee.quantity = order.pointee.filled + wanted
        let quantity = min(wanted, room)
        if cut { outcome.cuts += 1 }
        order.pointee.filled += quantity
        openOrAdd(
            index,
            bar,
            order,
            quantity: quantity,
            price: price,
            reference: reference,
            point: point,
            cut,
            shape
        )
        if S.isPlain { return sleeve.pointee.orders.removeFirst() }
        if quantity < wanted {
            sleeve.pointee.blockedLocal = local
        } else {
            sleeve.pointee.orders.removeFirst()
        }
        if point == .inside, execution.fill != .nextVWAP || order.pointee.kind != .market {
            sleeve.pointee.insideLocal = local
        }
    }

    /// Units that the oldest order of a sleeve asks for, and the price at which they fill, slippage included.
    ///
    /// Sized without the impact of its own volume first, then again at the price that this impact makes.
    @inline(__always)
    private mutating func priced<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        reference: Double,
        point: FillPoint,
        slips: Bool,
        room: Double,
        _ shape: S.Type
    ) -> (wanted: Double, price: Double) {
        let sleeve = self.sleeve(index, shape)
        let order = sleeve.pointee.orders.first
        let buys = order.pointee.side == .long
        let decidesNow = order.pointee.quantity.isNaN
        var price = slips ? slipped(reference, buys: buys, quantity: 0, sleeve) : reference
        var wanted = order.pointee.quantity - order.pointee.filled
        if decidesNow { wanted = sized(order, index, at: price, bar: bar, point: point) }
        guard !S.isPlain, slips, execution.slippage.volumeImpact > 0 else { return (wanted, price) }
        // Only what the cash and the bar's volume let through moves the price.
        let limit = asksCash(order, buys: buys, shape) ? cashLimit(cash(of: index), at: price) : .infinity
        let traded = min(floorToLot(min(wanted, limit)), room)
        guard traded > 0 else { return (0, price) }
        price = slipped(reference, buys: buys, quantity: traded, sleeve)
        if decidesNow { wanted = sized(order, index, at: price, bar: bar, point: point) }
        return (wanted, price)
    }

    /// Cash is asked on the first fill; a partial fill later can only be dearer where units are bought unlevered.
    @inline(__always)
    private mutating func asksCash<S: ContainerShape>(
        _ order: UnsafeMutablePointer<Order>,
        buys: Bool,
        _ shape: S.Type
    ) -> Bool {
        S.isPlain || order.pointee.filled == 0 || (buys && portfolio.risk.maxLeverage <= 1)
    }

    @inline(__always)
    private mutating func sized(
        _ order: UnsafePointer<Order>,
        _ index: Int,
        at price: Double,
        bar: Int,
        point: FillPoint
    ) -> Double {
        let equity = sizingEquity(index, at: price, bar: bar, atClose: point == .close)
        return requestedQuantity(order, index, at: price, equity: equity)
    }

    /// Drops the oldest order of a sleeve with a reason that can be read.
    mutating func reject(_ index: Int, _ reason: RejectionReason, _ bar: Int) {
        let order = sleeves[index].orders.first
        outcome.rejections[Int(reason.rawValue)] += 1
        publishRejection(index, order, reason, bar)
        sleeves[index].orders.removeFirst()
        refreshProjection(index)
    }

    /// Takes units into the position and out of the cash.
    @inline(__always)
    private mutating func openOrAdd<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        _ order: UnsafeMutablePointer<Order>,
        quantity: Double,
        price: Double,
        reference: Double,
        point: FillPoint,
        _ cut: Bool,
        _ shape: S.Type
    ) {
        let sleeve = self.sleeve(index, shape)
        let charge = commission(quantity, at: price)
        let isNew = sleeve.pointee.position == 0
        let sign = order.pointee.side.sign
        let change = sign * quantity * price + charge
        if isShared { sharedCash -= change } else { sleeve.pointee.cash -= change }
        cashIsKnown = false
        if isNew {
            sleeve.pointee.entryPrice = price
            sleeve.pointee.entryLocal = sleeve.pointee.local
            // What waits of an entry whose trade a protective order has closed opens a trade of its own.
            let ownsTrade = !order.pointee.joins && order.pointee.filled == quantity
            sleeve.pointee.correlation = ownsTrade ? order.pointee.correlation : takeCorrelation()
            order.pointee.correlation = sleeve.pointee.correlation
            sleeve.pointee.commission = charge
            sleeve.pointee.borrow = 0
            sleeve.pointee.gross = 0
            sleeve.pointee.exitedQuantity = 0
            sleeve.pointee.exitNotional = 0
            sleeve.pointee.position = sign * quantity
            holdingIsKnown = false
            if !S.isPlain, isProtected || isTimed { protectEntry(index, order, point: point) }
        } else {
            let held = abs(sleeve.pointee.position)
            sleeve.pointee.entryPrice =
                (sleeve.pointee.entryPrice * held + price * quantity) / (held + quantity)
            sleeve.pointee.commission += charge
            sleeve.pointee.position += sign * quantity
            if !S.isPlain, isProtected { moveLevels(index) }
        }
        let fill = publishFill(
            index,
            bar,
            side: order.pointee.side,
            isEntry: true,
            quantity: quantity,
            price: price,
            reference: reference,
            commission: charge,
            point: point,
            cut: cut,
            reason: .signal,
            expected: order.pointee.expected,
            cause: order.pointee.sequence,
            correlation: sleeve.pointee.correlation
        )
        if isNew { publishOpen(index, bar, cause: fill) }
        publishUpdate(index, bar, cause: fill)
    }
}
