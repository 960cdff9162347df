extension Reference.Engine {
    mutating func reject(_ reason: Reference.Rejection) { outcome.rejections[reason, default: 0] += 1 }

    mutating func note(_ event: Reference.Coverage) { outcome.coverage[event, default: 0] += 1 }

    /// Books an entry fill: opens the sleeve's trade or adds to it (e, f).
    mutating func enter(
        _ s: Int,
        _ side: Reference.Side,
        _ order: Reference.Order,
        quantity: Double,
        price: Double,
        _ point: Reference.FillPoint,
        _ local: Int,
        _ t: Int
    ) {
        let fill = book(s, sign: side.sign, quantity: quantity, price: price, point, isEntry: true, t)
        traded[sleeves[s].symbol] += quantity
        let sizing = scenario.portfolio.sizing
        let isShare = ![.fixedQuantity, .fixedNotional].contains(sizing.method)
        if sizing.ofPortfolio, isShare, order.signal?.quantity == nil { note(.ofPortfolio) }
        sleeves[s].position += side.sign * quantity
        if var trade = sleeves[s].trade {
            note(order.filled > 0 ? .laterPart : .addition)
            if point.place == .inside, order.isResting { note(.additionFirst) }
            trade.averageEntry =
                (trade.averageEntry * trade.entered + price * quantity) / (trade.entered + quantity)
            trade.entered += quantity
            trade.entryNotional += quantity * price
            trade.commission += fill.commission
            trade.slippage += fill.slippage
            sleeves[s].trade = trade
        } else {
            guard let signal = order.signal else { return }
            sleeves[s].trade = Reference.OpenTrade(
                side: side,
                entryBar: local,
                entryAt: t,
                heldFrom: point.place == .open ? local : local + 1,
                averageEntry: price,
                entered: quantity,
                entryNotional: quantity * price,
                commission: fill.commission,
                slippage: fill.slippage,
                signal: signal,
                decisionBar: order.decisionBar,
                extreme: price
            )
        }
    }

    /// Books an exit fill; once nothing is left the trade is closed.
    mutating func exit(
        _ s: Int,
        quantity: Double,
        _ point: Reference.FillPoint,
        _ reason: Reference.ExitReason,
        _ t: Int
    ) {
        guard var trade = sleeves[s].trade else { return }
        let symbol = scenario.symbols[sleeves[s].symbol]
        let local = timeline[t].last[sleeves[s].symbol] ?? 0
        let sign = -trade.side.sign
        var price = point.reference
        if point.slips {
            let volume = symbol.bars[local].volume
            price = scenario.execution.slippage.slipped(price, sign: sign, traded: quantity, volume: volume)
        }
        let fill = book(s, sign: sign, quantity: quantity, price: price, point, isEntry: false, t)
        // R34a: `close_at_end` takes none of the volume.
        if reason != .endOfData { traded[sleeves[s].symbol] += quantity }
        // The mean is weighted by quantity; a single fill's price stands as it is.
        trade.averageExit =
            trade.exited == 0
            ? price : (trade.averageExit * trade.exited + price * quantity) / (trade.exited + quantity)
        trade.exited += quantity
        trade.exitNotional += quantity * price
        trade.commission += fill.commission
        trade.slippage += fill.slippage
        sleeves[s].lastExitBar = local
        if quantity < abs(sleeves[s].position) {
            sleeves[s].position += sign * quantity
            sleeves[s].trade = trade
        } else {
            sleeves[s].position = 0
            sleeves[s].trade = nil
            close(s, trade, reason, exitBar: local, t)
        }
    }

    /// R50 and R51 on one fill: the cash moves, the fill is listed.
    private mutating func book(
        _ s: Int,
        sign: Double,
        quantity: Double,
        price: Double,
        _ point: Reference.FillPoint,
        isEntry: Bool,
        _ t: Int
    ) -> Reference.Fill {
        let commission = scenario.execution.commission.charged(quantity: quantity, price: price)
        addCash(s, -sign * quantity * price - commission)
        if price == 0 { note(.saleAtZero) }
        let fill = Reference.Fill(
            at: t,
            strategy: sleeves[s].strategy,
            symbol: sleeves[s].symbol,
            isEntry: isEntry,
            sign: sign,
            quantity: quantity,
            price: price,
            commission: commission,
            slippage: abs(price - point.reference) * quantity
        )
        outcome.fills.append(fill)
        return fill
    }

    /// R74: the fields of trades.csv.
    private mutating func close(
        _ s: Int,
        _ trade: Reference.OpenTrade,
        _ reason: Reference.ExitReason,
        exitBar: Int,
        _ t: Int
    ) {
        let exitPrice = trade.averageExit
        let entry = trade.averageEntry
        let sign = trade.side.sign
        let gross = sign * (trade.exitNotional - trade.entryNotional)
        let net = gross - trade.commission - trade.borrow
        let prices = [exitPrice, trade.highest, trade.lowest].filter(\.isFinite)
        let excursions = prices.map { sign * ($0 - entry) / entry }
        sleeves[s].closedNets.append(net)
        outcome.trades.append(
            Reference.Trade(
                strategy: sleeves[s].strategy,
                symbol: sleeves[s].symbol,
                side: trade.side,
                entryTime: timeline[trade.entryAt].time,
                entryPrice: entry,
                // The timeline's, also where it goes on without the symbol (R67).
                exitTime: timeline[t].time,
                exitPrice: exitPrice,
                quantity: trade.entered,
                grossPnL: gross,
                commission: trade.commission,
                slippage: trade.slippage,
                netPnL: net,
                returnOnEntry: net / (trade.entered * entry),
                barsHeld: exitBar - trade.entryBar,
                reason: reason,
                mae: min(excursions.min() ?? 0, 0),
                mfe: max(excursions.max() ?? 0, 0),
                entryBar: trade.entryBar,
                exitBar: exitBar
            )
        )
    }

    /// R67: at the last bar of the timeline, at the symbol's last close, costs included; R38: volume or not.
    mutating func closeAtEnd(_ t: Int) {
        for s in sleeves.indices where sleeves[s].position != 0 {
            let price = lastClose(sleeves[s].symbol, t)
            let point = Reference.FillPoint(place: .close, reference: price, slips: true)
            exit(s, quantity: abs(sleeves[s].position), point, .endOfData, t)
        }
    }
}
