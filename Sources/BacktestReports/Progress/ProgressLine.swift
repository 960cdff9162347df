/// How far a run has come, as one line of text; a pure function of its numbers.
public struct ProgressLine: Sendable, Hashable {
    /// Containers that are done, failed ones included.
    public var done: Int
    /// Containers of the run.
    public var total: Int
    /// Containers that failed.
    public var failed: Int
    /// Seconds since the start.
    public var seconds: Double

    /// Makes a line.
    public init(done: Int, total: Int, failed: Int = 0, seconds: Double) {
        precondition(done >= 0 && total >= done && failed >= 0)
        self.done = done
        self.total = total
        self.failed = failed
        self.seconds = seconds
    }

    /// Containers a second so far, `nil` where nothing has been measured.
    public var rate: Double? { done > 0 && seconds > 0 ? Double(done) / seconds : nil }

    /// Seconds to the end at the rate so far, `nil` where there is none.
    public var remainingSeconds: Double? { rate.map { Double(total - done) / $0 } }

    /// For a terminal: a bar, the share, counts, rate and remaining time, in at most the style's width.
    public func bar(_ style: TextStyle) -> String {
        let words = " \(percent) \(counts)" + (failed > 0 ? ", \(failedText)" : "") + pace
        let room = (style.width ?? 80) - words.displayWidth - 2
        guard room >= 10 else { return words.drop { $0 == " " }.description.truncated(to: style.width ?? 80) }
        let length = min(30, room)
        let filled = total == 0 ? length : length * done / total
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: length - filled)
        let shown = " \(percent) \(counts)" + (failed > 0 ? ", " + style.mark(failedText, .red) : "") + pace
        return "[\(style.mark(bar, .green))]" + shown
    }

    /// For a log: one plain line.
    public var line: String {
        "\(counts) containers (\(percent))" + (failed > 0 ? ", \(failedText)" : "") + pace
    }

    /// A time span as people say it: `0.4s`, `12s`, `3:05`, `2:00:09`.
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "?" }
        let shown = max(0, seconds)
        if shown < 9.95 { return NumberFormat.decimals(1).text(shown) + "s" }
        let whole = Int(shown.rounded())
        if whole < 60 { return "\(whole)s" }
        let tail = "\(padded(whole / 60 % 60)):\(padded(whole % 60))"
        return whole < 3_600 ? "\(whole / 60):\(padded(whole % 60))" : "\(whole / 3_600):\(tail)"
    }

    private var counts: String {
        "\(NumberFormat.integer.text(Double(done)))/\(NumberFormat.integer.text(Double(total)))"
    }

    private var failedText: String { "\(NumberFormat.integer.text(Double(failed))) failed" }

    /// Rounded down, so that 100 % means all.
    private var percent: String { total == 0 ? "100%" : "\(done * 100 / total)%" }

    private var pace: String {
        guard let rate else { return "" }
        let speed = rate >= 10 ? NumberFormat.integer.text(rate) : NumberFormat.decimals(1).text(rate)
        let end = done < total ? ", ETA \(ProgressLine.duration(remainingSeconds ?? 0))" : ""
        return ", \(speed)/s\(end)"
    }

    private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
