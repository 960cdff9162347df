extension Reference {
    /// Runs a scenario bar by bar.
    struct Engine {
        let scenario: Scenario
        let timeline: [Moment]
        var sleeves: [Sleeve]
        /// The one account with shared cash; unused otherwise.
        var account: Double
        var outcome = Outcome()
        var nextOrder = 0
        var dailyHalt = false
        var previousDayEquity: Double
        var peak: Double
        /// Units of each symbol that the container has traded on this bar (R34a).
        var traded: [Double]

        init(_ scenario: Scenario) {
            self.scenario = scenario
            timeline = Engine.timeline(of: scenario)
            sleeves = Engine.sleeves(of: scenario)
            account = scenario.portfolio.capital
            previousDayEquity = scenario.portfolio.capital
            peak = scenario.portfolio.capital
            traded = scenario.symbols.map { _ in 0 }
        }

        static func run(_ scenario: Scenario) -> Outcome {
            var engine = Engine(scenario)
            for index in engine.timeline.indices { engine.step(index) }
            return engine.finish()
        }

        /// R36: the phases of a bar.
        mutating func step(_ t: Int) {
            startDay(t)
            traded = scenario.symbols.map { _ in 0 }
            cancelBeforeFills(t)
            fillPending(.atOpen, t)
            fillPending(.insideBar, t)
            protect(t)
            holdThroughBar(t)
            fillPending(.atCloseOfEarlier, t)
            expire(t)
            decide(t)
            // With `fill: close` an order is due on the bar of its decision.
            cancelBeforeFills(t)
            fillPending(.atCloseOfThis, t)
            if t == timeline.count - 1, scenario.execution.closeAtEnd { closeAtEnd(t) }
            accrueBorrow(t)
            mark(t)
            applyLimits(t)
        }

        mutating func finish() -> Outcome {
            for sleeve in sleeves {
                outcome.unfilled += sleeve.queue.count
                guard let trade = sleeve.trade else { continue }
                let open = OpenPosition(
                    strategy: sleeve.strategy,
                    symbol: sleeve.symbol,
                    position: sleeve.position,
                    entryPrice: trade.averageEntry
                )
                outcome.openPositions.append(open)
            }
            outcome.cash = scenario.portfolio.sharedCash ? [account] : sleeves.map(\.cash)
            outcome.times = timeline.map(\.time)
            outcome.days = timeline.map(\.day)
            sortTrades()
            outcome.metrics = metrics(
                capital: scenario.portfolio.capital,
                outcome: outcome,
                options: scenario.metrics
            )
            noteRounding()
            return outcome
        }

        /// Counts where R5 and R71 decide a metric.
        private mutating func noteRounding() {
            let curve = [scenario.portfolio.capital] + outcome.equity
            if outcome.ruin != nil, scenario.metrics.daily { note(.ruinOfADay) }
            let returns = Reference.returns(
                curve,
                days: outcome.days,
                daily: scenario.metrics.daily,
                ruin: outcome.ruin
            )
            let low = outcome.metrics[.valueAtRisk95] ?? 0
            if returns.contains(where: { $0 > low && $0 <= low + 1e-12 }) { note(.returnAtQuantile) }
            var peak = curve[0]
            for equity in curve {
                peak = max(peak, equity)
                if equity < peak, peak - equity <= 1e-12 * peak { note(.equityAtPeak) }
            }
        }

        /// R74: ordered by exit, then strategy, then symbol; trades of one sleeve stay in the order in which they closed.
        private mutating func sortTrades() {
            let keyed = outcome.trades.enumerated().sorted { a, b in
                let left = (a.element.exitTime, a.element.strategy, a.element.symbol, a.offset)
                return left < (b.element.exitTime, b.element.strategy, b.element.symbol, b.offset)
            }
            outcome.trades = keyed.map(\.element)
        }
    }
}

extension Reference.Engine {
    /// R11: the sorted union over the symbols that the strategies trade, warm-up bars left out (R10).
    static func timeline(of scenario: Reference.Scenario) -> [Reference.Moment] {
        let traded = Set(scenario.strategies.flatMap(\.symbols))
        /// Of each traded symbol: its bar at a time.
        var barAt: [Int: [Int: Int]] = [:]
        var times: Set<Int> = []
        for symbol in traded {
            let series = scenario.symbols[symbol]
            for bar in series.bars.indices.dropFirst(series.warmup) {
                barAt[symbol, default: [:]][series.bars[bar].time] = bar
                times.insert(series.bars[bar].time)
            }
        }
        var moments: [Reference.Moment] = []
        var last = [Int?](repeating: nil, count: scenario.symbols.count)
        for time in times.sorted() {
            var moment = Reference.Moment(time: time, day: 0, bar: last.map { _ in nil }, last: last)
            for symbol in traded {
                guard let bar = barAt[symbol]?[time] else { continue }
                last[symbol] = bar
                moment.bar[symbol] = bar
                moment.day = scenario.symbols[symbol].bars[bar].day
            }
            moment.last = last
            moments.append(moment)
        }
        return moments
    }

    /// R40: one sleeve per strategy and symbol, in the order of the strategies, then of the symbols (R31).
    static func sleeves(of scenario: Reference.Scenario) -> [Reference.Sleeve] {
        let weights = scenario.strategies.map(\.weight).reduce(0, +)
        var sleeves: [Reference.Sleeve] = []
        for (strategy, definition) in scenario.strategies.enumerated() {
            for (symbol, signals) in zip(definition.symbols, definition.signals) {
                let share = definition.weight / weights / Double(definition.symbols.count)
                sleeves.append(
                    Reference.Sleeve(
                        strategy: strategy,
                        symbol: symbol,
                        share: share,
                        cash: scenario.portfolio.capital * share,
                        signals: Dictionary(grouping: signals, by: \.bar)
                    )
                )
            }
        }
        return sleeves
    }

    /// The symbol's bar at a moment, `nil` where the sleeve neither trades nor evaluates.
    func bar(_ s: Int, _ t: Int) -> Reference.Bar? {
        timeline[t].bar[sleeves[s].symbol].map { scenario.symbols[sleeves[s].symbol].bars[$0] }
    }

    /// The last close at or before a moment; 0 before the first bar, where nothing can be held.
    func lastClose(_ symbol: Int, _ t: Int) -> Double {
        timeline[t].last[symbol].map { scenario.symbols[symbol].bars[$0].close } ?? 0
    }

    /// Cash that a sleeve may spend: its own, or the account's (R40, i, l).
    func freeCash(_ s: Int) -> Double { scenario.portfolio.sharedCash ? account : sleeves[s].cash }

    mutating func addCash(_ s: Int, _ amount: Double) {
        if scenario.portfolio.sharedCash { account += amount } else { sleeves[s].cash += amount }
    }

    /// The equity that a size is a share of, at the price in question, which is the price of the fill (R40, R40a, k, l).
    func sizingEquity(_ s: Int, at price: Double, _ place: Reference.FillPoint.Place, _ t: Int) -> Double {
        let ofPortfolio = scenario.portfolio.sizing.ofPortfolio
        let isShared = scenario.portfolio.sharedCash
        guard isShared || ofPortfolio else { return sleeves[s].cash + sleeves[s].position * price }
        var equity = isShared ? account : Reference.sum(sleeves.map(\.cash))
        for sleeve in sleeves {
            let isTraded = sleeve.symbol == sleeves[s].symbol
            equity += sleeve.position * (isTraded ? price : otherPrice(sleeve.symbol, place, t))
        }
        return ofPortfolio ? equity : sleeves[s].share * equity
    }

    /// R40: a position of another symbol with a bar now at its open (at its close once the bar is over), else at its last
    /// close.
    private func otherPrice(_ symbol: Int, _ place: Reference.FillPoint.Place, _ t: Int) -> Double {
        guard let bar = timeline[t].bar[symbol] else { return lastClose(symbol, t) }
        let values = scenario.symbols[symbol].bars[bar]
        return place == .close ? values.close : values.open
    }

    /// Equity of the container with every position at its last close.
    func markedEquity(_ t: Int) -> Double {
        let cash = scenario.portfolio.sharedCash ? account : Reference.sum(sleeves.map(\.cash))
        return cash + Reference.sum(sleeves.map { $0.position * lastClose($0.symbol, t) })
    }

    mutating func mark(_ t: Int) {
        outcome.equity.append(markedEquity(t))
        outcome.exposed.append(sleeves.contains { $0.position != 0 })
        guard !scenario.portfolio.sharedCash else { return }
        outcome.sleeveEquity.append(sleeves.map { $0.cash + $0.position * lastClose($0.symbol, t) })
    }

    /// R52: at each close at which the position is short: q x close x borrow_rate / P.
    mutating func accrueBorrow(_ t: Int) {
        for s in sleeves.indices where sleeves[s].position < 0 {
            guard let bar = bar(s, t) else { continue }
            let owed = -sleeves[s].position * bar.close * scenario.execution.borrowRate
            let paid = owed / scenario.metrics.periodsPerYear
            addCash(s, -paid)
            sleeves[s].trade?.borrow += paid
        }
    }

    /// Bars whose whole range is held count for excursions (R74); the trailing extreme follows after its checks (R61).
    mutating func holdThroughBar(_ t: Int) {
        for s in sleeves.indices {
            guard let bar = bar(s, t), let local = timeline[t].bar[sleeves[s].symbol] else { continue }
            guard var trade = sleeves[s].trade, local >= trade.heldFrom else { continue }
            trade.highest = max(trade.highest, bar.high)
            trade.lowest = min(trade.lowest, bar.low)
            // R38: without volume the extreme does not move.
            if !(scenario.execution.waitsForVolume && bar.volume == 0) {
                trade.extreme =
                    trade.side == .long ? max(trade.extreme, bar.high) : min(trade.extreme, bar.low)
            }
            sleeves[s].trade = trade
        }
    }
}
