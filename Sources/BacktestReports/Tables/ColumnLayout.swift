/// Gives the columns of a table their widths in a terminal.
struct ColumnLayout {
    /// Spaces between columns.
    static let gap = 2
    /// No column is made narrower than that to save others.
    private static let narrowest = 8
    /// A heading of that many columns, such as `sharpe_ratio`, is rather left out than cut.
    private static let readableHeading = 12
    /// The columns that say which row it is: cut only when nothing else is left.
    private static let keyCount = 2

    /// Widths of the columns that are shown; those to the right of them are left out.
    private(set) var widths: [Int]
    private let headings: [Int]
    private let cells: [Int]
    private let isText: [Bool]

    /// Fits columns into `limit`; `headings` and `cells` are the widths that each would like, `isText` those that may be cut.
    ///
    /// First headings that are wider than what stands under them are cut, then text, then columns left out from the right.
    init(headings: [Int], cells: [Int], isText: [Bool], limit: Int?) {
        self.headings = headings
        self.cells = cells
        self.isText = isText
        widths = zip(headings, cells).map { max($0, $1) }
        guard let limit else { return }
        shrink(to: limit, floors: zip(headings, cells).map { max($1, min($0, ColumnLayout.readableHeading)) })
        shrink(
            to: limit,
            floors: widths.indices.map { isText[$0] && $0 >= ColumnLayout.keyCount ? 0 : widths[$0] }
        )
        while widths.count > ColumnLayout.keyCount, total > limit { widths.removeLast() }
        shrink(to: limit, floors: widths.indices.map { isText[$0] ? 0 : widths[$0] })
        while widths.count > 1, total > limit { widths.removeLast() }
        if widths.count == 1 { widths[0] = max(1, min(widths[0], limit)) }
        growBack(to: limit)
    }

    private var total: Int { widths.reduce(0, +) + ColumnLayout.gap * max(0, widths.count - 1) }

    /// Takes from the widest that has something to give, one by one, so that none is cut more than it must.
    private mutating func shrink(to limit: Int, floors: [Int]) {
        while total > limit {
            let able = widths.indices.filter { widths[$0] > max(ColumnLayout.narrowest, floors[$0]) }
            guard let widest = able.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
        }
    }

    /// What was cut for a column that has gone since gets its room back, from the left.
    private mutating func growBack(to limit: Int) {
        for index in widths.indices {
            let room = limit - total
            guard room > 0 else { return }
            widths[index] += min(room, max(headings[index], cells[index]) - widths[index])
        }
    }
}
