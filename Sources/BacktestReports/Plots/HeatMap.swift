public import BacktestMetrics
public import BacktestModel
public import BacktestResults

/// A metric over two swept parameters, drawn with text.
public struct HeatMap: Sendable, Equatable {
    /// Path across.
    public let x: String
    /// Path upwards.
    public let y: String
    /// What is drawn.
    public let metric: MetricName
    /// Values of the parameter across, ascending.
    public let columns: [Scalar]
    /// Values of the parameter upwards, ascending.
    public let rows: [Scalar]
    /// Mean per row and column over all other parameters and portfolios, `nil` where nothing is defined.
    public let cells: [[Double?]]

    private static let shades = Array(" ░▒▓█")
    private static let letters = Array(".:-=+*#%@")

    /// Averages the containers of a run.
    ///
    /// - Throws: a path that is not swept, or the same path twice.
    public init(_ summary: RunSummary, x: String, y: String, metric: MetricName) throws(ReportError) {
        func index(_ path: String) throws(ReportError) -> Int {
            if let found = summary.parameterPaths.firstIndex(of: path) { return found }
            let near = nearestWord(to: path, among: summary.parameterPaths)
            let hint =
                near.map { "did you mean '\($0)'?" } ?? "swept are "
                + summary.parameterPaths.joined(separator: ", ")
            throw ReportError("'\(path)' is not swept; \(hint)")
        }
        let (across, up) = (try index(x), try index(y))
        if across == up { throw ReportError("x and y are both '\(x)'") }
        let horizontal = GridAxis(summary.rows.map { $0.parameters[across] })
        let vertical = GridAxis(summary.rows.map { $0.parameters[up] })
        columns = horizontal.values
        rows = vertical.values
        let columnIndex = Dictionary(uniqueKeysWithValues: zip(columns, columns.indices))
        let rowIndex = Dictionary(uniqueKeysWithValues: zip(rows, rows.indices))
        var sums = [[Double]](repeating: [Double](repeating: 0, count: columns.count), count: rows.count)
        var counts = [[Int]](repeating: [Int](repeating: 0, count: columns.count), count: rows.count)
        for row in summary.rows {
            guard let value = row.metrics[metric], let i = rowIndex[row.parameters[up]],
                let j = columnIndex[row.parameters[across]]
            else { continue }
            sums[i][j] += value
            counts[i][j] += 1
        }
        cells = zip(sums, counts).map { sums, counts in
            zip(sums, counts).map { $1 == 0 ? nil : $0 / Double($1) }
        }
        self.x = x
        self.y = y
        self.metric = metric
    }

    /// The map with its axes and a legend; where the terminal is too narrow for a column each, neighbours are averaged.
    public func text(style: TextStyle, isASCII: Bool) -> String {
        let labels = rows.map { Table.shownParameter($0) }
        let widest = labels.reduce(y.displayWidth) { max($0, $1.displayWidth) }
        let room = max(10, (style.width ?? 100) - widest - 2)
        let group = max(1, (columns.count + room - 1) / room)
        let shown = cells.map { HeatMap.merged($0, group) }
        let count = (columns.count + group - 1) / group
        let width = max(1, min(8, room / max(1, count)))
        let defined = shown.flatMap { $0.compactMap { $0 } }
        guard let low = defined.min(), let high = defined.max() else {
            return "\(metric.name) is undefined everywhere\n"
        }
        let title = "\(metric.name) by \(x) (across) and \(y) (up)"
        let cut = title.truncated(to: style.width ?? Int.max, ellipsis: isASCII ? "~" : style.ellipsis)
        var text = style.mark(cut, .bold) + "\n"
        for index in rows.indices.reversed() {
            text += String(repeating: " ", count: widest - labels[index].displayWidth) + labels[index] + "  "
            for cell in shown[index] { text += mark(cell, low, high, width, style, isASCII) }
            text += "\n"
        }
        text += String(repeating: " ", count: widest + 2) + axis(count, group, width) + "\n"
        return text + legend(low, high, style, isASCII)
    }

    private func mark(
        _ cell: Double?,
        _ low: Double,
        _ high: Double,
        _ width: Int,
        _ style: TextStyle,
        _ isASCII: Bool
    ) -> String {
        guard let cell else { return String(repeating: " ", count: width) }
        let share = high > low ? (cell / 2 - low / 2) / (high / 2 - low / 2) : 0.5
        return HeatMap.mark(metric.higherIsBetter == false ? 1 - share : share, width, style, isASCII)
    }

    private static func mark(_ share: Double, _ width: Int, _ style: TextStyle, _ isASCII: Bool) -> String {
        if style.hasColors, !isASCII {
            // The 24 greys and greens of the 256 colours run in even steps.
            let palette = [53, 54, 55, 61, 67, 66, 72, 71, 107, 149, 185, 227]
            let color = palette[min(palette.count - 1, Int(share * Double(palette.count)))]
            return "\u{1B}[48;5;\(color)m" + String(repeating: " ", count: width) + "\u{1B}[0m"
        }
        let signs = isASCII ? letters : Array(shades.dropFirst())
        let sign = signs[min(signs.count - 1, Int(share * Double(signs.count)))]
        return String(repeating: sign, count: width)
    }

    private func axis(_ count: Int, _ group: Int, _ width: Int) -> String {
        var text = ""
        for column in 0..<count {
            let label = Table.shownParameter(columns[column * group])
            let place = column * width
            // A label that would touch the one before is left out.
            guard text.isEmpty || text.displayWidth < place else { continue }
            text += String(repeating: " ", count: place - text.displayWidth) + label
        }
        return text
    }

    private func legend(_ low: Double, _ high: Double, _ style: TextStyle, _ isASCII: Bool) -> String {
        guard case .number(let format) = metric.tableKind else { return "" }
        let isReversed = metric.higherIsBetter == false
        let signs = stride(from: 0.05, to: 1, by: 0.1).map { HeatMap.mark($0, 1, style, isASCII) }.joined()
        let (worst, best) = isReversed ? (high, low) : (low, high)
        let words = metric.higherIsBetter == nil ? ("lowest", "highest") : ("worst", "best")
        return "\(words.0) \(format.text(worst)) \(signs) \(format.text(best)) \(words.1)\n"
    }

    private static func merged(_ cells: [Double?], _ group: Int) -> [Double?] {
        guard group > 1 else { return cells }
        return stride(from: 0, to: cells.count, by: group).map { start in
            let values = cells[start..<min(start + group, cells.count)].compactMap { $0 }
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
    }
}
