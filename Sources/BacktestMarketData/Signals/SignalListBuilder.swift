import BacktestModel

/// Collects the signals of one symbol in the order of their bars.
struct SignalListBuilder {
    /// Where a row went.
    enum Outcome {
        case added
        case beforeStart
        case afterEnd
        /// A line of the file has the same stamp and action.
        case duplicate(line: Int)
        /// An earlier row with that action belongs to the same bar, as those of a weekend do; that one acts.
        case repeated
    }

    /// One action of one bar.
    private struct Entry {
        var bar: Int
        var stamp: Int64
        var action: SignalAction
        /// Strength, quantity, stop, target, limit.
        var values: [Double]
        var line: Int
    }

    private let series: Series
    private var cursor: Int
    private var entries: [Entry] = []
    /// Where the entries of the last bar begin.
    private var barStart = 0

    init(series: Series) {
        self.series = series
        cursor = 0
    }

    /// Takes a row; stamps must not decrease.
    mutating func add(stamp: Int64, action: SignalAction, values: [Double], line: Int) -> Outcome {
        // Rule R39: what was decided before there was a bar to trade on is not traded on the first one.
        if series.firstTradable < series.count, stamp < series.timestamps.pointer[series.firstTradable] {
            return .beforeStart
        }
        while cursor < series.count, series.timestamps.pointer[cursor] < stamp { cursor += 1 }
        guard cursor < series.count else { return .afterEnd }
        if let last = entries.last, last.bar != cursor { barStart = entries.count }
        if let same = entries[barStart...].first(where: { $0.action == action }) {
            return same.stamp == stamp ? .duplicate(line: same.line) : .repeated
        }
        entries.append(Entry(bar: cursor, stamp: stamp, action: action, values: values, line: line))
        return .added
    }

    /// The list; a row's strength is that of its entry where it has one, and every action that says more has an override.
    func list() -> SignalList {
        var list = SignalList()
        var strengths: [Double] = []
        var start = 0
        while start < entries.count {
            var end = start
            while end < entries.count, entries[end].bar == entries[start].bar { end += 1 }
            let group = entries[start..<end].sorted { $0.action.rawValue < $1.action.rawValue }
            let row = list.bars.count
            list.bars.append(Int32(group[0].bar))
            list.masks.append(group.reduce(0) { $0 | $1.action.mask })
            let leading = group.first { $0.action.isEntry } ?? group[0]
            strengths.append(leading.values[0].isNaN ? 1 : leading.values[0])
            for entry in group {
                // Quantity and prices belong to a trade that an entry opens.
                let said = entry.action.isEntry ? entry.values[...] : entry.values.prefix(1)
                if said.contains(where: { !$0.isNaN }) { list.overrides.append(override(entry, row: row)) }
            }
            start = end
        }
        if strengths.contains(where: { $0 != 1 }) { list.strengths = strengths }
        return list
    }

    private func override(_ entry: Entry, row: Int) -> SignalList.Override {
        let isEntry = entry.action.isEntry
        func value(_ index: Int) -> Double { isEntry ? entry.values[index] : .nan }
        return SignalList.Override(
            row: row,
            action: entry.action,
            quantity: value(1),
            stop: value(2),
            target: value(3),
            limit: value(4),
            strength: entry.values[0]
        )
    }
}
