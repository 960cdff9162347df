import BacktestMetrics
import BacktestModel
import BacktestResults

/// Where a named number of a container stands.
enum ValueSource: Sendable {
    case metric(MetricName)
    case parameter(Int)

    /// The number, `nil` where it is undefined or no number; true is 1 and false 0.
    func value(in row: RunSummary.Row) -> Double? {
        switch self {
        case .metric(let name): return row.metrics[name]
        case .parameter(let index):
            switch row.parameters[index] {
            case .number(let number): return number
            case .boolean(let flag): return flag ? 1 : 0
            case .text, .null: return nil
            }
        }
    }
}

/// The names that may stand in `--by` and `--where`: metrics and swept paths.
struct ValueNames {
    let paths: [String]

    init(_ paths: [String]) { self.paths = paths }

    func source(of name: String) -> ValueSource? {
        if let metric = MetricName(name: name) { return .metric(metric) }
        return paths.firstIndex(of: name).map { .parameter($0) }
    }

    func unknown(_ name: String) -> ReportError {
        let near = nearestWord(to: name, among: MetricName.names + paths)
        let hint = near.map { "did you mean '\($0)'?" } ?? "`admf metrics` lists the metrics"
        return ReportError("'\(name)' is neither a metric nor a swept parameter; \(hint)")
    }
}
