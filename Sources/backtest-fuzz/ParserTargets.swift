import BacktestConfiguration
import BacktestExpressions
import BacktestMarketData
import BacktestModel
import BacktestResults
import BacktestRules
import BacktestSweep
import BacktestYAML
import Glibc

extension FuzzTarget {
    /// Every parser that reads what people or other programs wrote.
    static let parsers: [FuzzTarget] = [yaml, configuration, rules, formulas, bars, metrics]

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

    /// The whole way from text to plan: a plan or an error, and rendering the messages never fails.
    private static let configuration = FuzzTarget(
        name: "configuration",
        corpus: Corpus.configurations,
        words: Corpus.keys + ["range(1, 5, 1)", "*", "%", "[", "]", "{", "}", "\n", "  "]
    ) { input in
        let options = ConfigurationLoader.Options(checksFiles: false)
        let outcome = ConfigurationLoader.load(bytes: input, path: "fuzz.yaml", options: options)
        let text = outcome.render(color: false)
        if outcome.plan == nil, text.isEmpty { return "neither a plan nor a message" }
        if let plan = outcome.plan, plan.portfolios.contains(where: { $0.strategies.isEmpty }) {
            return "a portfolio without a filter"
        }
        return ConfigurationLoader.load(bytes: input, path: "fuzz.yaml", options: options).render(
            color: false
        ) == text
            ? nil : "two readings, two answers"
    }

    /// Bars as CSV, plain and compressed: what is accepted keeps every promise about bars.
    private static let bars = FuzzTarget(
        name: "bars",
        corpus: Corpus.bars,
        words: [
            ",", "\n", "\r\n", "\"", "1e999", "-1", "nan", "2020-01-01", "T00:00:00+02:00", "timestamp",
            "close", "\u{FEFF}",
        ]
    ) { input in
        let ending =
            input.starts(with: [0x1F, 0x8B]) ? ".gz" : input.starts(with: [0x28, 0xB5]) ? ".zst" : ""
        let path = "/tmp/backtest-fuzz-\(getpid()).csv\(ending)"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0, write(file, input, input.count) == input.count else { return "cannot write \(path)" }
        close(file)
        defer { unlink(path) }
        var options = DataOptions()
        options.bars = [BarSource(symbol: "X", path: path)]
        do throws(MarketDataError) {
            return brokenPromise(of: try TapeLoader.load(options, jobs: 1).tape.series[0])
        } catch {
            return error.problems.isEmpty ? "refused without a problem" : nil
        }
    }

    private static func brokenPromise(of series: Series) -> String? {
        guard series.count > 0 else { return "an empty series was accepted" }
        for bar in 0..<series.count {
            let prices = [series.open[bar], series.high[bar], series.low[bar], series.close[bar]]
            if prices.contains(where: { !$0.isFinite || $0 <= 0 }) {
                return "bar \(bar): a price is not positive"
            }
            if prices[1] < prices[2] { return "bar \(bar): high below low" }
            if !(series.volume[bar] >= 0) { return "bar \(bar): negative volume" }
            if bar > 0, series.timestamps[bar] <= series.timestamps[bar - 1] {
                return "bar \(bar): stamps do not rise"
            }
        }
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
