import BacktestEvents
import BacktestModel

/// Entries that wait for a price: what ends them without a fill (rule R34).
extension ContainerRunner {
    /// Before a bar's fills: exits that are due cancel what has not filled of the entries before them, new entries replace
    /// older ones that rest unfilled.
    mutating func cancelSuperseded(_ bar: Int) {
        for place in 0..<activeCount where !sleeves[active[place]].orders.isEmpty {
            cancelSuperseded(active[place], bar)
        }
    }

    private mutating func cancelSuperseded(_ index: Int, _ bar: Int) {
        let sleeve = sleeves + index
        var place = 0
        /// Place behind the last close so far: entries before it belong to what that close ends.
        var start = 0
        while place < sleeve.pointee.orders.count {
            let order = sleeve.pointee.orders.first + place
            // Orders are due in the order in which they were decided.
            guard order.pointee.due <= sleeve.pointee.local else { return }
            if order.pointee.isEntry {
                let side = order.pointee.side
                place -= cancel(index, from: start, to: place, side, .replaced, bar) {
                    $0.kind != .market && $0.filled == 0
                }
                if start == 0, isAlreadyOpen(index, place) {
                    cancel(index, at: place, .alreadyOpen, bar)
                    continue
                }
            } else {
                place -= cancel(index, from: 0, to: place, order.pointee.side, .exit, bar) {
                    $0.kind != .market || $0.filled > 0
                }
                start = place + 1
            }
            place += 1
        }
    }

    /// Whether an entry of which nothing has filled finds the position that it was to open.
    private mutating func isAlreadyOpen(_ index: Int, _ place: Int) -> Bool {
        let order = sleeves[index].orders.first + place
        return !portfolio.pyramiding && order.pointee.filled == 0
            && sleeves[index].position * order.pointee.side.sign > 0
    }

    /// Cancels the entries of a side among the orders in a range of places that a test picks; their number.
    private mutating func cancel(
        _ index: Int,
        from start: Int,
        to end: Int,
        _ side: Side,
        _ reason: RejectionReason,
        _ bar: Int,
        where isMeant: (Order) -> Bool
    ) -> Int {
        var place = start
        var count = 0
        while place < end - count {
            let order = sleeves[index].orders[place]
            if order.isEntry, order.side == side, isMeant(order) {
                cancel(index, at: place, reason, bar)
                count += 1
            } else {
                place += 1
            }
        }
        return count
    }

    /// Ends an order of a sleeve with a reason that can be read.
    mutating func cancel(_ index: Int, at place: Int, _ reason: RejectionReason, _ bar: Int) {
        outcome.rejections[Int(reason.rawValue)] += 1
        publishRejection(index, sleeves[index].orders.first + place, reason, bar)
        sleeves[index].orders.remove(at: place)
        refreshProjection(index)
    }

    /// Whether a close of the side that an entry opens waits behind it and is due.
    mutating func closeIsDue(_ index: Int, behind place: Int) -> Bool {
        let orders = sleeves[index].orders
        let side = orders[place].side
        for later in (place + 1)..<max(orders.count, place + 1) where !orders[later].isEntry {
            return orders[later].side == side && orders[later].due <= sleeves[index].local
        }
        return false
    }

    /// Whether a new entry of a side takes the place of the newest order: an entry that rests unfilled, with no position to find.
    mutating func replacesNewest(_ index: Int, _ side: Side) -> Bool {
        let orders = sleeves[index].orders
        guard orders.count > 0 else { return false }
        let last = orders[orders.count - 1]
        guard last.isEntry, last.kind != .market, last.side == side, last.filled == 0 else { return false }
        return portfolio.pyramiding || sleeves[index].position == 0 || awaitsClose(index)
    }

    /// Before a bar's decisions: entries that have rested for `expire_bars` bars end.
    mutating func expire(_ bar: Int) {
        guard let most = execution.expireBars else { return }
        for place in 0..<activeCount {
            let index = active[place]
            var order = 0
            while order < sleeves[index].orders.count {
                let waiting = sleeves[index].orders[order]
                if waiting.kind != .market, sleeves[index].local - waiting.due + 1 >= most {
                    cancel(index, at: order, .expired, bar)
                } else {
                    order += 1
                }
            }
        }
    }

    /// What the end of a position by protection ends with it: the rest of its entry, and closes that would find nothing.
    ///
    /// Entries behind a close were decided for what comes after; those that are not due, and market entries of which nothing
    /// has filled, are on their way.
    mutating func endOrders(of index: Int, _ bar: Int) {
        let local = sleeves[index].local
        var place = 0
        while place < sleeves[index].orders.count, sleeves[index].orders[place].isEntry {
            let order = sleeves[index].orders[place]
            if order.filled > 0 || (order.kind != .market && order.due <= local) {
                cancel(index, at: place, .exit, bar)
            } else {
                place += 1
            }
        }
        while !sleeves[index].orders.isEmpty, !sleeves[index].orders[0].isEntry {
            sleeves[index].orders.removeFirst()
        }
    }
}
