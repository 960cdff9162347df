import BacktestExpressions
import BacktestResults
import BacktestRules
import BacktestYAML

extension FuzzTarget {
    /// Every parser that reads what people or other programs wrote.
    static let parsers: [FuzzTarget] = [yaml, rules, formulas, metrics]

    /// YAML to marked nodes: what cannot be read has a problem with a place inside the text.
    private static let yaml = FuzzTarget(
        name: "yaml",
        corpus: Corpus.configurations,
        words: [
            ": ", "- ", "\n", "  ", "&a ", "*a", "<<: *a", "{", "}", "[", "]", "|\n", ">-", "!!str ", "---\n",
            "\"", "'", "? ", "#",
        ]
    ) { input in
        let document = YAMLDocument(parsing: input)
        if document.root == nil, document.problems.isEmpty { return "neither a document nor a problem" }
        let lineCount = input.reduce(1) { $0 + ($1 == 0x0A || $1 == 0x0D ? 1 : 0) }
        for problem in document.problems {
            let marks = [problem.start, problem.end, problem.related].compactMap { $0 }
            for mark in marks where mark.line < 1 || mark.column < 1 || mark.line > lineCount + 1 {
                // U+0085, U+2028 and U+2029 are line ends in YAML 1.1 too.
                if !input.contains(where: { $0 == 0xC2 || $0 == 0xE2 }) {
                    return "a place outside the text: \(problem)"
                }
            }
        }
        if YAMLDocument(parsing: input).problems != document.problems { return "two readings, two answers" }
        return nil
    }

    /// The rule language: a rule or a diagnostic that points into the text.
    private static let rules = FuzzTarget(name: "rules", corpus: Corpus.rules, words: Corpus.ruleWords) {
        input in
        let text = String(decoding: input, as: UTF8.self)
        let context = RuleContext(parameters: ["fast", "slow", "entry"], symbols: ["SPY", "QQQ"])
        for kind in [RuleKind.condition, .number] {
            let (rule, diagnostics) = Rule.parse(text, as: kind, in: context)
            if (rule == nil) == diagnostics.isEmpty { return "a rule and a diagnostic, or neither" }
            for diagnostic in diagnostics {
                let end = diagnostic.offset + diagnostic.length
                if diagnostic.offset < 0 || diagnostic.length < 0 || end > text.utf8.count + 1 {
                    return "a place outside the text: \(diagnostic)"
                }
            }
        }
        return nil
    }

    /// Conditions of sweeps and leaderboards: parsed ones can be evaluated.
    private static let formulas = FuzzTarget(
        name: "formulas",
        corpus: Corpus.formulas,
        words: Corpus.ruleWords
    ) { input in
        let text = String(decoding: input, as: UTF8.self)
        do throws(ExpressionDiagnostic) {
            let formula = try Formula.parse(text)
            _ = formula.evaluate { $0.utf8.count.isMultiple(of: 2) ? 1.5 : nil }
        } catch {
            if error.offset < 0 || error.offset > text.utf8.count {
                return "a place outside the text: \(error)"
            }
        }
        return nil
    }

    /// metrics.json: what is read is written again and reads the same.
    private static let metrics = FuzzTarget(
        name: "metrics-json",
        corpus: Corpus.records,
        words: [
            "null", "true", "{", "}", "[", "]", ",", ":", "\"", "\\u0000", "\\ud800", "1e400",
            "\"metrics\": ",
        ]
    ) { input in
        guard let record = try? MetricsDocument.read(input) else { return nil }
        var buffer = ByteBuffer()
        MetricsDocument.write(record, into: &buffer)
        let written = buffer.withBytes { Array($0) }
        guard let again = try? MetricsDocument.read(written) else { return "what was written cannot be read" }
        return again == record ? nil : "what was written reads as something else"
    }
}
