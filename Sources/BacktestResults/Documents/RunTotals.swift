public import BacktestMetrics
import BacktestModel

/// The totals of a run, root_container/metrics.json: what its containers add up to, and the best of them.
///
/// Containers are added in container order, so that sums of decimals are the same for any number of workers.
public struct RunTotals: Sendable {
    /// A metric and the direction in which it is judged.
    public struct Objective: Sendable, Equatable {
        /// The metric.
        public var metric: MetricName
        /// Whether more is better.
        public var maximize: Bool

        /// Makes an objective.
        public init(metric: MetricName, maximize: Bool) {
            self.metric = metric
            self.maximize = maximize
        }
    }

    /// The container's id, which is its folder's name.
    public static let containerID = "root_container"
    /// Metrics that add up over containers.
    public static let summed: [MetricName] = [
        .totalTrades, .winningTrades, .losingTrades, .openPositions, .totalCommission, .totalSlippage,
    ]

    private let runHash: String
    private let objectives: [Objective]
    private var best: [(containerID: String, value: Double)?]
    private var completed = 0
    private var failed = 0
    private var halted = 0
    private var sums = [Double](repeating: 0, count: RunTotals.summed.count)
    private var events: [(name: String, count: Int)]
    private var memory: (events: Int, peak: Int, pruned: Int, dropped: Int) = (0, 0, 0, 0)

    /// No containers yet; the best container is found for every objective, and events are listed in the order of `eventNames`.
    public init(runHash: String, objectives: [Objective], eventNames: [String]) {
        self.runHash = runHash
        self.objectives = objectives
        best = objectives.map { _ in nil }
        events = eventNames.map { ($0, 0) }
    }

    /// Adds the next container; one that is not ranked (it misses the objective's condition) is counted all the same.
    public mutating func add(_ record: ContainerRecord, isRanked: Bool = true) {
        memory.events += record.memory.events
        memory.peak = max(memory.peak, record.memory.peak)
        memory.pruned += record.memory.pruned
        memory.dropped += record.memory.dropped
        add(events: record.events)
        guard record.status == .completed else {
            failed += 1
            return
        }
        completed += 1
        if record.halted != nil { halted += 1 }
        for (index, name) in RunTotals.summed.enumerated() { sums[index] += record.metrics[name] ?? 0 }
        // An insolvent container is never the best (rule R5).
        guard isRanked, !record.metrics.isInsolvent else { return }
        for (index, objective) in objectives.enumerated() {
            guard let value = record.metrics[objective.metric] else { continue }
            if let holder = best[index], objective.maximize ? value <= holder.value : value >= holder.value {
                continue
            }
            best[index] = (record.containerID, value)
        }
    }

    /// Adds the totals of the containers that follow these in container order, kept with the same objectives.
    public mutating func merge(_ other: RunTotals) {
        memory.events += other.memory.events
        memory.peak = max(memory.peak, other.memory.peak)
        memory.pruned += other.memory.pruned
        memory.dropped += other.memory.dropped
        add(events: other.events)
        completed += other.completed
        failed += other.failed
        halted += other.halted
        for index in sums.indices { sums[index] += other.sums[index] }
        for (index, candidate) in other.best.enumerated() {
            guard let candidate else { continue }
            if let holder = best[index],
                objectives[index].maximize ? candidate.value <= holder.value : candidate.value >= holder.value
            {
                continue
            }
            best[index] = candidate
        }
    }

    /// Adds the document, with a line feed at its end, to `buffer`.
    public func write(into buffer: inout ByteBuffer) {
        var json = JSONWriter(ByteBuffer(capacity: 64))
        swap(&json.out, &buffer)
        json.beginObject()
        json.key("schema_version")
        json.integer(MetricsDocument.schemaVersion)
        json.key("container_id")
        json.string(RunTotals.containerID)
        json.key("run_id")
        json.string(runHash)
        json.key("status")
        json.string((failed == 0 ? ContainerStatus.completed : .failed).rawValue)
        json.key("containers")
        let counts = [
            ("total", completed + failed), ("completed", completed), ("failed", failed), ("halted", halted),
        ]
        json.object(counts.map { Named($0.0, $0.1) }) { $0.integer($1) }
        json.key("metrics")
        json.object(zip(RunTotals.summed, sums).map { Named($0.name, $1) }) { $0.number($1) }
        json.key("best")
        writeBest(to: &json)
        json.key("events")
        json.object(events.filter { $0.count != 0 }.map { Named($0.name, $0.count) }) { $0.integer($1) }
        json.key("memory")
        let sizes = [
            ("events_in_memory", memory.events), ("peak_events_in_memory", memory.peak),
            ("events_pruned", memory.pruned), ("events_dropped", memory.dropped),
        ]
        json.object(sizes.map { Named($0.0, $0.1) }) { $0.integer($1) }
        json.endObject()
        json.out.append(byte: 0x0A)
        swap(&json.out, &buffer)
    }

    private func writeBest(to json: inout JSONWriter) {
        json.beginObject()
        for (objective, holder) in zip(objectives, best) {
            json.key(text: objective.metric.name)
            guard let holder else {
                json.null()
                continue
            }
            json.beginObject()
            json.key("container_id")
            json.string(holder.containerID)
            json.key("value")
            json.number(holder.value)
            json.endObject()
        }
        json.endObject()
    }

    private mutating func add(events more: [(name: String, count: Int)]) {
        for event in more {
            if let index = events.firstIndex(where: { $0.name == event.name }) {
                events[index].count += event.count
            } else {
                events.append(event)
            }
        }
    }
}

extension RunDirectory {
    /// Publishes root_container/metrics.json.
    public func write(_ totals: RunTotals) throws(StorageError) {
        try folder.makeFolder(RunTotals.containerID)
        var buffer = ByteBuffer()
        totals.write(into: &buffer)
        try buffer.withBytes { (bytes) throws(StorageError) in
            try folder.publish(folder: RunTotals.containerID, MetricsDocument.fileName, bytes)
        }
    }
}
