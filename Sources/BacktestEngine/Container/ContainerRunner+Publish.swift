import BacktestEvents
import BacktestModel

extension ContainerRunner {
    mutating func publishLifecycle(_ stage: LifecycleStage, bar: Int, cause: UInt32 = Event.none32) {
        let sequence = bus.number(.lifecycle)
        guard bus.wants(.lifecycle) else { return }
        bus.append(
            Event(
                type: .lifecycle,
                code: stage.rawValue,
                bar: Int32(truncatingIfNeeded: bar),
                sequence: sequence,
                cause: cause
            )
        )
    }

    /// BAR events exist logically for every bar; they are numbered and materialised only where somebody asks.
    mutating func publishBars(_ bar: Int) {
        for place in 0..<activeCount { sleeves[active[place]].source = Event.none32 }
        newestBar = Event.none32
        guard bus.wants(.bar) else { return }
        for place in 0..<activeCount where sleeves[active[place]].source == Event.none32 {
            let index = active[place]
            let lane = sleeves[index].lane
            let local = sleeves[index].local
            let sequence = bus.number(.bar)
            newestBar = sequence
            for other in place..<activeCount where sleeves[active[other]].lane == lane {
                sleeves[active[other]].source = sequence
            }
            bus.append(
                Event(
                    type: .bar,
                    symbol: lane,
                    bar: Int32(truncatingIfNeeded: bar),
                    sequence: sequence,
                    price: sleeves[index].close[local],
                    quantity: sleeves[index].volume[local],
                    value0: sleeves[index].open[local],
                    value1: sleeves[index].high[local],
                    value2: sleeves[index].low[local]
                )
            )
        }
    }

    mutating func publishFeatures(_ bar: Int) {
        guard stepwise, bus.wants(.features) else { return }
        for place in 0..<activeCount {
            let index = active[place]
            let local = sleeves[index].local
            let sequence = bus.number(.features)
            let columns = features[index]
            func feature(_ place: Int) -> Double {
                place < columns.count ? columns[place].pointer[local] : 0
            }
            bus.append(
                Event(
                    type: .features,
                    strategy: sleeves[index].strategy,
                    symbol: sleeves[index].lane,
                    bar: Int32(truncatingIfNeeded: bar),
                    sequence: sequence,
                    cause: sleeves[index].source,
                    price: sleeves[index].close[local],
                    value0: feature(0),
                    value1: feature(1),
                    value2: feature(2),
                    value3: feature(3)
                )
            )
            sleeves[index].source = sequence
        }
    }

    /// The signals of the bar, by strategy in the config's order, then symbol; sequences are kept for causes.
    @inline(__always)
    mutating func publishSignals<S: ContainerShape>(_ bar: Int, _ shape: S.Type) {
        if S.isAlone { return publishSignals(of: 0, bar) }
        for place in 0..<activeCount where hears(active[place]) { publishSignals(of: active[place], bar) }
    }

    @inline(__always)
    private mutating func publishSignals(of index: Int, _ bar: Int) {
        let sleeve = sleeves + index
        var mask = sleeve.pointee.signalMasks[sleeve.pointee.cursor]
        let count = mask.nonzeroBitCount
        sleeve.pointee.firstSignal = bus.nextSequence
        sleeve.pointee.delivered += count
        var sequence = bus.number(.signal, count: count)
        guard bus.wants(.signal) else { return }
        while mask != 0 {
            let action = UInt8(truncatingIfNeeded: mask.trailingZeroBitCount)
            mask &= mask &- 1
            bus.append(
                Event(
                    type: .signal,
                    code: action,
                    strategy: sleeve.pointee.strategy,
                    symbol: sleeve.pointee.lane,
                    bar: Int32(truncatingIfNeeded: bar),
                    sequence: sequence,
                    cause: sleeve.pointee.source,
                    price: sleeve.pointee.close[sleeve.pointee.local],
                    value0: sleeve.pointee.signalStrengths?[sleeve.pointee.cursor] ?? 1
                )
            )
            sequence &+= 1
        }
    }

    /// Sequence of the SIGNAL event of an action on the bar under way.
    @inline(__always)
    mutating func signalSequence(_ index: Int, _ action: SignalAction) -> UInt32 {
        let sleeve = sleeves + index
        let before = sleeve.pointee.signalMasks[sleeve.pointee.cursor] & (action.mask - 1)
        return sleeve.pointee.firstSignal + UInt32(before.nonzeroBitCount)
    }

    /// ORDER_REQUEST, then ORDER; gives the ORDER's sequence.
    @inline(__always)
    mutating func publishOrder(
        _ index: Int,
        _ bar: Int,
        _ order: UnsafePointer<Order>,
        cause: UInt32
    ) -> UInt32 {
        let flags = order.pointee.isEntry ? EventFlags.entry : 0
        let request = bus.number(.orderRequest)
        if bus.wants(.signal), order.pointee.reason == .signal {
            bus.correlate(sequence: cause, with: order.pointee.correlation)
        }
        if bus.wants(.orderRequest) {
            append(.orderRequest, index, bar, order, flags, sequence: request, cause: cause)
        }
        let sequence = bus.number(.order)
        if bus.wants(.order) { append(.order, index, bar, order, flags, sequence: sequence, cause: request) }
        return sequence
    }

    @inline(__always)
    private mutating func append(
        _ type: EventType,
        _ index: Int,
        _ bar: Int,
        _ order: UnsafePointer<Order>,
        _ flags: UInt8,
        sequence: UInt32,
        cause: UInt32,
        rejection: RejectionReason = .none
    ) {
        bus.append(
            Event(
                type: type,
                code: order.pointee.side.rawValue,
                reason: rejection == .none ? order.pointee.reason.rawValue : rejection.rawValue,
                flags: flags | order.pointee.kind.rawValue &<< EventFlags.kindShift,
                strategy: sleeves[index].strategy,
                symbol: sleeves[index].lane,
                bar: Int32(truncatingIfNeeded: bar),
                sequence: sequence,
                cause: cause,
                correlation: order.pointee.correlation,
                price: order.pointee.level,
                quantity: order.pointee.quantity,
                value0: order.pointee.expected,
                value1: Double(order.pointee.due)
            )
        )
    }

    /// An entry that the risk check refuses: ORDER_REQUEST, then RISK_BREACH.
    mutating func publishRefusal(_ index: Int, _ bar: Int, _ action: SignalAction, _ reason: RejectionReason)
    {
        let cause = signalSequence(index, action)
        let request = bus.number(.orderRequest)
        let sequence = bus.number(.riskBreach)
        let sleeve = sleeves + index
        if bus.wants(.orderRequest) {
            bus.append(
                Event(
                    type: .orderRequest,
                    code: action.side.rawValue,
                    flags: EventFlags.entry,
                    strategy: sleeve.pointee.strategy,
                    symbol: sleeve.pointee.lane,
                    bar: Int32(truncatingIfNeeded: bar),
                    sequence: request,
                    cause: cause,
                    value0: sleeve.pointee.close[sleeve.pointee.local]
                )
            )
        }
        if bus.wants(.riskBreach) {
            bus.append(
                Event(
                    type: .riskBreach,
                    code: action.side.rawValue,
                    reason: reason.rawValue,
                    flags: EventFlags.rejected,
                    strategy: sleeve.pointee.strategy,
                    symbol: sleeve.pointee.lane,
                    bar: Int32(truncatingIfNeeded: bar),
                    sequence: sequence,
                    cause: request
                )
            )
        }
    }

    /// An order that ends without a fill: ORDER once more, with the reason.
    mutating func publishRejection(
        _ index: Int,
        _ order: UnsafePointer<Order>,
        _ reason: RejectionReason,
        _ bar: Int
    ) {
        let sequence = bus.number(.order)
        guard bus.wants(.order) else { return }
        append(
            .order,
            index,
            bar,
            order,
            EventFlags.rejected | (order.pointee.isEntry ? EventFlags.entry : 0),
            sequence: sequence,
            cause: order.pointee.sequence,
            rejection: reason
        )
    }

    @inline(__always)
    mutating func publishFill(
        _ index: Int,
        _ bar: Int,
        side: Side,
        isEntry: Bool,
        quantity: Double,
        price: Double,
        reference: Double,
        commission: Double,
        point: FillPoint,
        cut: Bool,
        beyondVolume: Bool,
        reason: ExitReason,
        expected: Double,
        cause: UInt32,
        correlation: UInt32
    ) -> UInt32 {
        let sequence = bus.number(.fill)
        guard bus.wants(.fill) else { return sequence }
        var flags = isEntry ? EventFlags.entry : 0
        if point == .open { flags |= EventFlags.atOpen }
        if point == .close { flags |= EventFlags.atClose }
        if cut { flags |= EventFlags.cut }
        if beyondVolume { flags |= EventFlags.beyondVolume }
        bus.append(
            Event(
                type: .fill,
                code: side.rawValue,
                reason: reason.rawValue,
                flags: flags,
                strategy: sleeves[index].strategy,
                symbol: sleeves[index].lane,
                bar: Int32(truncatingIfNeeded: bar),
                sequence: sequence,
                cause: cause,
                correlation: correlation,
                price: price,
                quantity: quantity,
                value0: commission,
                value1: abs(price - reference) * quantity,
                value2: reference,
                value3: expected
            )
        )
        return sequence
    }

    @inline(__always)
    mutating func publishOpen(_ index: Int, _ bar: Int, cause: UInt32) {
        let sequence = bus.number(.positionOpen)
        let sleeve = sleeves + index
        sleeve.pointee.opening = sequence
        guard bus.wants(.positionOpen) else { return }
        bus.append(
            Event(
                type: .positionOpen,
                code: (sleeve.pointee.position > 0 ? Side.long : .short).rawValue,
                strategy: sleeve.pointee.strategy,
                symbol: sleeve.pointee.lane,
                bar: Int32(truncatingIfNeeded: bar),
                sequence: sequence,
                cause: cause,
                correlation: sleeve.pointee.correlation,
                price: sleeve.pointee.entryPrice,
                quantity: abs(sleeve.pointee.position),
                value0: sleeve.pointee.stopLevel,
                value1: sleeve.pointee.targetLevel
            )
        )
    }

    @inline(__always)
    mutating func publishClose(
        _ index: Int,
        _ bar: Int,
        _ side: Side,
        _ reason: ExitReason,
        exitPrice: Double,
        net: Double,
        cause: UInt32
    ) {
        let sequence = bus.number(.positionClose)
        guard bus.wants(.positionClose) else { return }
        let sleeve = sleeves + index
        bus.append(
            Event(
                type: .positionClose,
                code: side.rawValue,
                reason: reason.rawValue,
                strategy: sleeve.pointee.strategy,
                symbol: sleeve.pointee.lane,
                bar: Int32(truncatingIfNeeded: bar),
                sequence: sequence,
                cause: cause,
                correlation: sleeve.pointee.correlation,
                price: exitPrice,
                quantity: sleeve.pointee.exitedQuantity,
                value0: sleeve.pointee.gross,
                value1: net,
                value2: Double(sleeve.pointee.local - sleeve.pointee.entryLocal),
                value3: sleeve.pointee.entryPrice
            )
        )
    }

    /// The sleeve's account after a fill.
    @inline(__always)
    mutating func publishUpdate(_ index: Int, _ bar: Int, cause: UInt32) {
        let sequence = bus.number(.portfolioUpdate)
        guard bus.wants(.portfolioUpdate) else { return }
        let sleeve = sleeves + index
        bus.append(
            Event(
                type: .portfolioUpdate,
                strategy: sleeve.pointee.strategy,
                symbol: sleeve.pointee.lane,
                bar: Int32(truncatingIfNeeded: bar),
                sequence: sequence,
                cause: cause,
                correlation: sleeve.pointee.correlation,
                price: sleeve.pointee.entryPrice,
                quantity: sleeve.pointee.position,
                value0: isShared ? sharedCash : sleeve.pointee.cash
            )
        )
    }

    /// The container's equity at the close of each bar, for observers that ask for marks as events.
    mutating func publishMarks(from first: Int, to end: Int, _ equity: (Int) -> Double) {
        guard bus.wants(.portfolioUpdate) else { return }
        var exposed = false
        for index in 0..<sleeveCount where sleeves[index].position != 0 { exposed = true }
        for bar in first..<end {
            bus.append(
                Event(
                    type: .portfolioUpdate,
                    flags: EventFlags.mark | (exposed ? EventFlags.exposed : 0),
                    bar: Int32(truncatingIfNeeded: bar),
                    sequence: bus.number(.portfolioUpdate),
                    value1: equity(bar)
                )
            )
        }
    }
}
