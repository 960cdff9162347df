import BacktestEngine
import BacktestMarketData
import BacktestModel
import BacktestRules
import BacktestSweep
import BacktestTracing
import BacktestYAML

/// A strategy with what the checks of parameter sets need.
struct ResolvedStrategy: Sendable {
    /// A parameter, where its value lives and how it is read.
    struct Parameter: Sendable {
        var name: String
        var type: ValueType<Double>
        /// Index into `RunPlan.parameters`.
        var index: Int
        /// Where the value is written, `nil` for a built-in's default.
        var node: YAMLNode?
    }

    var id: String
    var place: Located<Void>
    var parameters: [Parameter] = []
    var rules: StrategyRules?
    var ruleNodes: [String: YAMLNode] = [:]
    var isSignalFile = false
}

/// Turns a document into a plan: resolves references and checks what concerns several keys.
struct Resolver {
    let document: WrittenDocument
    /// Folder of the configuration file, empty for the current one.
    let folder: String
    /// Whether data and signal files must exist.
    let checksFiles: Bool
    let containerLimit: Int?
    var findings: Findings
    var plan: RunPlan
    var symbols: [String] = []
    var strategies: [ResolvedStrategy] = []
    /// Index of each strategy id.
    var strategyIndices: [String: Int] = [:]
    /// Written portfolios that became portfolios of the plan, in its order.
    var portfolios: [WrittenPortfolio] = []

    /// Resolves everything, in the order in which later parts need earlier ones.
    mutating func resolve(root: YAMLNode) {
        resolveName()
        plan.seed = document.seed
        plan.execution = document.execution
        plan.metrics = document.metrics
        plan.results = document.results
        plan.checks = document.checks.map(\.value)
        resolveData(root: root)
        resolveStrategies(root: root)
        resolvePortfolios(root: root)
        plan.tracing.rules = document.traceRules
        for portfolio in document.containers {
            guard let tracing = portfolio.tracing, let id = portfolio.id?.value, !tracing.value.isEmpty else {
                continue
            }
            plan.tracing.rules.append(
                TraceRule(
                    origin: WrittenTracing.origin("event_tracing of \(id)", tracing.start),
                    scope: .container(id),
                    directive: tracing.value
                )
            )
        }
        warnOfIdleDetails(root: root)
        warnOfLookAhead(root: root)
        resolveTraceTexts()
        var sweep = SweepResolver(resolver: self)
        sweep.resolve()
        findings = sweep.findings
        plan.sweep = sweep.plan
        warnOfIdleTraceRules()
        warnOfIdleExpiry(root: root)
        checkContainerNames()
        checkRequirements()
    }

    private mutating func resolveName() {
        guard let name = document.name else { return }
        Identifiers.check(name, of: "a run", &findings)
        plan.name = name.value
    }

    private mutating func warnOfLookAhead(root: YAMLNode) {
        guard document.execution.fill == .close, let node = root["execution"]?["fill"] else { return }
        findings.warning(
            "look_ahead",
            "'fill: close' trades at the close that the decision was made on",
            hint: "use next_open unless orders can really be filled in the closing auction",
            at: node
        )
    }

    /// An analysis container may not have the id that the sweep gives to a portfolio's container.
    private mutating func checkContainerNames() {
        guard plan.sweep.isSweep else { return }
        for analysis in document.containers where analysis.kind?.value == .analysis {
            guard let id = analysis.id else { continue }
            for portfolio in plan.portfolios where id.value.hasPrefix(portfolio.id + "_") {
                let rest = id.value.dropFirst(portfolio.id.count + 1)
                guard rest.count >= 4, rest.allSatisfy({ $0.isASCII && $0.isNumber }) else { continue }
                findings.error(
                    "duplicate_id",
                    "the sweep gives the id '\(id.value)' to a container of '\(portfolio.id)'",
                    hint: "choose another id",
                    at: id
                )
            }
        }
    }

    /// Adds an error for an id that something else has already.
    mutating func checkUnique(
        _ id: Located<String>,
        _ seen: inout [String: (noun: String, place: YAMLMark)],
        noun: String
    ) {
        if let first = seen[id.value] {
            findings.error(
                "duplicate_id",
                "the id '\(id.value)' is taken by \(first.noun) on line \(first.place.line)",
                hint: "portfolios, strategies and containers share one list of ids",
                at: id,
                related: first.place
            )
        } else {
            seen[id.value] = (noun, id.start)
        }
    }

    /// Adds an error for a section that the top lacks.
    mutating func missing(_ name: String, _ example: String, root: YAMLNode) {
        findings.error(
            "missing_key",
            "the configuration lacks '\(name)'",
            hint: example,
            at: Located((), at: root.start)
        )
    }
}
