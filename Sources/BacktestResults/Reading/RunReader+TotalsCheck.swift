import BacktestMetrics

extension RunReader {
    /// Holds root_container/metrics.json against what the containers' own files add up to.
    ///
    /// Counts must be equal; sums of currency may differ by what the order of adding rounds.
    ///
    /// - Returns: What differs first, `nil` where the two say the same.
    public func totalsDifference() throws(RunReadError) -> String? {
        let file = "\(RunTotals.containerID)/\(MetricsDocument.fileName)"
        var buffer = ByteBuffer()
        guard try RunReader.read("\(path)/\(file)", into: &buffer) else { return "\(file) is missing" }
        guard let document = try? JSONValue.parse(buffer.array) else { return "\(file) is damaged" }
        var counts = ["total": 0, "completed": 0, "failed": 0, "halted": 0]
        var sums = [Double](repeating: 0, count: RunTotals.summed.count)
        var events: [String: Int] = [:]
        var record = ByteBuffer()
        for id in try containerIDs() {
            let container = try self.record(id, using: &record)
            counts["total", default: 0] += 1
            counts[container.status == .completed ? "completed" : "failed", default: 0] += 1
            if container.halted != nil { counts["halted", default: 0] += 1 }
            for event in container.events { events[event.name, default: 0] += event.count }
            guard container.status == .completed else { continue }
            for (index, name) in RunTotals.summed.enumerated() { sums[index] += container.metrics[name] ?? 0 }
        }
        for (name, count) in counts.sorted(by: { $0.key < $1.key })
        where document["containers"]?[name]?.number != Double(count) {
            return "\(file): containers.\(name) is not \(count), as the containers have it"
        }
        for (name, sum) in zip(RunTotals.summed, sums) {
            let written = document["metrics"]?[name.name]?.number ?? .nan
            guard abs(written - sum) <= 1e-9 * max(1, abs(sum)) else {
                return "\(file): \(name.name) is \(written), and the containers add up to \(sum)"
            }
        }
        for (name, count) in events.sorted(by: { $0.key < $1.key })
        where document["events"]?[name]?.number != Double(count) {
            return "\(file): events.\(name) is not \(count), as the containers have it"
        }
        return nil
    }

    /// A container that has a folder and no row in a summary, the first by its id; `nil` for none.
    func lost(from summary: RunSummary) -> String? {
        let ids = Set(summary.rows.map(\.containerID))
        return (try? containerIDs())?.first { !ids.contains($0) }
    }
}
