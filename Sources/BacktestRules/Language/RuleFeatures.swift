import BacktestExpressions
public import BacktestModel

extension StrategyRules {
    /// The numbers that the strategy's conditions compare, as rules of their own: what "why" is asked about.
    ///
    /// Both sides of every comparison and cross, in the order of the actions and of the text, each text once; constants,
    /// parameters and the close itself are left out, as they are known anyway.
    ///
    /// - Parameters:
    ///   - context: The names that the rules were parsed with.
    ///   - actions: The actions whose conditions are looked at; all of them by default.
    /// - Returns: Number rules; empty for a strategy without rules.
    public func features(
        in context: RuleContext,
        of actions: [SignalAction] = SignalAction.allCases
    ) -> [Rule] {
        var found: [Rule] = []
        let vocabulary = ExpressionVocabulary(names: context.parameters, prefixes: context.symbols)
        for action in [.enterLong, .exitLong, .enterShort, .exitShort] as [SignalAction]
        where actions.contains(action) {
            guard let text = rule(for: action)?.text,
                let expression = try? ExpressionParser.parse(text, vocabulary: vocabulary)
            else { continue }
            var operands: [Expression] = []
            expression.addComparedNumbers(to: &operands)
            for operand in operands where !operand.isPlain(context) {
                let own = operand.text(in: text)
                guard !found.contains(where: { $0.text == own }) else { continue }
                if let rule = Rule.parse(own, as: .number, in: context).rule { found.append(rule) }
            }
        }
        return found
    }
}

extension Expression {
    /// Adds the operands of every comparison and cross below a condition.
    fileprivate func addComparedNumbers(to operands: inout [Expression]) {
        switch kind {
        case .number, .name: break
        case .call(_, _, let arguments):
            // Of crosses, `rising` and the like the arguments are what is looked at.
            operands += arguments
        case .index(let base, _): base.addComparedNumbers(to: &operands)
        case .unary(_, let operand): operand.addComparedNumbers(to: &operands)
        case .binary(let binary, _, let left, let right):
            if binary.isLogical {
                left.addComparedNumbers(to: &operands)
                right.addComparedNumbers(to: &operands)
            } else if binary.isComparison {
                operands += [left, right]
            }
        }
    }

    /// Whether the value needs no telling: a constant, a parameter, the close.
    fileprivate func isPlain(_ context: RuleContext) -> Bool {
        switch kind {
        case .number: true
        case .name(let name): name == "close" || context.parameters.contains(name)
        case .unary(_, let operand): operand.isPlain(context)
        default: false
        }
    }

    /// The bytes that the expression spans.
    fileprivate func text(in whole: String) -> String {
        let bytes = Array(whole.utf8)
        return String(decoding: bytes[place.offset..<place.end], as: UTF8.self)
    }
}
