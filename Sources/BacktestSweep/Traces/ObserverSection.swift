import BacktestEvents
import BacktestModel
import BacktestResults
import BacktestTracing

/// The `observers` section of metrics.json: what the observers found that the container's trace settings ask for.
///
/// Only what is the same on every machine and with any number of workers; clock readings go to latency.json.
enum ObserverSection {
    /// Whether a container's execution is watched.
    static func watchesExecution(_ observers: [TraceObserver]) -> Bool {
        observers.contains(.executionQuality)
    }

    /// The section's entries, in the order of their names; empty where nothing was asked for.
    static func entries(
        observers: [TraceObserver],
        monitorsMemory: Bool,
        thresholdMegabytes: Double,
        peakEvents: Int,
        quality: ExecutionQuality
    ) -> [Named<[Named<Scalar>]>] {
        func number(_ value: Double?) -> Scalar { value.map { .number($0) } ?? .null }
        var entries: [Named<[Named<Scalar>]>] = []
        if watchesExecution(observers) {
            entries.append(
                Named(
                    TraceObserver.executionQuality.rawValue,
                    [
                        Named("fills", .number(Double(quality.fills))),
                        Named("mean_slippage", number(quality.meanSlippage)),
                        Named("worst_slippage", number(quality.worstSlippage)),
                        Named("order_fills", .number(Double(quality.orderFills))),
                        Named("mean_bars_to_fill", number(quality.meanBarsToFill)),
                        Named("max_bars_to_fill", number(quality.mostBarsToFill.map { Double($0) })),
                    ]
                )
            )
        }
        if monitorsMemory || observers.contains(.memory) {
            let peak = bytes(ofEvents: peakEvents)
            let threshold = thresholdMegabytes * 1_000_000
            entries.append(
                Named(
                    TraceObserver.memory.rawValue,
                    [
                        Named("peak_bytes", .number(peak)), Named("threshold_bytes", .number(threshold)),
                        Named("is_over", .boolean(peak > threshold)),
                    ]
                )
            )
        }
        return entries
    }

    /// Bytes that events take in memory.
    static func bytes(ofEvents count: Int) -> Double { Double(count * MemoryLayout<Event>.stride) }

    /// Whether a container's events took more memory than its settings allow without a warning.
    static func isOver(_ record: ContainerRecord) -> Bool {
        let memory = record.observers.first { $0.name == TraceObserver.memory.rawValue }
        return memory?.value.contains { $0.name == "is_over" && $0.value == .boolean(true) } ?? false
    }
}
