public import BacktestExpressions
import BacktestMetrics
import BacktestResults

/// A condition on the differences between two runs, `compare --fail-on`: `sharpe_ratio < -0.05`.
///
/// A metric's name stands for its difference, `relative.NAME` for the relative one, `a.NAME` and `b.NAME` for the values.
public struct ChangeCondition: Sendable {
    /// What came out of it.
    public struct Outcome: Sendable, Equatable {
        /// Containers of both runs in which it holds.
        public var holding = 0
        /// Containers of both in which it is undefined.
        public var undefined = 0
        /// Id of the first container in which it holds.
        public var example: String?
        /// The value on the left that is furthest into the condition; `nil` where it compares no number with a constant.
        public var observed: Double?
        /// The constant on the right.
        public var threshold: Double?
    }

    /// The text as written.
    public let text: String
    private let formula: Formula
    private let sources: [String: ComparedValue]

    /// Reads a condition; refuses a number and a name that is unknown.
    public init(_ formula: Formula, for comparison: RunComparison) throws(ReportError) {
        guard formula.isBoolean else {
            throw ReportError(
                "'\(formula.text)' is a number; a condition such as sharpe_ratio < -0.05 is needed"
            )
        }
        var sources: [String: ComparedValue] = [:]
        for name in formula.names {
            sources[name] = try ComparedValue(name, paths: comparison.parameterPaths)
        }
        text = formula.text
        self.formula = formula
        self.sources = sources
    }

    /// Looks at every container that both runs have.
    public func evaluate(_ comparison: RunComparison) -> Outcome {
        var outcome = Outcome()
        let sides = formula.comparedSides
        if let right = sides?.right, right.names.isEmpty,
            case .number(let value) = right.evaluate({ _ in nil })
        {
            outcome.threshold = value
        }
        for pair in comparison.pairs where pair.isMatched {
            let lookup = { (name: String) in sources[name]?.value(of: pair, in: comparison) }
            switch formula.evaluate(lookup) {
            case .boolean(true):
                outcome.holding += 1
                if outcome.example == nil { outcome.example = pair.containerID }
            case .boolean(false): break
            default: outcome.undefined += isBothUndefined(pair) ? 0 : 1
            }
            guard outcome.threshold != nil, let sides, case .number(let value) = sides.left.evaluate(lookup)
            else {
                continue
            }
            let isFurther =
                sides.sign == .less || sides.sign == .lessOrEqual
                ? value < (outcome.observed ?? .infinity)
                : value > (outcome.observed ?? -.infinity)
            if isFurther { outcome.observed = value }
        }
        return outcome
    }

    /// A metric that neither run defines has not changed, so nothing is unknown about it.
    private func isBothUndefined(_ pair: RunComparison.Pair) -> Bool {
        sources.values.allSatisfy { source in
            switch source {
            case .delta(let metric), .relative(let metric), .first(let metric), .second(let metric):
                pair.a?.metrics[metric] == nil && pair.b?.metrics[metric] == nil
            case .parameter: true
            }
        }
    }
}
