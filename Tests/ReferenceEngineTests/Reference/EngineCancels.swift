/// R34: what ends an order that has not filled.
extension Reference.Engine {
    /// Before a bar's fills, volume or not: closes and new entries that are due cancel what waits ahead of them.
    mutating func cancelBeforeFills(_ t: Int) {
        for s in sleeves.indices {
            guard let local = timeline[t].bar[sleeves[s].symbol] else { continue }
            for order in sleeves[s].queue where local >= order.dueBar {
                // An order that one further ahead has cancelled does nothing.
                guard let place = sleeves[s].queue.firstIndex(where: { $0.id == order.id }) else { continue }
                if order.isClose {
                    cancelForClose(s, ahead: place, order, local)
                } else {
                    replace(s, by: place)
                }
            }
        }
    }

    /// A due close cancels what rests ahead of it or has filled in part; an untouched market entry fills first.
    ///
    /// R34: with `fill: close` it may have had its turn on this bar before the close was decided.
    private mutating func cancelForClose(
        _ s: Int,
        ahead place: Int,
        _ close: Reference.Order,
        _ local: Int
    ) {
        for order in sleeves[s].queue[..<place]
        where order.isCancellable || (!order.isClose && order.triedBar == local) {
            if !order.isCancellable {
                note(.lastTurnCancels)
            } else if case .close(.maxHoldingBars) = close.purpose {
                note(.timeCloseCancels)
            } else if order.filled > 0 {
                note(order.isResting ? .exitCancelsRestingPart : .exitCancelsPart)
            } else {
                note(.exitCancelsResting)
            }
            cancel(s, order.id)
        }
    }

    /// A due entry takes the place of resting ones of its side of which nothing has filled.
    ///
    /// R34: where the older entry has filled in the meantime, the sleeve is in the market and the new one is cancelled,
    /// unless it may add to the position.
    private mutating func replace(_ s: Int, by place: Int) {
        let new = sleeves[s].queue[place]
        guard new.filled == 0 else { return }
        let start = (sleeves[s].queue[..<place].lastIndex(where: \.isClose) ?? -1) + 1
        for order in sleeves[s].queue[start..<place]
        where order.isResting && order.filled == 0 && order.side == new.side {
            note(new.isResting ? .replacedByResting : .replacedByMarket)
            cancel(s, order.id)
        }
        if start == 0, sleeves[s].position != 0, !scenario.portfolio.pyramiding {
            note(.replacementTooLate)
            cancel(s, new.id)
        }
    }

    /// R34: a new entry of the side that is projected anyway is decided only where it replaces the resting one that
    /// would bring the sleeve there.
    func replaces(_ s: Int) -> Bool {
        guard let last = sleeves[s].queue.last, last.isResting, last.filled == 0 else { return false }
        return sleeves[s].position == 0 || sleeves[s].queue.contains(where: \.isClose)
    }

    /// Before a bar's decisions: resting entries whose time is over.
    mutating func expire(_ t: Int) {
        guard let life = scenario.execution.expireBars else { return }
        for s in sleeves.indices {
            guard let local = timeline[t].bar[sleeves[s].symbol] else { continue }
            for order in sleeves[s].queue where order.isResting && local >= order.dueBar + life - 1 {
                note(order.filled > 0 ? .expiredPart : .expired)
                cancel(s, order.id)
            }
        }
    }

    /// A protective close cancels the unfilled rest of its entry at once, and what rests to add to it.
    ///
    /// R34: what is not due yet, or stands behind a close, is a decision for the time after; closes of the trade find
    /// nothing any more.
    mutating func cancelForProtection(_ s: Int, _ local: Int) {
        let end = sleeves[s].queue.firstIndex(where: \.isClose) ?? sleeves[s].queue.count
        for order in sleeves[s].queue[..<end]
        where order.filled > 0 || (order.isResting && local >= order.dueBar) {
            note(.protectionCancels)
            cancel(s, order.id)
        }
        while sleeves[s].queue.first?.isClose == true { sleeves[s].queue.removeFirst() }
    }

    mutating func cancel(_ s: Int, _ id: Int) {
        sleeves[s].queue.removeAll { $0.id == id }
        outcome.cancelled += 1
    }
}
