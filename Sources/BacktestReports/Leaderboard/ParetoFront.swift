public import BacktestMetrics
public import BacktestResults

/// Containers that no other beats: none is at least as good in every metric and better in one.
public enum ParetoFront {
    /// Indices of the front, ascending; a container in which one of the metrics is undefined is never on it.
    ///
    /// Equal containers are all on it. The cost is containers x front.
    ///
    /// - Throws: a metric of which neither direction is better.
    public static func indices(
        of rows: [RunSummary.Row],
        _ metrics: [MetricName]
    ) throws(ReportError) -> [Int] {
        var signs: [Double] = []
        for metric in metrics {
            guard let higher = metric.higherIsBetter else {
                throw ReportError(
                    "\(metric.name) has no direction that is better, so it makes no Pareto front"
                )
            }
            signs.append(higher ? 1 : -1)
        }
        var points: [(index: Int, values: [Double])] = []
        // Nothing that an insolvent container is good at makes up for its ruin (rule R5).
        for (index, row) in rows.enumerated() where !row.metrics.isInsolvent {
            let values = zip(metrics, signs).compactMap { metric, sign in
                row.metrics[metric].map { sign * $0 }
            }
            if values.count == metrics.count { points.append((index, values)) }
        }
        // After the best come only points that cannot beat it, so each is held against the front alone.
        points.sort {
            $0.values != $1.values ? $1.values.lexicographicallyPrecedes($0.values) : $0.index < $1.index
        }
        var front: [(index: Int, values: [Double])] = []
        for point in points where !front.contains(where: { beats($0.values, point.values) }) {
            front.append(point)
        }
        return front.map(\.index).sorted()
    }

    private static func beats(_ a: [Double], _ b: [Double]) -> Bool {
        a != b && zip(a, b).allSatisfy { $0 >= $1 }
    }
}
