import BacktestEvents

/// Flags of an entry order that was refused.
let rejectedFlag = EventFlags.rejected | EventFlags.entry

/// Flags of a close order that was dropped: it ends nothing.
let droppedFlag = EventFlags.rejected

func isRejected(_ event: Event) -> Bool { event.type == .order && event.flags == rejectedFlag }

/// Makes streams of events.
enum EventStreams {
    /// Trades of several sleeves as an engine would tell them, interleaved, with bars, rejections and late updates.
    static func trading(count: Int, sleeves: Int, seed: UInt64) -> [Event] {
        var random = SeededGenerator(seed: seed)
        var events: [Event] = []
        var stage = [Int](repeating: 0, count: sleeves)
        var trade = [UInt32](repeating: 0, count: sleeves)
        var lastTrade: UInt32 = 0
        func emit(_ type: EventType, _ correlation: UInt32, flags: UInt8 = 0) {
            let sequence = UInt32(events.count)
            events.append(
                Event(
                    type: type,
                    flags: flags,
                    bar: Int32(events.count / 3),
                    sequence: sequence,
                    cause: sequence == 0 ? Event.none32 : sequence - 1,
                    correlation: correlation,
                    price: 100 + Double(sequence)
                )
            )
        }
        while events.count < count {
            let sleeve = Int.random(in: 0..<sleeves, using: &random)
            if Int.random(in: 0..<4, using: &random) == 0 { emit(.bar, 0) }
            switch stage[sleeve] {
            case 0:
                lastTrade += 1
                trade[sleeve] = lastTrade
                emit(.signal, lastTrade)
                emit(.orderRequest, lastTrade)
                if Int.random(in: 0..<5, using: &random) == 0 {
                    emit(.order, lastTrade, flags: rejectedFlag)
                    continue
                }
                emit(.order, lastTrade)
                stage[sleeve] = 1
            case 1:
                emit(.fill, trade[sleeve])
                emit(.positionOpen, trade[sleeve])
                emit(.portfolioUpdate, trade[sleeve])
                if Int.random(in: 0..<4, using: &random) == 0 {
                    // The rest of a partly filled entry is cancelled; the trade goes on.
                    emit(.order, trade[sleeve], flags: rejectedFlag)
                }
                stage[sleeve] = 2
            default:
                if Bool.random(using: &random) { emit(.signal, trade[sleeve]) }
                emit(.fill, trade[sleeve])
                emit(.positionClose, trade[sleeve])
                if Bool.random(using: &random) { emit(.portfolioUpdate, trade[sleeve]) }
                if Bool.random(using: &random) { emit(.order, trade[sleeve], flags: droppedFlag) }
                stage[sleeve] = 0
            }
        }
        return Array(events.prefix(count))
    }

    /// Any type with any of a few correlations: what no engine would say.
    static func chaos(count: Int, trades: UInt32, seed: UInt64) -> [Event] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { index in
            Event(
                type: EventType.allCases.randomElement(using: &random) ?? .bar,
                flags: [0, rejectedFlag, droppedFlag].randomElement(using: &random) ?? 0,
                bar: Int32(index),
                sequence: UInt32(index),
                correlation: UInt32.random(in: 0...trades, using: &random)
            )
        }
    }
}
