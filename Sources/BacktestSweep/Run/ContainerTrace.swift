import BacktestEvents
import BacktestTracing

/// The trace settings of a container, and what follows from them for its run.
///
/// A class because settings are large: containers with the same ones share it, and handing it on copies a reference.
final class ContainerTrace {
    let settings: TraceSettings
    /// The settings, and those that dynamic rules may make of them.
    let reachable: [TraceSettings]
    /// Whether files are written, at once or when a dynamic rule says so.
    let mayWriteFiles: Bool
    /// Whether some file may get the mark of every bar.
    let mayStoreMarks: Bool
    /// Whether latencies are measured for statistics.
    let measuresLatency: Bool

    init(_ settings: TraceSettings, kind: ContainerKind) {
        self.settings = settings
        reachable = settings.reachable(kind: kind)
        mayWriteFiles = reachable.contains(where: \.writesFiles)
        mayStoreMarks = reachable.contains {
            $0.writesFiles && $0.eventTypes.contains(type: .portfolioUpdate)
        }
        // Stamps that no file keeps are still good for statistics.
        measuresLatency =
            settings.observers.contains(.latency) || (settings.latency && !settings.writesFiles)
    }
}

/// Gives each container of a worker its trace; where no rule looks at ids, one for all of a kind.
struct ContainerTraces {
    private var resolver: TraceResolver
    /// The ones of all containers that trade, and of all that do not.
    private var shared: (portfolio: ContainerTrace?, analysis: ContainerTrace?)

    init(_ plan: TracingPlan) { resolver = TraceResolver(plan) }

    /// The trace of the container with that id.
    mutating func trace(of id: String, _ template: ContainerTemplate) -> ContainerTrace {
        if let known = template.trades ? shared.portfolio : shared.analysis { return known }
        let kind = template.kind
        let settings = resolver.settings(forContainer: id, ofPortfolio: template.id, kind: kind)
        let trace = ContainerTrace(settings, kind: kind)
        if resolver.looksAtIdentifiers { return trace }
        if template.trades { shared.portfolio = trace } else { shared.analysis = trace }
        return trace
    }
}
