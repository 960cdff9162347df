import BacktestEvents
import BacktestModel
import CKernels

extension ContainerRunner {
    /// Marks the bars up to `end` to market, in one pass a block; stops after the bar at which a limit is crossed.
    mutating func mark(to end: Int) -> Breach? {
        if sleeveCount == 1, !checksEachMark, !bus.wantsEquities, !owes(sleeves) {
            return markAlone(to: end, OneSleeve.self)
        }
        while marked < end {
            if !holdingIsKnown { refreshHolding() }
            let breach: Breach?
            if heldCount == 0 {
                breach = markFlat(to: end)
            } else if heldIsCharged {
                breach = markCharging(to: end)
            } else {
                breach = markBlock(to: min(end, marked + ContainerRunner.blockLength))
            }
            if let breach { return breach }
        }
        return nil
    }

    /// Whether a sleeve owes for the loan of what it holds (rule R52).
    @inline(__always)
    private mutating func owes(_ sleeve: UnsafeMutablePointer<Sleeve>) -> Bool {
        sleeve.pointee.position < 0 && execution.borrowRate > 0
    }

    private mutating func refreshHolding() {
        heldCount = 0
        heldIsCharged = false
        for index in summation where sleeves[index].position != 0 {
            held[heldCount] = index
            heldCount += 1
            heldIsCharged = heldIsCharged || owes(sleeves + index)
        }
        holdingIsKnown = true
    }

    /// Marks the bars of a container with one sleeve whose marks nobody looks at one by one.
    ///
    /// What is held is handed on as it is: the equities need not be stored, nor a span be cut into blocks.
    @inline(__always)
    private mutating func markAlone<S: ContainerShape>(to end: Int, _ shape: S.Type) -> Breach? {
        let sleeve = sleeves
        let quantity = sleeve.pointee.position
        let cash = isShared ? sharedCash : sleeve.pointee.cash
        let first = marked
        guard first < end else { return nil }
        let looks = !S.isPlain && eager && !limits.isRuined
        marked = end
        guard quantity != 0 else {
            let isInsolvent = looks && cash <= 0
            if isInsolvent { marked = first + 1 }
            bus.publish(marks: MarkSpan(first: first, count: marked - first, flatEquity: cash))
            return isInsolvent ? insolvency(at: first, cash) : nil
        }
        let prices = sleeve.pointee.marks
        var breach: Breach?
        if looks {
            let bar = Int(admf_scan_insolvent(prices, cash, quantity, Int64(first), Int64(end)))
            if bar < end {
                breach = insolvency(at: bar, cash + quantity * prices[bar])
                marked = bar + 1
            }
        }
        bus.publish(
            marks: PositionSpan(
                first: first,
                count: marked - first,
                base: cash,
                quantity: quantity,
                prices: prices + first
            )
        )
        return breach
    }

    private mutating func insolvency(at bar: Int, _ equity: Double) -> Breach {
        Breach(bar: bar, reason: .insolvency, observed: equity, limit: 0)
    }

    /// Cash of all sleeves, summed in an order that no list in the config decides.
    ///
    /// Changes are summed, not balances: shares of the capital do not add up to it in doubles, and a container that has not
    /// traded must not move.
    mutating func totalCash() -> Double {
        if isShared { return sharedCash }
        if sleeveCount == 1 { return sleeves[0].cash }
        if cashIsKnown { return knownCash }
        var change = 0.0
        for index in summation { change += sleeves[index].cash - sleeves[index].startCash }
        knownCash = portfolio.initialCapital + change
        cashIsKnown = true
        return knownCash
    }

    private mutating func markFlat(to end: Int) -> Breach? {
        let equity = totalCash()
        var stop = end
        var breach: Breach?
        if eager {
            breach = limits.check(flat: equity, from: marked, to: end, days: days)
            if breach != nil { stop = marked + 1 }
        }
        bus.publish(marks: MarkSpan(first: marked, count: stop - marked, flatEquity: equity))
        if stepwise { publishMarks(from: marked, to: stop) { _ in equity } }
        marked = stop
        return breach
    }

    private mutating func markBlock(to end: Int) -> Breach? {
        let count = end - marked
        let base = totalCash()
        var isFirst = true
        for place in 0..<heldCount {
            let index = held[place]
            let prices = sleeves[index].marks + marked
            if isFirst {
                admf_equity_start(equity, base, sleeves[index].position, prices, Int64(count))
                isFirst = false
            } else {
                admf_equity_add(equity, sleeves[index].position, prices, Int64(count))
            }
        }
        return publishBlock(count)
    }

    /// Gives a block of equity to the limits and the observers, up to the bar at which a limit is crossed.
    private mutating func publishBlock(_ count: Int) -> Breach? {
        var taken = count
        var breach: Breach?
        if eager, !checksEachMark {
            let offset = Int(admf_scan_at_most(equity, 0, Int64(count), 0))
            if offset < count, !limits.isRuined {
                taken = offset + 1
                breach = insolvency(at: marked + offset, equity[offset])
            }
        } else if eager {
            for offset in 0..<count {
                breach = limits.check(equity[offset], bar: marked + offset, days: days)
                if breach != nil {
                    taken = offset + 1
                    break
                }
            }
        }
        bus.publish(marks: MarkSpan(first: marked, count: taken, exposed: UnsafePointer(equity)))
        if stepwise {
            let values = equity
            let first = marked
            publishMarks(from: marked, to: marked + taken) { values[$0 - first] }
        }
        marked += taken
        return breach
    }

    /// Bar by bar, because what a short position owes for the loan of its units comes off the cash (rule R52).
    private mutating func markCharging(to end: Int) -> Breach? {
        let stop = min(end, marked + ContainerRunner.blockLength)
        let rate = execution.borrowRate / periodsPerYear
        var count = 0
        while marked + count < stop {
            let bar = marked + count
            for index in summation where sleeves[index].position < 0 && sleeves[index].hasBar(at: bar) {
                let charge = -sleeves[index].position * sleeves[index].marks[bar] * rate
                sleeves[index].borrow += charge
                if isShared { sharedCash -= charge } else { sleeves[index].cash -= charge }
                cashIsKnown = false
            }
            var value = totalCash()
            for index in summation where sleeves[index].position != 0 {
                value += sleeves[index].position * sleeves[index].marks[bar]
            }
            equity[count] = value
            count += 1
            // A limit must stop the charges too, so each bar is looked at before the next one is charged.
            if limits.isOn || value <= 0 { break }
        }
        return publishBlock(count)
    }

    /// Takes the marks up to a bar that is about to change what is held.
    @inline(__always)
    mutating func settle<S: ContainerShape>(before bar: Int, _ shape: S.Type) {
        guard marked < bar else { return }
        if S.isPlain {
            _ = markAlone(to: bar, shape)
        } else if !eager {
            _ = mark(to: bar)
        }
    }
}
