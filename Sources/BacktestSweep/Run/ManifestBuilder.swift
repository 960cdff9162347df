import BacktestConcurrency
import BacktestEngine
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestResults
import Glibc

/// Writes down what runs.
struct ManifestBuilder {
    let plan: RunPlan
    let options: SweepOptions

    /// The manifest of a run that is about to start.
    func manifest(_ prepared: PreparedRun, _ selection: ContainerSelection) -> Manifest {
        var manifest = Manifest(name: plan.name, configurationHash: plan.configurationHash)
        manifest.versions = options.versions
        manifest.configurationPath = plan.configurationPath
        manifest.workingDirectory = options.workingDirectory
        manifest.settings = plan.settings
        manifest.environment = plan.environment
        manifest.seed = plan.seed
        manifest.options.append(Named("jobs", .number(Double(options.jobs))))
        if !options.only.isEmpty {
            manifest.options.append(Named("only", .text(options.only.joined(separator: ","))))
        }
        if let limit = options.limit { manifest.options.append(Named("limit", .number(Double(limit)))) }
        manifest.data = dataFiles(prepared)
        manifest.annualization = annualization(prepared)
        manifest.objective = plan.sweep.objective.map {
            Manifest.Objective(metric: $0.metric.name, maximize: $0.maximize, condition: $0.condition)
        }
        manifest.counts = [
            Named("bars", prepared.frames.map(\.timeline.count).max() ?? 0),
            Named("symbols", plan.data.bars.count), Named("strategies", plan.strategies.count),
            Named("portfolios", plan.portfolios.count), Named("parameter_sets", plan.sweep.numberedSetCount),
        ]
        manifest.times = [Named("started", Clock.iso8601())]
        manifest.warnings = plan.warnings + prepared.warnings
        manifest.host = host()
        return manifest
    }

    private func dataFiles(_ prepared: PreparedRun) -> [Manifest.DataFile] {
        let bars = prepared.loaded.files.map { file in
            Manifest.DataFile(
                symbol: file.symbol,
                path: file.path,
                sha256: file.sha256,
                byteCount: file.byteCount,
                barCount: file.bars,
                droppedRowCount: file.droppedRows
            )
        }
        let signals = prepared.signalFiles.map { file in
            Manifest.DataFile(
                symbol: "",
                path: file.path,
                sha256: file.sha256,
                byteCount: file.byteCount,
                barCount: file.rows
            )
        }
        return bars + signals
    }

    /// Periods a year of the first timeline, as the config or rule R13 has them, and why.
    private func annualization(_ prepared: PreparedRun) -> [Named<Scalar>] {
        [
            Named("returns", .text(plan.metrics.returns.rawValue)),
            Named("periods_per_year", .number(prepared.calendar.annualizations.first?.periods ?? 252)),
            Named("periods_per_year_reason", .text(prepared.calendar.reason)),
            Named("risk_free", .number(plan.metrics.riskFree)),
        ]
    }

    private func host() -> [Named<Scalar>] {
        var system = utsname()
        guard uname(&system) == 0 else { return [] }
        func text<Field>(_ field: Field) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return [
            Named("system", .text("\(text(system.sysname)) \(text(system.release))")),
            Named("machine", .text(text(system.machine))),
            Named("processors", .number(Double(WorkerPool.availableProcessorCount))),
        ]
    }
}
