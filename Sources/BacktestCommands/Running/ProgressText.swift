import BacktestModel

/// How far a run has come, as text.
package struct ProgressText: Sendable, Hashable {
    /// Containers that have ended.
    package var finished: Int
    /// Containers in all.
    package var total: Int
    /// Of the finished, those that failed.
    package var failed: Int
    /// Seconds since the start.
    package var elapsed: Double

    /// Makes a text.
    package init(finished: Int, total: Int, failed: Int, elapsed: Double) {
        self.finished = finished
        self.total = total
        self.failed = failed
        self.elapsed = elapsed
    }

    /// A bar that fits into `width` columns: `[#####.....]  50 %  500/1000  1200/s  0:04 left`.
    package func bar(width: Int) -> String {
        let rest = "  \(percent)  \(facts)"
        let room = min(40, width - rest.count - 3)
        guard room >= 10 else { return String((percent + "  " + facts).prefix(max(0, width - 1))) }
        let full = total > 0 ? finished * room / total : room
        return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: room - full) + "]"
            + rest
    }

    /// A line for a log: `500 of 1000 containers, 50 %, 1200/s, 0:04 left`.
    package var line: String { "\(finished) of \(total) containers,\(percent), \(speed), \(left)\(failures)" }

    private var facts: String { "\(finished)/\(total)  \(speed)  \(left)\(failures)" }

    private var percent: String {
        let share = total > 0 ? finished * 100 / total : 100
        return String(repeating: " ", count: share < 10 ? 2 : share < 100 ? 1 : 0) + "\(share) %"
    }

    private var rate: Double { elapsed > 0 ? Double(finished) / elapsed : 0 }

    private var speed: String {
        switch rate {
        case 0: "-/s"
        case ..<10: "\(Double(Int(rate * 10)) / 10)/s"
        case ..<1e12: "\(Int(rate))/s"
        default: "-/s"
        }
    }

    /// From the mean rate so far; unknown before the first container has ended.
    private var left: String {
        guard finished > 0, rate > 0 else { return "-:-- left" }
        return "\(ProgressText.duration(Double(total - finished) / rate)) left"
    }

    private var failures: String { failed == 0 ? "" : ", \(failed) failed" }

    /// `0:07`, `12:30`, `3:05:00`.
    package static func duration(_ seconds: Double) -> String {
        let whole = Int(min(max(0, seconds.rounded(.up)), 1e9))
        let (hours, minutes, rest) = (whole / 3_600, whole / 60 % 60, whole % 60)
        return hours > 0 ? "\(hours):\(padded(minutes)):\(padded(rest))" : "\(minutes):\(padded(rest))"
    }

    private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
