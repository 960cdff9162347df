import BacktestEvents
import BacktestExpressions
import BacktestMetrics
import BacktestModel
public import BacktestResults

extension RunPlan {
    /// The totals of the run's containers, summed as the run sums them: root_container/metrics.json to the last bit.
    ///
    /// - Parameter record: The record of the container with an id, `nil` where the run has none.
    /// - Returns: The totals.
    /// - Throws: What `record` throws.
    public func totals<Failure>(
        _ record: (String) throws(Failure) -> ContainerRecord?
    ) throws(Failure) -> RunTotals {
        let condition = sweep.objective?.condition.flatMap { try? Formula.parse($0) }
        let chunks = SweepChunks(setCount: sweep.setCount)
        var totals = emptyTotals
        for id in portfolios.map(\.id) + analyses.map(\.id) {
            for chunk in 0..<chunks.count {
                var part = emptyTotals
                for set in chunks.sets(of: chunk..<chunk + 1) {
                    guard let record = try record(containerID(id, set: set)) else { continue }
                    part.add(record, isRanked: SweepPlan.meets(condition, record))
                }
                totals.merge(part)
            }
        }
        return totals
    }

    /// The totals of no container.
    var emptyTotals: RunTotals {
        RunTotals(
            runHash: RunID.hashPart(of: configurationHash),
            objectives: [
                RunTotals.Objective(
                    metric: sweep.objective?.metric ?? .sharpeRatio,
                    maximize: sweep.objective?.maximize ?? true
                )
            ],
            eventNames: EventType.allCases.map(\.name)
        )
    }
}

extension SweepPlan {
    /// Whether a container meets the objective's condition; without one every container does.
    static func meets(_ condition: Formula?, _ record: ContainerRecord) -> Bool {
        guard let condition else { return true }
        let value = condition.evaluate { name in
            if let metric = MetricName(name: name) { return record.metrics[metric] }
            guard case .number(let number)? = record.parameters.first(where: { $0.path == name })?.value
            else {
                return nil
            }
            return number
        }
        return value == .boolean(true)
    }
}
