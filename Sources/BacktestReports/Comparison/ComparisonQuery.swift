public import BacktestMetrics
import BacktestModel

/// What of a comparison is shown, and in which order.
public struct ComparisonQuery: Sendable, Equatable {
    /// The metrics, in order.
    public var metrics: [MetricName]
    /// Whether containers and metrics without a difference are shown too.
    public var showsUnchanged = false
    /// Whether metrics and parameters that are the same everywhere are left out.
    public var hidesConstant = false
    /// A metric (its difference), `relative.METRIC`, `a.METRIC`, `b.METRIC` or a swept path; `nil` for container order.
    public var sortBy: String?
    /// Whether the highest values come first; `nil`: what is worst first, for parameters the lowest.
    public var descending: Bool?
    /// Whether a container's lines are those of the leaderboard's metrics alone, where one of them differs.
    public var isBrief = false
    /// Most containers that a text shows, `nil` for all.
    public var top: Int?

    /// Shows these metrics.
    public init(metrics: [MetricName] = MetricName.allCases) { self.metrics = metrics }

    /// The metrics that patterns leave: those of `only` (all where empty), of them those that match a pattern of `keep`
    /// (all where empty), less those that match one of `drop`.
    ///
    /// Names in a list may be separated by commas; `*` and `?` stand for any characters.
    ///
    /// - Throws: a name of `only` that is no metric, a pattern that fits none, or nothing that is left.
    public static func metrics(
        only: [String],
        keep: [String] = [],
        drop: [String] = [],
        default usual: [MetricName] = MetricName.allCases
    ) throws(ReportError) -> [MetricName] {
        var chosen = only.isEmpty ? usual : []
        for name in words(only) {
            guard let metric = MetricName(name: name) else {
                let near = nearestWord(to: name, among: MetricName.names)
                throw ReportError(
                    "'\(name)' is no metric; "
                        + (near.map { "did you mean '\($0)'?" } ?? "`admf metrics` lists them")
                )
            }
            if !chosen.contains(metric) { chosen.append(metric) }
        }
        let (kept, dropped) = (try patterns(keep), try patterns(drop))
        // What is kept by name is wanted, even where it is not usually shown.
        if only.isEmpty, !kept.isEmpty { chosen = MetricName.allCases }
        if !kept.isEmpty { chosen.removeAll { metric in !kept.contains { $0.matches(metric.name) } } }
        chosen.removeAll { metric in dropped.contains { $0.matches(metric.name) } }
        if chosen.isEmpty { throw ReportError("no metric is left to compare") }
        return chosen
    }

    private static func words(_ lists: [String]) -> [String] {
        lists.flatMap { $0.split(separator: ",") }.map { $0.trimmingSpaces }.filter { !$0.isEmpty }
    }

    private static func patterns(_ lists: [String]) throws(ReportError) -> [WildcardPattern] {
        var patterns: [WildcardPattern] = []
        for word in words(lists) {
            let pattern = WildcardPattern(word)
            guard MetricName.names.contains(where: { pattern.matches($0) }) else {
                let near = nearestWord(to: word, among: MetricName.names)
                throw ReportError(
                    "'\(word)' fits no metric; "
                        + (near.map { "did you mean '\($0)'?" } ?? "`admf metrics` lists them")
                )
            }
            patterns.append(pattern)
        }
        return patterns
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        var rest = self
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
