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
    /// An order that may fill, and how.
    private struct Fillable {
        var place: Int
        var price: Double
        var point: FillPoint
        var slips: Bool
    }

    /// Fills what is due at one point of a bar, in the order in which it was decided (rule R34).
    ///
    /// Levels touched after the open come once all opens are done: they must not take cash from what filled before them.
    @inline(__always)
    mutating func fillOrders<S: ContainerShape>(_ bar: Int, at phase: FillPoint, _ shape: S.Type) {
        if S.isPlain {
            while !sleeves.pointee.orders.isEmpty, fillPlain(bar, shape) {}
        } else if S.isAlone {
            while let fillable = fillable(0, bar, at: phase) { fill(0, bar, fillable, shape) }
        } else {
            fillOldest(bar, at: phase)
        }
    }

    /// Fills the oldest order of a plain sleeve if it is due; whether it did.
    @inline(__always)
    private mutating func fillPlain<S: ContainerShape>(_ bar: Int, _ shape: S.Type) -> Bool {
        let sleeve = sleeves
        guard sleeve.pointee.orders.first.pointee.due <= sleeve.pointee.local else { return false }
        // The price, asked for when the order was decided, is on its way from memory while marks are taken.
        settle(before: bar, shape)
        let price = sleeve.pointee.open[sleeve.pointee.local]
        fill(0, bar, Fillable(place: 0, price: price, point: .open, slips: true), shape)
        return true
    }

    private mutating func fillOldest(_ bar: Int, at phase: FillPoint) {
        while true {
            var chosen = -1
            var number = UInt32.max
            var best: Fillable?
            for place in 0..<activeCount where !sleeves[active[place]].orders.isEmpty {
                let index = active[place]
                guard let fillable = fillable(index, bar, at: phase) else { continue }
                let order = sleeves[index].orders.first + fillable.place
                if order.pointee.number < number {
                    number = order.pointee.number
                    chosen = index
                    best = fillable
                }
            }
            guard let best else { return }
            fill(chosen, bar, best, AnySleeves.self)
        }
    }

    @inline(__always)
    private mutating func fill<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        _ fillable: Fillable,
        _ shape: S.Type
    ) {
        let order = sleeve(index, shape).pointee.orders.first + (S.isPlain ? 0 : fillable.place)
        if !S.isPlain { settle(before: bar, shape) }
        if order.pointee.isEntry {
            fillEntry(index, bar, fillable, shape)
        } else {
            fillExit(
                index,
                bar,
                place: fillable.place,
                reference: fillable.price,
                point: fillable.point,
                shape
            )
        }
    }

    /// The first order of a sleeve that may fill at this point of the bar, `nil` for none.
    ///
    /// Orders fill in the order in which they were decided, but nothing waits for an entry that rests at its level.
    private mutating func fillable(_ index: Int, _ bar: Int, at phase: FillPoint) -> Fillable? {
        let sleeve = sleeves + index
        var place = 0
        while place < sleeve.pointee.orders.count {
            let order = sleeve.pointee.orders.first + place
            let local = sleeve.pointee.local
            guard order.pointee.due <= local else { return nil }
            if execution.zeroVolume == .wait, sleeve.pointee.volume[local] == 0 { return nil }
            if let (price, point, slips) = price(of: order, sleeve, at: phase) {
                // A close that finds nothing asks for no volume.
                let isMoot =
                    !order.pointee.isEntry && sleeve.pointee.position * order.pointee.side.sign <= 0
                if isMoot || room(sleeve, AnySleeves.self) > 0 {
                    return Fillable(place: place, price: price, point: point, slips: slips)
                }
                // Rule R34: by the due bar of an exit an entry has filled as far as the bar's volume goes, or never will.
                if order.pointee.isEntry, closeIsDue(index, behind: place) {
                    cancel(index, at: place, .exit, bar)
                    continue
                }
            }
            guard order.pointee.kind != .market else { return nil }
            place += 1
        }
        return nil
    }

    /// The price at which an order that is due fills at this point of the bar, `nil` where it doesn't.
    private mutating func price(
        of order: UnsafeMutablePointer<Order>,
        _ sleeve: UnsafeMutablePointer<Sleeve>,
        at phase: FillPoint
    ) -> (Double, FillPoint, Bool)? {
        let local = sleeve.pointee.local
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
            return phase == .open ? (sleeve.pointee.open[local], .open, true) : nil
        case .nextVWAP:
            guard phase == .open else { return nil }
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
        guard phase == .inside, sleeve.pointee.position == 0 || comesFirst(level, fallsTo, sleeve) else {
            return nil
        }
        if fallsTo ? sleeve.pointee.low[local] <= level : sleeve.pointee.high[local] >= level {
            return (level, .inside, slips)
        }
        return nil
    }

    /// Whether every path of the bar reaches the level of an addition before a level that ends the position (rule R62).
    private mutating func comesFirst(
        _ level: Double,
        _ fallsTo: Bool,
        _ sleeve: UnsafeMutablePointer<Sleeve>
    ) -> Bool {
        let local = sleeve.pointee.local
        guard sleeve.pointee.hasProtection, local >= sleeve.pointee.protectedFrom else { return true }
        sleeve.pointee.settleExtreme(through: local - 1, skipping: execution.zeroVolume == .wait)
        let isLong = sleeve.pointee.position > 0
        let stop = tighterStop(sleeve).level
        let target = sleeve.pointee.targetLevel
        let (below, above) = isLong ? (stop, target) : (target, stop)
        // On its way down the price meets higher levels first, and may have been at the high before; and the reverse.
        if fallsTo { return !(below >= level) && !(sleeve.pointee.high[local] >= above) }
        return !(above <= level) && !(sleeve.pointee.low[local] <= below)
    }

    private mutating func fillEntry<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        _ fillable: Fillable,
        _ shape: S.Type
    ) {
        let sleeve = self.sleeve(index, shape)
        let place = S.isPlain ? 0 : fillable.place
        let order = sleeve.pointee.orders.first + place
        let buys = order.pointee.side == .long
        // Rule R64, for entries that were decided before the exit.
        if !S.isPlain, sleeve.pointee.position == 0, sleeve.pointee.local < sleeve.pointee.cooldownUntil {
            return cancel(index, at: place, .cooldown, bar)
        }
        let room = self.room(sleeve, shape)
        var (wanted, price) = priced(index, order, bar, fillable, room: room, shape)
        var cut = false
        if asksCash(order, buys: buys, shape) {
            let limit = cashLimit(cash(of: index), at: price)
            // What rounding alone takes off is no cut that anybody needs to hear of.
            cut = wanted > limit * (1 + 1e-12)
            wanted = min(wanted, limit)
        }
        if !S.isPlain { wanted = floorToLot(wanted) }
        guard price > 0, wanted * price > dust(index, at: price) else {
            let reason: RejectionReason = price > 0 ? .sizeZero : .priceZero
            return cancel(index, at: place, order.pointee.filled > 0 ? .restUnaffordable : reason, bar)
        }
        order.pointee.quantity = order.pointee.filled + wanted
        let quantity = S.isPlain ? wanted : part(of: wanted, of: order.pointee.quantity, room: room)
        if cut { outcome.cuts += 1 }
        order.pointee.filled += quantity
        openOrAdd(index, bar, order, fillable, quantity: quantity, price: price, cut, shape)
        if S.isPlain { return sleeve.pointee.orders.removeFirst() }
        if quantity == wanted {
            sleeve.pointee.orders.remove(at: place)
        } else if closeIsDue(index, behind: place) {
            cancel(index, at: place, .exit, bar)
        }
    }

    /// Units that an order asks for, and the price at which they fill, slippage included.
    ///
    /// Sized without the impact of its own volume first, then again at the price that this impact makes.
    @inline(__always)
    private mutating func priced<S: ContainerShape>(
        _ index: Int,
        _ order: UnsafeMutablePointer<Order>,
        _ bar: Int,
        _ fillable: Fillable,
        room: Double,
        _ shape: S.Type
    ) -> (wanted: Double, price: Double) {
        let sleeve = self.sleeve(index, shape)
        let buys = order.pointee.side == .long
        let slips = fillable.slips
        let decidesNow = order.pointee.quantity.isNaN
        var price = slips ? slipped(fillable.price, buys: buys, quantity: 0, sleeve) : fillable.price
        var wanted = order.pointee.quantity - order.pointee.filled
        if decidesNow { wanted = sized(order, index, at: price, bar: bar, point: fillable.point) }
        guard !S.isPlain, slips, execution.slippage.volumeImpact > 0 else { return (wanted, price) }
        // Only what the cash and the bar's volume let through moves the price.
        let limit = asksCash(order, buys: buys, shape) ? cashLimit(cash(of: index), at: price) : .infinity
        let traded = min(floorToLot(min(wanted, limit)), room)
        guard traded > 0 else { return (0, price) }
        price = slipped(fillable.price, buys: buys, quantity: traded, sleeve)
        if decidesNow { wanted = sized(order, index, at: price, bar: bar, point: fillable.point) }
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

    /// Takes units into the position and out of the cash.
    @inline(__always)
    private mutating func openOrAdd<S: ContainerShape>(
        _ index: Int,
        _ bar: Int,
        _ order: UnsafeMutablePointer<Order>,
        _ fillable: Fillable,
        quantity: Double,
        price: Double,
        _ cut: Bool,
        _ shape: S.Type
    ) {
        let sleeve = self.sleeve(index, shape)
        let charge = commission(quantity, at: price)
        use(quantity, of: sleeve, shape)
        let isBeyond =
            !S.isPlain && noteOddities(sleeve, bar, quantity: quantity, price: price, slips: fillable.slips)
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
            if !S.isPlain, isProtected || isTimed {
                protectEntry(index, order, point: fillable.point)
            }
        } else {
            let held = abs(sleeve.pointee.position)
            sleeve.pointee.entryPrice =
                (sleeve.pointee.entryPrice * held + price * quantity) / (held + quantity)
            sleeve.pointee.commission += charge
            sleeve.pointee.position += sign * quantity
            if !S.isPlain, isProtected { moveLevels(index) }
        }
        if !S.isPlain, fillable.point == .inside, order.pointee.kind != .market {
            sleeve.pointee.insideLocal = sleeve.pointee.local
            sleeve.pointee.insideLevel = fillable.price
            sleeve.pointee.insideRising = (order.pointee.kind == .stop) == (order.pointee.side == .long)
        }
        let fill = publishFill(
            index,
            bar,
            side: order.pointee.side,
            isEntry: true,
            quantity: quantity,
            price: price,
            reference: fillable.price,
            commission: charge,
            point: fillable.point,
            cut: cut,
            beyondVolume: isBeyond,
            reason: .signal,
            expected: order.pointee.expected,
            cause: order.pointee.sequence,
            correlation: sleeve.pointee.correlation
        )
        if isNew { publishOpen(index, bar, cause: fill) }
        publishUpdate(index, bar, cause: fill)
    }
}
