import BacktestMetrics
import BacktestModel
import BacktestResults

/// A number that a comparison has for a pair, by its name.
enum ComparedValue: Sendable {
    case delta(MetricName)
    case relative(MetricName)
    case first(MetricName)
    case second(MetricName)
    case parameter(Int)

    /// What a name stands for: `sharpe_ratio` is the difference, `relative.`, `a.` and `b.` come before other values.
    init(_ name: String, paths: [String]) throws(ReportError) {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        if let metric = MetricName(name: name) {
            self = .delta(metric)
        } else if parts.count == 2, let metric = MetricName(name: parts[1]), parts[0] == "relative" {
            self = .relative(metric)
        } else if parts.count == 2, let metric = MetricName(name: parts[1]), parts[0] == "a" {
            self = .first(metric)
        } else if parts.count == 2, let metric = MetricName(name: parts[1]), parts[0] == "b" {
            self = .second(metric)
        } else if let index = paths.firstIndex(of: name) {
            self = .parameter(index)
        } else {
            let near = nearestWord(to: name, among: MetricName.names + paths)
            let hint = near.map { "did you mean '\($0)'?" } ?? "`admf metrics` lists the metrics"
            throw ReportError("'\(name)' is neither a metric nor a swept parameter; \(hint)")
        }
    }

    /// The number, `nil` where it is undefined.
    func value(of pair: RunComparison.Pair, in comparison: RunComparison) -> Double? {
        switch self {
        case .delta(let metric): return comparison.change(pair, metric).delta
        case .relative(let metric): return comparison.change(pair, metric).relative
        case .first(let metric): return pair.a?.metrics[metric]
        case .second(let metric): return pair.b?.metrics[metric]
        case .parameter(let index):
            guard case .number(let number) = pair.parameters[index] else { return nil }
            return number
        }
    }

    /// Whether the lowest values are the worst, so that they come first.
    var isWorstLow: Bool {
        switch self {
        case .delta(let metric), .relative(let metric), .first(let metric), .second(let metric):
            metric.higherIsBetter ?? true
        case .parameter: true
        }
    }
}
