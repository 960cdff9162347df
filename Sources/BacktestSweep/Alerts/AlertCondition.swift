public import BacktestEvents
public import BacktestExpressions
import BacktestMetrics
import BacktestTracing

/// The condition of an alert: a formula over the fields of one event and the container's metrics.
///
/// Fields are those of the stored record's payload, `strategy`, `symbol`, `bar` and `event_type`; what an event lacks is
/// undefined and makes no condition true. Words (`RISK_BREACH`, `stop_loss`, a strategy's id) are compared with `==` and
/// `!=`. Metrics are written `metrics.<name>`: sums over the closed trades so far are looked at as trades close, any other
/// metric, and `final.<name>`, once the container has ended.
public struct AlertCondition: Sendable {
    /// When the condition is looked at.
    public enum Moment: Sendable, Hashable {
        /// At every event of some types.
        case events(EventTypeSet)
        /// Once, with the container's metrics.
        case end
    }

    /// When.
    public let moment: Moment
    /// The formula.
    let formula: Formula
    private let sources: [String: AlertVocabulary.Source]

    /// Parses and checks a condition.
    ///
    /// - Parameters:
    ///   - text: The condition.
    ///   - strategies: Ids that it may compare `strategy` with.
    ///   - symbols: Symbols that it may compare `symbol` with.
    /// - Throws: The first problem, with its place: an unknown name, a word that is not compared with a word, metrics of
    ///   the whole container beside the fields of an event.
    public init(_ text: String, strategies: [String], symbols: [String]) throws(ExpressionDiagnostic) {
        let vocabulary = AlertVocabulary(strategies: strategies, symbols: symbols)
        let formula = try Formula.parse(text, known: vocabulary.names)
        guard formula.isBoolean else {
            throw ExpressionDiagnostic(
                offset: 0,
                length: text.utf8.count,
                message: "a condition is needed, this is a number",
                hint: "such as event_type == RISK_BREACH"
            )
        }
        self.formula = formula
        var sources: [String: AlertVocabulary.Source] = [:]
        for name in formula.names { sources[name] = vocabulary.sources[name] }
        self.sources = sources
        try AlertCondition.checkWords(formula.expression, sources)
        moment = try AlertCondition.moment(formula, sources)
    }

    /// The value of every number that the formula names, in the order of first use; words are left out.
    func numbers(_ lookup: (AlertVocabulary.Source) -> Double?) -> [(name: String, value: Double?)] {
        formula.names.compactMap { name in
            guard let source = sources[name], !source.isWord else { return nil }
            return (name, lookup(source))
        }
    }

    /// Whether it holds.
    func holds(_ lookup: (AlertVocabulary.Source) -> Double?) -> Bool {
        formula.evaluate { name in sources[name].flatMap(lookup) }.isTrue
    }

    // MARK: - Checks

    /// Words stand on both sides of `==` or `!=`, and nowhere else.
    private static func checkWords(
        _ expression: Expression,
        _ sources: [String: AlertVocabulary.Source]
    ) throws(ExpressionDiagnostic) {
        func isWord(_ expression: Expression) -> Bool {
            guard case .name(let name) = expression.kind else { return false }
            return sources[name]?.isWord ?? false
        }
        func refuse(_ part: Expression) throws(ExpressionDiagnostic) {
            guard isWord(part) else { return try checkWords(part, sources) }
            throw ExpressionDiagnostic(
                part.place,
                "a word can only be compared with a word",
                hint: "such as event_type == RISK_BREACH or exit_reason != signal"
            )
        }
        switch expression.kind {
        case .number, .name: return
        case .unary(_, let operand): try refuse(operand)
        case .call(_, _, let arguments): for argument in arguments { try refuse(argument) }
        case .index(let base, let steps):
            try refuse(base)
            try refuse(steps)
        case .binary(let sign, _, let left, let right):
            if sign == .equal || sign == .notEqual, isWord(left), isWord(right) { return }
            try refuse(left)
            try refuse(right)
        }
    }

    private static func moment(
        _ formula: Formula,
        _ sources: [String: AlertVocabulary.Source]
    ) throws(ExpressionDiagnostic) -> Moment {
        let isOfEvents = formula.names.contains { name in
            switch sources[name] {
            case .running, .final: false
            default: true
            }
        }
        let final = formula.names.first { name in
            if case .final = sources[name] { return true }
            return false
        }
        guard let final else { return .events(types(formula, sources, isOfEvents: isOfEvents)) }
        let mixes = formula.names.contains { name in
            if case .running = sources[name] { return true }
            return isOfEvents
        }
        guard mixes else { return .end }
        let place = formula.expression.names.first { $0.name == final }?.place
        throw ExpressionDiagnostic(
            offset: place?.offset ?? 0,
            length: place?.length ?? 1,
            message:
                "'\(final)' is known once a container has ended, so it cannot stand beside what is known before",
            hint: "before the end there are "
                + DynamicTraceRule.metricNames.map { "metrics.\($0)" }.joined(separator: ", ")
        )
    }

    /// The types of event for which the formula can be true, BAR and FEATURES only where they are named.
    private static func types(
        _ formula: Formula,
        _ sources: [String: AlertVocabulary.Source],
        isOfEvents: Bool
    ) -> EventTypeSet {
        // Sums over closed trades change when a trade closes, and at no other moment.
        guard isOfEvents else { return EventTypeSet(.positionClose) }
        let fields = formula.names.compactMap { sources[$0]?.fields }
        return EventTypeSet(
            EventType.allCases.filter { type in
                if type == .bar || type == .features, !formula.names.contains(type.name) { return false }
                guard fields.isEmpty || fields.contains(where: { $0[type] != nil }) else { return false }
                // What is not known of an event beforehand is undefined, so only what can never hold is false.
                let value = formula.evaluate { name in
                    switch sources[name] {
                    case .word(let code): code
                    case .eventType: AlertVocabulary.code(of: type)
                    default: nil
                    }
                }
                return value != .boolean(false)
            }
        )
    }
}
