import BacktestModel
import BacktestReports
import BacktestSweep
import BacktestTracing

/// `admf trace explain`.
package struct TraceExplainCommand: Command {
    package let grammar = CommandGrammar(
        "trace explain",
        "print the trace settings of a container, and which rule set each",
        discussion: [
            "The most specific rule wins: a container's own id, its portfolio's id, a pattern by its literal characters, a kind of"
                + " container, everything; the later one on a tie. What no rule sets comes from the level's preset."
        ],
        arguments: [SweepArguments.config, TraceArguments.container],
        options: [SweepArguments.set, SweepArguments.environment] + FormatOptions.all,
        examples: [
            Example("admf trace explain config.yaml trend_0003", "why the container traces what it traces"),
            Example(
                "admf trace explain config.yaml trend_0003 --environment production --json",
                "under an environment block, for programs"
            ),
        ],
        statuses: [.success, .usage, .badData]
    )

    package init() {}

    package func run(
        _ arguments: ParsedArguments,
        in context: CommandContext
    ) throws(CommandFailure) -> ExitStatus {
        let format = try FormatOptions.chosen(arguments, command: grammar.name)
        let plan = try PlanLoading.plan(
            arguments[SweepArguments.config],
            environment: arguments[SweepArguments.environment],
            settings: arguments[SweepArguments.set],
            context
        )
        let id = arguments[TraceArguments.container]
        guard let position = plan.containers(matching: [id], limit: 1).first else {
            let first = plan.container(at: 0).id
            let last = plan.container(at: plan.containerCount - 1).id
            throw CommandFailure(
                .usage,
                "the config has no container '\(id)'",
                hint: "the containers are \(first)\(first == last ? "" : " to \(last)"); see 'admf plan'"
            )
        }
        let container = plan.container(at: position)
        var table = Table(columns: [
            Table.Column("setting"), Table.Column("value"), Table.Column("set_by"), Table.Column("overruled"),
        ])
        let explanations = plan.tracing.explain(
            container: container.id,
            ofPortfolio: plan.templateID(of: container),
            kind: container.isPortfolio ? .portfolio : .analysis
        )
        for item in explanations {
            table.append([
                .text(item.key.rawValue), .text(item.value), .text(item.origin),
                item.overruled.isEmpty ? .null : .text(item.overruled.joined(separator: "; ")),
            ])
        }
        context.print(table, as: format)
        return .success
    }
}

extension RunPlan {
    /// The id of what a container is made from, which trace rules may name too.
    fileprivate func templateID(of container: PlannedContainer) -> String {
        switch container.template {
        case .portfolio(let index): portfolios[index].id
        case .analysis(let index): analyses[index].id
        }
    }
}

extension PlannedContainer {
    fileprivate var isPortfolio: Bool {
        if case .portfolio = template { return true }
        return false
    }
}
