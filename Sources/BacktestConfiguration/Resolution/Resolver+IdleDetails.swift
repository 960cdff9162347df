import BacktestSweep
import BacktestTracing
import BacktestYAML

extension Resolver {
    /// A trace setting that says how another one acts, and does nothing by itself.
    private struct Detail: Sendable {
        var key: String
        /// What must be written somewhere for it to matter.
        var needs: String
        var isMet: @Sendable (TraceDirective) -> Bool
    }

    private static let details = [
        Detail(key: "threshold_mb", needs: "'monitor_memory: true' or 'on_overload: degrade'") {
            $0.monitorMemory == true || $0.onOverload == .degrade || $0.observers?.contains(.memory) == true
        },
        Detail(key: "total_threshold_mb", needs: "'on_overload: degrade'") { $0.onOverload == .degrade },
        Detail(key: "context_window", needs: "'sample_rate'") { $0.sampleRate != nil },
        Detail(key: "seed", needs: "'sample_rate'") { $0.sampleRate != nil },
    ]

    /// Warns of trace settings that wait for another one which no part of the configuration makes.
    mutating func warnOfIdleDetails(root: YAMLNode) {
        let directives = plan.tracing.rules.map(\.directive)
        let written = directives + directives.flatMap { ($0.dynamicRules ?? []).map(\.action) }
        let sections =
            ["tracing", "trace_settings", "event_tracing", "portfolio_settings"].compactMap { root[$0] }
            + document.containers.compactMap { $0.node["event_tracing"] }
        for detail in Resolver.details where !written.contains(where: detail.isMet) {
            for section in sections { warn(of: detail, below: section) }
        }
    }

    /// Warns of `execution.expire_bars` where no entry can rest: neither here, nor in a set of the sweep, nor in a signal file.
    mutating func warnOfIdleExpiry(root: YAMLNode) {
        let paths = plan.sweep.paths
        let sweptEntry = ["execution.limit", "execution.stop"].contains { paths.contains($0) }
        guard !document.execution.hasRestingEntries, !sweptEntry, !strategies.contains(where: \.isSignalFile)
        else {
            return
        }
        var entry = root["execution"]?.entry("expire_bars")
        if entry?.value.isNull == true { entry = nil }
        if entry == nil { entry = root["sweep"]?["parameters"]?.entry("execution.expire_bars") }
        guard let entry else { return }
        findings.warning(
            "unused",
            "'\(entry.name)' has no effect without entries that rest: 'execution.limit', 'execution.stop' or a signal file's limit",
            hint: "add one of them, or leave '\(entry.name)' out",
            at: entry
        )
    }

    private mutating func warn(of detail: Detail, below node: YAMLNode) {
        for item in node.items ?? [] { warn(of: detail, below: item) }
        for entry in node.entries ?? [] {
            // A pattern over containers may have the same name; a map stands under it.
            guard entry.name == detail.key, entry.value.text != nil, !entry.value.isNull else {
                warn(of: detail, below: entry.value)
                continue
            }
            findings.warning(
                "unused",
                "'\(detail.key)' has no effect without \(detail.needs)",
                hint: "add that, or leave '\(detail.key)' out",
                at: entry
            )
        }
    }
}
