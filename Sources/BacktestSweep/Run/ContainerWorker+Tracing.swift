import BacktestEngine
import BacktestEvents
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestResults
import BacktestRules
import BacktestTracing

/// The stored trace of the container that a worker is running.
struct RunningTrace {
    var settings: TraceSettings
    var store: (any FileBackedTraceStore)?
    var index: TraceIndex
}

extension ContainerWorker {
    /// Begins the trace of a container: in memory, and to files where its settings, or what dynamic rules may make of them,
    /// say so.
    func beginTrace(
        _ container: ContainerTrace,
        _ record: ContainerRecord,
        _ template: ContainerTemplate,
        _ settings: ContainerSettings
    ) {
        let trace = container.settings
        running = nil
        runner.bus.clock = nil
        runner.tradeWatcher = nil
        quality.begin(isWatching: ObserverSection.watchesExecution(trace.observers))
        defer { if container.measuresLatency { measureLatency() } }
        guard container.mayWriteFiles else {
            tracer.begin(trace)
            if trace.dynamicRules.isEmpty { return }
            expectChanges(container, target(record, template, trace), template)
            return
        }
        running = RunningTrace(settings: trace, store: nil, index: index(record, template, settings))
        let target = target(record, template, trace)
        if trace.latency { runner.bus.clock = clock }
        if trace.writesFiles {
            tracer.begin(
                trace,
                store: target.makeStore(trace),
                context: target.context,
                times: target.times,
                runSeed: target.runSeed,
                clock: target.clock
            )
        } else {
            tracer.begin(trace)
        }
        if !trace.dynamicRules.isEmpty { expectChanges(container, target, template) }
    }

    private func measureLatency() {
        runner.bus.clock = clock
        tracer.measureLatency(clock)
    }

    /// Writes latency.json of a container whose latency is watched; it knows the clock, so it stands apart from metrics.json.
    func writeLatency(_ record: ContainerRecord) throws(StorageError) {
        guard record.status == .completed, let latencies = tracer.latencies else { return }
        func row(_ found: LatencyStatistics) -> JSONValue {
            .object([
                Named("count", .number(Double(found.count))), Named("mean_ns", .number(found.mean)),
                Named("median_ns", .number(found.median)), Named("p95_ns", .number(found.p95)),
                Named("p99_ns", .number(found.p99)), Named("max_ns", .number(Double(found.max))),
            ])
        }
        let types = EventType.allCases.compactMap { type in
            latencies.statistics(of: type).map { Named(type.name, row($0)) }
        }
        var json = JSONWriter()
        json.value(
            .object([
                Named("schema_version", .number(1)), Named("container_id", .text(record.containerID)),
                Named("by_type", .object(types)), Named("all", latencies.overall.map(row) ?? .null),
            ])
        )
        json.out.append(byte: 0x0A)
        try writer.writeFile("latency.json", json.out.array, containerID: record.containerID)
    }

    private func expectChanges(
        _ trace: ContainerTrace,
        _ target: TraceTarget,
        _ template: ContainerTemplate
    ) {
        let types = trace.reachable.reduce(into: EventTypeSet()) {
            if $1.enabled { $0.formUnion($1.eventTypes) }
        }
        tracer.expectChanges(types, target)
        watcher.begin(trace.settings, kind: template.kind)
        runner.tradeWatcher = watcher
    }

    private func target(
        _ record: ContainerRecord,
        _ template: ContainerTemplate,
        _ trace: TraceSettings
    ) -> TraceTarget {
        let id = record.containerID
        return TraceTarget(
            context: TraceContext(
                runID: record.runHash,
                containerID: record.containerID,
                portfolioID: template.trades ? template.id : nil,
                strategies: record.strategies,
                symbols: record.symbols
            ),
            times: prepared.frames[template.frame].timeline.times.buffer,
            runSeed: prepared.plan.seed,
            clock: trace.latency ? clock : nil,
            makeStore: { [unowned self] settings in
                running?.index.storageFolder = settings.storagePath.map { TraceFiles.absolute($0) }
                let folder = running?.index.filesFolder(run: tree.path, runID: tree.runID)
                let store = TraceFiles.store(settings, directory: folder ?? "\(tree.path)/\(id)")
                running?.store = store
                running?.settings = settings
                return store
            }
        )
    }

    private func index(
        _ record: ContainerRecord,
        _ template: ContainerTemplate,
        _ settings: ContainerSettings
    ) -> TraceIndex {
        let frame = prepared.frames[template.frame]
        var index = TraceIndex(
            containerID: record.containerID,
            portfolioID: record.portfolioID,
            runHash: record.runHash
        )
        index.parameters = record.parameters.map { Named($0.path, $0.value) }
        index.strategies = record.strategies
        index.symbols = record.symbols
        for id in record.strategies {
            guard let strategy = prepared.plan.strategies.first(where: { $0.id == id }),
                case .rules(let rules) = strategy.source
            else { continue }
            let texts = [SignalAction.enterLong, .exitLong, .enterShort, .exitShort].compactMap { action in
                rules.rule(for: action).map { Named(action.name, $0.text) }
            }
            index.rules.append(Named(id, texts))
        }
        index.basis.trades = template.trades
        index.basis.direction = settings.portfolio.direction.rawValue
        index.basis.pyramiding = settings.portfolio.pyramiding
        index.basis.initialCapital = settings.portfolio.initialCapital
        index.basis.returns = settings.metrics.returns == .daily ? "daily" : "bar"
        index.basis.periodsPerYear = periodsPerYear(template, settings)
        index.basis.riskFree = settings.metrics.riskFree
        index.basis.bars = frame.timeline.count
        index.basis.start = Timestamp(nanoseconds: frame.timeline.times[0])
        index.basis.end = Timestamp(nanoseconds: frame.timeline.times[frame.timeline.count - 1])
        if settings.metrics.returns == .daily { index.basis.dayEnds = frame.dayEnds.map { Int($0) } }
        return index
    }

    /// Ends the trace of the container that has run: its files get their names, then its index says that they are whole.
    ///
    /// - Returns: What was lost, as a sentence for the manifest; `nil` where nothing was.
    func finishTrace(_ id: String) throws(StorageError) -> String? {
        let inMemory = TraceSentences.lowered(id, tracer.memoryReductions, in: "memory")
        guard var trace = running else { return inMemory }
        running = nil
        let losses = tracer.finish()
        // A dynamic rule that never acted has opened nothing.
        guard let store = trace.store else { return inMemory }
        let mayDegrade = trace.settings.onStorageFailure == .degrade
        if let failure = tracer.failure, !mayDegrade { throw StorageError(failure) }
        trace.index.eventTypes = trace.settings.eventTypes.types.map(\.name)
        trace.index.settings = TraceKey.allCases.map { Named($0.rawValue, trace.settings.text(of: $0)) }
        trace.index.changes = tracer.changes.map { Int($0) }
        trace.index.note(losses)
        let problem: StorageError?
        do throws(StorageError) {
            for path in store.paths { trace.index.files.append(try TraceFiles.describe(path)) }
            try TraceFiles.writeBlocks(of: store, trace.index, &writer)
            try writer.writeTraceIndex(trace.index)
            problem = nil
        } catch {
            guard mayDegrade else { throw error }
            problem = error
        }
        let sentences = [
            TraceSentences.lost(id, losses),
            problem.map { "the trace of \(id) has no index: \($0.description)" },
            TraceSentences.lowered(id, losses.reductions, in: "the store", leftOut: losses.leftOutCount),
            inMemory,
        ]
        let said = sentences.compactMap { $0 }
        return said.isEmpty ? nil : said.joined(separator: "; ")
    }

    /// What the FEATURES events of a sleeve show: a column for each number that its rules compare, as far as there is room.
    func features(
        _ sleeve: ContainerTemplate.Sleeve,
        _ settings: ContainerSettings,
        _ container: ContainerTrace
    ) -> [Column<Double>] {
        guard let trace = running,
            container.reachable.contains(where: { $0.eventTypes.contains(type: .features) })
        else { return [] }
        let slot = prepared.slots[sleeve.slot]
        let strategy = prepared.plan.strategies[slot.strategy]
        guard case .rules(let rules) = strategy.source else { return [] }
        let context = RuleContext(
            parameters: rules.parameterNames,
            symbols: prepared.plan.data.bars.map(\.symbol),
            other: strategy.symbols.count == 2 ? "other" : nil
        )
        let shown = rules.features(in: context).prefix(DeliveredSignals.featuresMax)
        if !trace.index.features.contains(where: { $0.name == strategy.id }) {
            running?.index.features.append(Named(strategy.id, shown.map(\.text)))
        }
        let first = strategy.parameterOffset
        return shown.map { rule in
            Column(
                rule.numbers(
                    tape: prepared.loaded.tape,
                    symbol: slot.symbol,
                    strategySymbols: strategy.symbols,
                    parameterNames: rules.parameterNames,
                    parameters: Array(settings.parameters[first..<first + rules.parameterNames.count])
                )
            )
        }
    }
}

extension StorageError {
    /// The error of a trace store, as the run reports it.
    init(_ error: TraceStoreError) {
        self.init(error.operation + " the trace", error.target, systemError: error.systemError)
    }
}
