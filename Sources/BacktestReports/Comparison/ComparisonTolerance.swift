import BacktestExpressions
public import BacktestMetrics
import BacktestModel

/// Differences that count as none: |b - a| <= absolute + relative x |a|, per metric.
public struct ComparisonTolerance: Sendable, Equatable {
    private var absolute = [Double](repeating: 0, count: MetricName.count)
    private var relative = [Double](repeating: 0, count: MetricName.count)

    /// Every difference counts.
    public init() {}

    /// Whether two values count as equal.
    public func covers(_ metric: MetricName, _ a: Double, _ b: Double) -> Bool {
        if a == b { return true }
        let index = Int(metric.rawValue)
        return abs(b - a) <= absolute[index] + relative[index] * abs(a)
    }

    /// Sets the absolute part from `1e-9` or `sharpe_ratio=0.01`, where `%` and `bps` may follow.
    public mutating func setAbsolute(_ text: String) throws(ReportError) {
        try ComparisonTolerance.set(&absolute, text)
    }

    /// Sets the relative part from `1%` or `sharpe_ratio=0.5%`.
    public mutating func setRelative(_ text: String) throws(ReportError) {
        try ComparisonTolerance.set(&relative, text)
    }

    /// A number of 0 or more as people write it, `nil` for anything else.
    public static func amount(_ text: String) -> Double? {
        guard let formula = try? Formula.parse(text), formula.names.isEmpty,
            case .number(let value) = formula.evaluate({ _ in nil }), value >= 0
        else { return nil }
        return value
    }

    private static func set(_ values: inout [Double], _ text: String) throws(ReportError) {
        guard let equals = text.firstIndex(of: "=") else {
            guard let value = amount(text) else {
                throw ReportError("'\(text)' is no tolerance; write a number such as 1e-9 or 1%")
            }
            values = [Double](repeating: value, count: MetricName.count)
            return
        }
        let name = String(text[..<equals])
        guard let metric = MetricName(name: name) else {
            let near = nearestWord(to: name, among: MetricName.names)
            throw ReportError("'\(name)' is no metric" + (near.map { "; did you mean '\($0)'?" } ?? ""))
        }
        guard let value = amount(String(text[text.index(after: equals)...])) else {
            throw ReportError("'\(text)' is no tolerance; write \(name)=0.01 or \(name)=1%")
        }
        values[Int(metric.rawValue)] = value
    }
}
