import BacktestExpressions

/// A checked rule: text that became a program over the tape's columns.
public struct Rule: Sendable, Hashable {
    /// The text as written.
    public let text: String
    /// Whether the rule is a condition or a number.
    public let kind: RuleKind
    /// Names of the parameters that the rule reads, each once, in the order of first use.
    public let usedParameters: [String]
    /// The program; operands stand before what uses them.
    let instructions: [RuleInstruction]
    /// The step whose value is the rule's.
    let root: Int32
    /// What must hold of parameters once they have values.
    let requirements: [RuleRequirement]

    /// Parses and type-checks a rule.
    ///
    /// - Parameters:
    ///   - text: The rule.
    ///   - kind: What the rule must be worth.
    ///   - context: The names it may use.
    /// - Returns: the rule, `nil` where anything is wrong, and everything that is wrong: the first syntax error, or every
    ///   unknown name and wrong type, in the order of the text.
    public static func parse(
        _ text: String,
        as kind: RuleKind,
        in context: RuleContext
    ) -> (rule: Rule?, diagnostics: [RuleDiagnostic]) {
        let expression: Expression
        do {
            let vocabulary = ExpressionVocabulary(names: context.parameters, prefixes: context.symbols)
            expression = try ExpressionParser.parse(text, vocabulary: vocabulary)
        } catch {
            return (nil, [RuleDiagnostic(error)])
        }
        var compiler = RuleCompiler(context: context)
        guard let root = compiler.compile(expression, as: kind, for: "the rule"), compiler.diagnostics.isEmpty
        else {
            return (nil, compiler.diagnostics.sorted { ($0.offset, $0.length) < ($1.offset, $1.length) })
        }
        let rule = Rule(
            text: text,
            kind: kind,
            usedParameters: compiler.usedParameters,
            instructions: compiler.instructions,
            root: root,
            requirements: compiler.requirements
        )
        return (rule, [])
    }
}
