import BacktestEvents
import BacktestMarketData
import BacktestModel

extension ContainerRunner {
    /// Resets everything for a container.
    mutating func prepare(_ input: ContainerInput) {
        bus.reset()
        execution = input.execution
        portfolio = input.portfolio
        periodsPerYear = input.periodsPerYear
        stepwise = input.stepwise
        barCount = input.frame.timeline.count
        lastBar = barCount - 1
        days = input.frame.timeline.days.pointer
        marked = 0
        decisions = 0
        correlations = 0
        outcome = ContainerOutcome()
        outcome.signals.reserveCapacity(input.deliveries.count)
        limits = Limits(portfolio: portfolio, days: days, barCount: barCount)
        checksEachMark = stepwise || limits.isOn
        eager = checksEachMark || !staysSolvent
        holdingIsKnown = false
        cashIsKnown = false
        isShared = portfolio.cash == .shared
        reserveSleeves(input.deliveries.count)
        for (index, delivery) in input.deliveries.enumerated() { load(delivery, at: index, input) }
        rests =
            execution.limitEntry != nil || execution.stopEntry != nil
            || overrides.contains { $0.contains { !$0.limit.isNaN } }
        cancels = rests || execution.maxParticipation != nil
        if execution.maxParticipation != nil { resetVolumeUse(lanes: input.frame.lanes.count) }
        let risk = portfolio.risk
        isProtected =
            risk.stopLoss != nil || risk.takeProfit != nil || risk.trailingStop != nil
            || overrides.contains { $0.contains { !$0.stop.isNaN || !$0.target.isNaN } }
        isTimed = risk.maxHoldingBars != nil
        fillsAtClose = execution.fill == .nextClose || execution.fill == .close
        fillsAtOnce = execution.fill == .close && execution.latencyBars == 0
        freezes =
            isProtected || execution.limitEntry != nil || execution.stopEntry != nil
            || portfolio.sizing.method == .volatilityTarget
        allowed = actions(of: portfolio.direction)
        orderSums(input)
        distributeCapital(input)
    }

    private func actions(of direction: Direction) -> UInt8 {
        let long = SignalAction.enterLong.mask | SignalAction.exitLong.mask
        let short = SignalAction.enterShort.mask | SignalAction.exitShort.mask
        switch direction {
        case .longOnly: return long
        case .shortOnly: return short
        case .longShort: return long | short
        }
    }

    /// Whether equity cannot reach 0: nothing is borrowed and every cost is a share below 1 of what is traded.
    private var staysSolvent: Bool {
        let commission = execution.commission
        let slippage = execution.slippage
        return portfolio.direction == .longOnly && portfolio.risk.maxLeverage <= 1 && commission.perShare == 0
            && commission.perTrade == 0 && commission.minimum == 0 && slippage.ticks == 0
            && slippage.spread == 0 && slippage.volumeImpact == 0
            && commission.rate + slippage.rate + slippage.spreadRate / 2 < 0.5
    }

    private mutating func reserveSleeves(_ count: Int) {
        // A queue's memory may have grown since it was handed out.
        for index in 0..<sleeveCount { orderQueues[index] = sleeves[index].orders }
        if count > sleeveCapacity {
            sleeves.deallocate()
            summation.deallocate()
            active.deallocate()
            nexts.deallocate()
            held.deallocate()
            sleeveCapacity = count
            sleeves = .allocate(capacity: count)
            summation = .allocate(capacity: count)
            active = .allocate(capacity: count)
            nexts = .allocate(capacity: count)
            held = .allocate(capacity: count)
            while orderQueues.count < count {
                orderQueues.append(OrderQueue())
                signalBuffers.append(SignalBuffer())
            }
        }
        sleeveCount = count
        overrides.removeAll(keepingCapacity: true)
        features.removeAll(keepingCapacity: true)
    }

    private mutating func load(_ delivery: DeliveredSignals, at index: Int, _ input: ContainerInput) {
        let market = input.frame.lanes[delivery.lane]
        let series = market.lane.series
        signalBuffers[index].load(delivery.list)
        overrides.append(delivery.list.overrides)
        features.append(delivery.features)
        var sleeve = Sleeve(
            open: series.open.pointer,
            high: series.high.pointer,
            low: series.low.pointer,
            close: series.close.pointer,
            volume: series.volume.pointer,
            scanLow: market.scanLow.pointer,
            scanHigh: market.scanHigh.pointer,
            marks: market.lane.marks,
            signalBars: UnsafePointer(signalBuffers[index].bars),
            signalMasks: UnsafePointer(signalBuffers[index].masks)
        )
        sleeve.strategy = UInt16(input.filter.strategies.firstIndex(of: delivery.strategyID) ?? 0)
        sleeve.lane = UInt16(delivery.lane)
        sleeve.count = series.count
        sleeve.firstTradable = series.firstTradable
        sleeve.positions = market.lane.positions?.pointer
        sleeve.locals = market.lane.locals?.pointer
        sleeve.vwap = series.vwap?.pointer
        sleeve.signalCount = delivery.list.count
        sleeve.hasOverrides = !delivery.list.overrides.isEmpty
        if !delivery.list.strengths.isEmpty {
            sleeve.signalStrengths = UnsafePointer(signalBuffers[index].strengths)
        }
        sleeve.stopRange = range(portfolio.risk.stopLoss, market)
        sleeve.targetRange = range(portfolio.risk.takeProfit, market)
        sleeve.trailRange = range(portfolio.risk.trailingStop, market)
        sleeve.entryRange = range(execution.limitEntry ?? execution.stopEntry, market)
        if portfolio.sizing.method == .volatilityTarget {
            sleeve.volatility = market.auxiliary.volatility[portfolio.sizing.lookback]?.pointer
        }
        sleeve.orders = orderQueues[index]
        sleeve.orders.removeAll()
        sleeve.done = series.firstTradable - 1
        // Warm-up bars are for features; nothing is traded on them.
        while sleeve.cursor < sleeve.signalCount, Int(sleeve.signalBars[sleeve.cursor]) < series.firstTradable
        {
            sleeve.cursor += 1
        }
        (sleeves + index).initialize(to: sleeve)
        nexts[index] = .max
    }

    private mutating func range(_ distance: Distance?, _ market: MarketLane) -> UnsafePointer<Double>? {
        guard case .atr(_, let period) = distance else { return nil }
        return market.auxiliary.averageTrueRange[period]?.pointer
    }

    /// Sums run over sleeves by strategy id, then symbol, whatever order the config lists them in.
    private mutating func orderSums(_ input: ContainerInput) {
        summation = UnsafeMutableBufferPointer(start: summation.baseAddress, count: sleeveCount)
        guard sleeveCount > 1 else {
            if sleeveCount == 1 { summation[0] = 0 }
            return
        }
        let order = (0..<sleeveCount).sorted { a, b in
            let x = input.deliveries[a]
            let y = input.deliveries[b]
            if x.strategyID != y.strategyID { return x.strategyID < y.strategyID }
            return input.frame.lanes[x.lane].lane.series.symbol < input.frame.lanes[y.lane].lane.series.symbol
        }
        _ = summation.update(fromContentsOf: order)
    }

    /// Rule R40: a sleeve's share is its strategy's weight over all weights, divided by its number of symbols.
    private mutating func distributeCapital(_ input: ContainerInput) {
        sharedCash = portfolio.initialCapital
        if sleeveCount == 1 { return give(0, share: 1) }
        var symbols = [Int](repeating: 0, count: input.filter.strategies.count)
        for index in 0..<sleeveCount { symbols[Int(sleeves[index].strategy)] += 1 }
        let weights = input.filter.strategies.indices.map {
            portfolio.weights.isEmpty ? 1 : portfolio.weights[$0]
        }
        let order = input.filter.strategies.indices.sorted {
            input.filter.strategies[$0] < input.filter.strategies[$1]
        }
        let total = order.reduce(0.0) { $0 + weights[$1] }
        for index in 0..<sleeveCount {
            let strategy = Int(sleeves[index].strategy)
            give(index, share: weights[strategy] / total / Double(symbols[strategy]))
        }
    }

    private mutating func give(_ index: Int, share: Double) {
        sleeves[index].share = share
        sleeves[index].startCash = isShared ? 0 : portfolio.initialCapital * share
        sleeves[index].cash = sleeves[index].startCash
    }
}
