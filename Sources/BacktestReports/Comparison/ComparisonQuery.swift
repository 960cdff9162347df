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
    /// Metrics and parameters that are shown whatever `drop`, `hidesConstant` and `isBrief` say; where nothing is left out
    /// by `drop` and `hidesConstant`, only the metrics of these.
    public var keep: NamePatterns?
    /// Metrics and parameters that are left out.
    public var drop: NamePatterns?
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

    /// Metrics by name, in the order given; names in a list may be separated by commas.
    ///
    /// - Throws: a name that is no metric.
    public static func metrics(
        only lists: [String],
        default usual: [MetricName] = MetricName.allCases
    ) throws(ReportError) -> [MetricName] {
        var chosen = lists.isEmpty ? usual : []
        for name in words(lists) {
            guard let metric = MetricName(name: name) else {
                let near = nearestWord(to: name, among: MetricName.names)
                throw ReportError(
                    "'\(name)' is no metric; "
                        + (near.map { "did you mean '\($0)'?" } ?? "`admf metrics` lists them")
                )
            }
            if !chosen.contains(metric) { chosen.append(metric) }
        }
        if chosen.isEmpty { throw ReportError("no metric is named") }
        return chosen
    }

    private static func words(_ lists: [String]) -> [String] {
        lists.flatMap { $0.split(separator: ",") }.map { $0.trimmingSpaces }.filter { !$0.isEmpty }
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
