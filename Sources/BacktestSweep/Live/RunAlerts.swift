import BacktestResults
import BacktestTracing

extension SweepExecution {
    /// Joins the containers' alerts.jsonl to the run's, in container order; nothing is written where none has one.
    func publishAlerts() throws(StorageError) {
        guard prepared.plan.tracing.mentions({ !($0.alerts ?? []).isEmpty }) else { return }
        var file: StreamedFile?
        for (index, template) in prepared.templates.enumerated() {
            for set in 0..<prepared.plan.sweep.setCount where selection.contains(template: index, set: set) {
                let id = prepared.containerID(template, set: set)
                guard var lines = try tree.bytes(of: AlertObserver.fileName, container: id) else { continue }
                if file == nil {
                    file = try StreamedFile(in: tree, container: nil, name: AlertObserver.fileName)
                }
                try file?.write(emptying: &lines)
            }
        }
        try file?.publish()
    }
}
