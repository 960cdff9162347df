import BacktestModel

/// Finds steps from a close to the next open that look like a split or a change of contract.
struct JumpSearch {
    /// A step that looks like one.
    struct Jump {
        /// Index of the bar after the step.
        var row: Int
        /// The next open over the close.
        var ratio: Double
        /// The fraction that it comes near to; `nil` for one that is just large.
        var fraction: String?
    }

    private static let fractions: [(text: String, value: Double)] = [
        ("1/2", 1.0 / 2), ("1/3", 1.0 / 3), ("2/3", 2.0 / 3), ("1/4", 1.0 / 4), ("1/5", 1.0 / 5),
        ("1/10", 1.0 / 10),
        ("2", 2), ("3", 3), ("4", 4), ("5", 5), ("10", 10),
    ]
    /// How near to a fraction a step must come, relative to it.
    private static let slack = 0.02
    /// A step of more than this within a day is said, whatever its ratio.
    private static let most = 0.45
    /// Longest distance of bars that still counts as a day: a weekend with a holiday on either side.
    private static let dayLimit = 5 * Timestamp.nanosecondsPerDay

    /// The steps of bars from `first` to `end`, oldest first.
    static func jumps(_ bars: borrowing RawBars, from first: Int, to end: Int) -> [Jump] {
        var found: [Jump] = []
        for row in max(first + 1, 1)..<max(end, max(first + 1, 1)) {
            let ratio = bars.open[row] / bars.close[row - 1]
            // Nearly all steps are small.
            if ratio > 0.7, ratio < 1.4 { continue }
            let near = fractions.first { abs(ratio / $0.value - 1) <= slack }
            let isLarge =
                abs(ratio - 1) > most && bars.timestamps[row] - bars.timestamps[row - 1] <= dayLimit
            if near != nil || isLarge { found.append(Jump(row: row, ratio: ratio, fraction: near?.text)) }
        }
        return found
    }
}

extension BarFileLoader {
    /// Says once a file that its prices jump as they do on a split.
    func jumpWarnings(_ raw: borrowing RawBars, from first: Int, to end: Int) -> [DataProblem] {
        let jumps = JumpSearch.jumps(raw, from: first, to: end)
        guard let jump = jumps.first else { return [] }
        let before = Timestamp(nanoseconds: raw.timestamps[jump.row - 1]).iso8601
        let after = Timestamp(nanoseconds: raw.timestamps[jump.row]).iso8601
        let near = jump.fraction.map { ", near \($0)" } ?? ""
        var message =
            "the price jumps from \(JumpSearch.plain(raw.close[jump.row - 1])) (close of \(before)) to "
            + "\(JumpSearch.plain(raw.open[jump.row])) (open of \(after)), a ratio of \(JumpSearch.text(jump.ratio))\(near)"
        if jumps.count > 1 { message += " (the first of \(jumps.count) such jumps)" }
        return [
            DataProblem(
                file: source.path,
                line: raw.line(ofRow: jump.row),
                column: "open",
                kind: .splitLikeJump,
                message: message,
                remedy: "use prices adjusted for splits if it is one"
            )
        ]
    }
}

extension JumpSearch {
    /// A ratio with four digits behind the point, without trailing zeros.
    static func text(_ ratio: Double) -> String { plain((ratio * 10_000).rounded() / 10_000) }

    /// A number without a point where it is whole.
    static func plain(_ number: Double) -> String {
        let text = "\(number)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
