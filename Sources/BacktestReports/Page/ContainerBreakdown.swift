import BacktestModel
import BacktestResults

/// What a container earned by period, weekday, hour, side and exit reason.
struct ContainerBreakdown {
    /// One line of a table.
    struct Row: Equatable {
        var label: String
        /// Growth of the period, or the sum of the returns of its bars; `nil` without an equity curve.
        var change: Double?
        /// Deepest fall below the highest equity so far, as a fraction of 0 and more.
        var drawdown: Double?
        var trades = 0
        var winners = 0
        var profit = 0.0
        var bars = 0

        mutating func add(_ trade: StoredTrade) {
            trades += 1
            if trade.netProfit > 0 { winners += 1 }
            profit += trade.netProfit
            bars += trade.barsHeld
        }

        func write(_ json: inout CompactJSON) {
            json.array { json in
                json.string(label)
                json.number(change)
                json.number(drawdown)
                json.number(Double(trades))
                json.number(trades > 0 ? Double(winners) / Double(trades) : nil)
                json.number(profit)
                json.number(trades > 0 ? Double(bars) / Double(trades) : nil)
            }
        }
    }

    /// The lengths of a period.
    enum Period: String, CaseIterable {
        case year
        case quarter
        case month

        /// A number that is equal within a period and grows from one to the next; market time has no year below 1678.
        func key(_ date: CivilDate) -> Int {
            switch self {
            case .year: date.year
            case .quarter: date.year * 4 + (date.month - 1) / 3
            case .month: date.year * 12 + date.month - 1
            }
        }

        func label(_ key: Int) -> String {
            switch self {
            case .year: return String(key)
            case .quarter: return "\(key / 4) Q\(key % 4 + 1)"
            case .month:
                let month = key % 12 + 1
                return "\(key / 12)-\(month < 10 ? "0" : "")\(month)"
            }
        }
    }

    static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    let clock: PageClock
    let equity: [(time: Timestamp, equity: Double)]
    let start: Double
    let trades: [StoredTrade]

    /// The growth of each period, oldest first, with the trades that were closed in it.
    func rows(by period: Period) -> [Row] {
        let drawdown = CurveSample.drawdown(equity.map(\.equity), start: start)
        var rows: [Int: Row] = [:]
        var before = start
        for (index, point) in equity.enumerated() {
            let key = period.key(clock.local(point.time).date)
            if rows[key] == nil, index > 0 { before = equity[index - 1].equity }
            var row = rows[key] ?? Row(label: period.label(key))
            row.change = before > 0 ? point.equity / before - 1 : nil
            row.drawdown = max(row.drawdown ?? 0, drawdown[index])
            rows[key] = row
        }
        for trade in trades {
            let key = period.key(clock.local(trade.exitTime).date)
            rows[key, default: Row(label: period.label(key))].add(trade)
        }
        return rows.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Monday to Sunday as far as there are bars: the sum of the returns of that day's bars, and the trades entered on it.
    func rowsByWeekday() -> [Row] {
        grouped(ContainerBreakdown.weekdays) { clock.local($0).weekday }
    }

    /// The hours of the day; empty where all bars lie in one, as with daily bars.
    func rowsByHour() -> [Row] {
        let labels = (0..<24).map { "\($0 < 10 ? "0" : "")\($0):00" }
        let rows = grouped(labels) { clock.local($0).hour }
        return rows.count > 1 ? rows : []
    }

    /// Long and short.
    func rowsBySide() -> [Row] { rows([Side.long.name, Side.short.name]) { $0.side } }

    /// The reasons for which trades ended.
    func rowsByReason() -> [Row] { rows(ExitReason.allCases.map(\.name)) { $0.exitReason } }

    private func rows(_ names: [String], _ name: (StoredTrade) -> String) -> [Row] {
        names.compactMap { wanted in
            var row = Row(label: wanted)
            for trade in trades where name(trade) == wanted { row.add(trade) }
            return row.trades > 0 ? row : nil
        }
    }

    private func grouped(_ labels: [String], _ place: (Timestamp) -> Int) -> [Row] {
        var rows = [Row?](repeating: nil, count: labels.count)
        var before = start
        for point in equity {
            let index = place(point.time)
            var row = rows[index] ?? Row(label: labels[index], change: 0)
            if before > 0 { row.change = (row.change ?? 0) + point.equity / before - 1 }
            rows[index] = row
            before = point.equity
        }
        for trade in trades {
            let index = place(trade.entryTime)
            var row = rows[index] ?? Row(label: labels[index])
            row.add(trade)
            rows[index] = row
        }
        return rows.compactMap { $0 }
    }

    /// All tables by name; those without rows are left out.
    func write(_ json: inout CompactJSON) {
        var tables: [(String, [Row])] = Period.allCases.map { ($0.rawValue, rows(by: $0)) }
        tables += [
            ("weekday", rowsByWeekday()), ("hour", rowsByHour()), ("side", rowsBySide()),
            ("reason", rowsByReason()),
        ]
        json.object { json in
            for (name, rows) in tables where !rows.isEmpty {
                json.key(name)
                json.array { json in
                    for row in rows { row.write(&json) }
                }
            }
        }
    }
}
