import BacktestEvents

extension TraceSettings {
    /// What a level means for a kind of container before any rule.
    ///
    /// | level | portfolio, execution | analysis | strategy | data | root |
    /// |---|---|---|---|---|---|
    /// | none | off | off | off | off | off |
    /// | minimal | FILL POSITION_OPEN POSITION_CLOSE of open trades | last 1,000 SIGNALs | off | off | ERROR LIFECYCLE |
    /// | normal | last 10,000 of all but BAR FEATURES | the same | last 1,000 SIGNALs | last 1,000 BARs | ERROR LIFECYCLE |
    /// | debug | everything, up to 100,000 | the same | the same | the same | the same |
    public static func preset(_ level: TraceLevel, for kind: ContainerKind) -> TraceSettings {
        var settings = TraceSettings()
        settings.level = level
        switch level {
        case .none:
            // The rest as in `minimal`, so that a rule with no more than `enabled: true` gets something of use.
            settings.applyMinimal(for: kind)
            settings.enabled = false
        case .minimal:
            settings.applyMinimal(for: kind)
        case .normal:
            settings.applyNormal(for: kind)
        case .debug:
            settings.eventTypes = .all
            settings.retention = .all
            settings.maxEvents = 100_000
        }
        return settings
    }

    private mutating func applyMinimal(for kind: ContainerKind) {
        switch kind {
        case .portfolio, .execution: break
        case .analysis: window([.signal], of: 1_000)
        case .root: window([.error, .lifecycle], of: 1_000)
        case .strategy, .data:
            // They hold no trades and are busy: tracing them would cost the most and say the least (seed 003).
            window(kind == .data ? [.bar] : [.signal], of: 1_000)
            enabled = false
        }
    }

    private mutating func applyNormal(for kind: ContainerKind) {
        switch kind {
        case .portfolio, .execution, .analysis:
            window(EventTypeSet.all.subtracting([.init(.bar), .init(.features)]).types, of: 10_000)
        case .root: window([.error, .lifecycle], of: 1_000)
        case .strategy: window([.signal], of: 1_000)
        case .data: window([.bar], of: 1_000)
        }
    }

    private mutating func window(_ types: [EventType], of count: Int) {
        eventTypes = EventTypeSet(types)
        retention = .slidingWindow
        maxEvents = count
    }
}
