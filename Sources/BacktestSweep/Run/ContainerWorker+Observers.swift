import BacktestEngine
import BacktestEvents
import BacktestHashing
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestResults
import BacktestTracing

/// The observers of a worker that write files of their own or speak to the outside; attached where the config asks for them.
struct OutsideObservers {
    let features: FeatureExtractor?
    let spans: DistributedTracingObserver?
    let alerts: AlertObserver?
    let partial: PartialResults?
    var tables: FeatureTableMaker
    /// The spans of the container under way, `nil` where it has none.
    var spanFile: SpanFile?

    init(_ prepared: PreparedRun, _ metrics: MetricsObserver, _ tree: RunDirectory, _ live: LiveRun) {
        let plan = prepared.plan
        let tracing = plan.tracing
        features =
            tracing.mentions { $0.featureExtraction != nil || $0.watches(.featureExtraction) }
            ? FeatureExtractor() : nil
        spans =
            tracing.mentions { $0.distributedTracing != nil || $0.watches(.distributedTracing) }
            ? DistributedTracingObserver() : nil
        alerts = tracing.mentions { !($0.alerts ?? []).isEmpty } ? AlertObserver(plan, live.alerts) : nil
        partial =
            plan.results.partialResults == .never ? nil : PartialResults(metrics, live.board, tree, plan)
        tables = FeatureTableMaker(prepared)
    }

    /// Attaches those that there are; after the metrics, which they may ask.
    func attach(to bus: inout EventBus) {
        if let features { bus.attach(features, name: "feature extraction") }
        if let spans { bus.attach(spans, name: "distributed tracing") }
        if let alerts { bus.attach(alerts, name: "alerts") }
        if let partial { bus.attach(partial, name: "partial results") }
    }

    /// Whether one of them is told which container it watches.
    var needsContext: Bool { alerts != nil || features != nil || spans != nil }

    /// The types of event that they ask for.
    var interests: EventTypeSet {
        var interests = alerts?.interests ?? []
        if let features { interests.formUnion(features.interests) }
        if let spans { interests.formUnion(spans.interests) }
        return interests
    }
}

/// Where the spans of a container go: its spans.jsonl, a collector, or both.
///
/// A class because the observer's sink and the worker both refer to it.
final class SpanFile {
    static let name = "spans.jsonl"

    private let sender: SpanSender?
    private let options: DistributedTracingOptions
    private let make: () throws(StorageError) -> StreamedFile
    private var file: StreamedFile?
    private(set) var failure: StorageError?
    /// Spans that the file lacks because it could not be written.
    private(set) var lost = 0

    init(
        _ options: DistributedTracingOptions,
        _ sender: SpanSender?,
        make: @escaping () throws(StorageError) -> StreamedFile
    ) {
        self.options = options
        self.sender = sender
        self.make = make
    }

    /// Takes a document of so many spans.
    func take(_ bytes: UnsafeBufferPointer<UInt8>, _ spans: Int) {
        if options.writesFile { write(bytes, spans) }
        sender?.send(bytes, spans: spans, options)
    }

    private func write(_ bytes: UnsafeBufferPointer<UInt8>, _ spans: Int) {
        guard failure == nil else {
            lost += spans
            return
        }
        do throws(StorageError) {
            if file == nil { file = try make() }
            try file?.write(bytes)
        } catch {
            failure = error
            lost += spans
            file = nil
        }
    }

    /// Gives the file its name; an empty one says that the container had no trades.
    func publish() {
        guard options.writesFile, failure == nil else { return }
        do throws(StorageError) {
            if file == nil { file = try make() }
            try file?.publish()
        } catch {
            failure = error
        }
        file = nil
    }
}

extension TraceDirective {
    /// Whether the directive asks for an observer by its name.
    func watches(_ observer: TraceObserver) -> Bool { observers?.contains(observer) ?? false }
}

extension TracingPlan {
    /// Whether some rule says something.
    func mentions(_ says: (TraceDirective) -> Bool) -> Bool { rules.contains { says($0.directive) } }
}

extension ContainerWorker {
    /// Starts the observers of a container that write files of their own or speak to the outside.
    func beginOutside(
        _ trace: TraceSettings,
        _ record: ContainerRecord,
        _ template: ContainerTemplate,
        _ settings: ContainerSettings
    ) {
        let timeline = prepared.frames[template.frame].timeline
        outside.partial?.begin(template.trades ? record : nil, timeline)
        guard outside.needsContext else { return }
        let context = TraceContext(
            runID: record.runHash,
            containerID: record.containerID,
            portfolioID: template.trades ? template.id : nil,
            strategies: record.strategies,
            symbols: record.symbols
        )
        outside.alerts?.begin(trace.alerts, context, times: timeline.times.buffer)
        outside.features?.begin()
        if let options = trace.extraction, let features = outside.features {
            features.begin(options, context, outside.tables.table(template, settings, options), timeline)
        }
        outside.spans?.begin()
        outside.spanFile = nil
        guard let options = trace.spans, let spans = outside.spans, template.trades else { return }
        let tree = tree
        let file = SpanFile(options, options.endpoint == nil || live.isRehearsal ? nil : sender) {
            () throws(StorageError) in
            try StreamedFile(in: tree, container: context.containerID, name: SpanFile.name)
        }
        outside.spanFile = file
        if trace.latency { runner.bus.clock = clock }
        spans.begin(
            context,
            ContainerWorker.identity(record),
            service: options.service,
            times: timeline.times.buffer,
            clock: trace.latency ? clock : nil,
            sink: { file.take($0, $1) }
        )
    }

    /// Ids that tell a container from every other one of every run.
    private static func identity(_ record: ContainerRecord) -> SpanIdentity {
        let digest = SHA256.hexadecimal(of: "\(record.runHash)/\(record.containerID)")
        return SpanIdentity(
            high: UInt64(digest.prefix(16), radix: 16) ?? 0,
            low: UInt64(digest.dropFirst(16).prefix(16), radix: 16) ?? 0
        )
    }

    /// Names of the files that a container's observers must have left where it is to be kept.
    func outsideFiles(_ trace: TraceSettings, _ template: ContainerTemplate) -> [String] {
        var files: [String] = []
        if let options = trace.extraction {
            files += FeatureFiles.names(options.format) + [FeatureFiles.schemaName]
        }
        if let options = trace.spans, options.writesFile, template.trades { files.append(SpanFile.name) }
        return files
    }

    /// Ends them: their files get their names, before metrics.json does.
    ///
    /// - Returns: What was lost, a sentence each; empty where nothing was.
    func finishOutside(_ record: ContainerRecord, _ trace: TraceSettings) throws(StorageError) -> [String] {
        var losses: [String] = []
        outside.spans?.finish()
        if let file = outside.spanFile, record.status == .completed {
            file.publish()
            if let failure = file.failure {
                if trace.onStorageFailure == .abort { throw failure }
                losses.append("\(record.containerID) lacks \(SpanFile.name): \(failure.description)")
            }
        }
        outside.spanFile = nil
        if let features = outside.features, features.isWatching, record.status == .completed {
            losses += try writeFeatures(features, trace)
        }
        outside.features?.begin()
        if let alerts = outside.alerts {
            let lines = alerts.finish(record)
            if !lines.isEmpty {
                try writer.writeFile(AlertObserver.fileName, lines.array, containerID: record.containerID)
            }
        }
        try outside.partial?.finish()
        return losses
    }

    private func writeFeatures(
        _ features: FeatureExtractor,
        _ trace: TraceSettings
    ) throws(StorageError) -> [String] {
        let id = features.context.containerID
        do throws(StorageError) {
            try FeatureFiles(extractor: features, tree: tree).write()
        } catch {
            if trace.onStorageFailure == .abort { throw error }
            return ["\(id) lacks its features: \(error.description)"]
        }
        guard features.leftOut > 0 else { return [] }
        return ["the features of \(id) lack \(features.leftOut) signals over max_rows"]
    }
}

extension SweepCoordinator {
    /// Names of the files that observers may leave in a container's folder and that are the same for the same run.
    ///
    /// Spans know the clock where latency is traced.
    public static func observerFiles(of plan: RunPlan) -> [String] {
        var files = [AlertObserver.fileName, FeatureFiles.schemaName]
        for format in FeatureExtractionOptions.Format.allCases { files += FeatureFiles.names(format) }
        if !plan.tracing.mentions({ $0.latency == true }) { files.append(SpanFile.name) }
        return files
    }
}
