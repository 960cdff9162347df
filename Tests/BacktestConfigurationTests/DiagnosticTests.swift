import BacktestConfiguration
import BacktestEngine
import BacktestSweep
import Foundation
import Testing

/// One mistake put into a sound configuration.
struct Mistake: Sendable, CustomTestStringConvertible {
    var text: String
    var code: String
    var marked: String
    var hint: String?

    init(_ text: String, _ code: String, marks marked: String, hint: String? = nil) {
        self.text = text
        self.code = code
        self.marked = marked
        self.hint = hint
    }

    var testDescription: String { text }
}

@Suite("One mistake, one error at its place")
struct DiagnosticTests {
    private func check(_ mistake: Mistake, in text: String) throws {
        let error = try onlyError(text)
        #expect(error.code == mistake.code, "\(error.rendered(color: false))")
        #expect(marked(error) == mistake.marked, "\(error.rendered(color: false))")
        if let hint = mistake.hint { #expect(error.hint?.contains(hint) == true, "\(error.hint ?? "none")") }
        #expect(!error.message.hasSuffix("."))
        #expect(error.file == "configs/test.yaml")
    }

    @Test(arguments: [
        Mistake("exection: {fill: close}", "unknown_key", marks: "exection", hint: "'execution'"),
        Mistake("tracking: {level: none}", "unknown_key", marks: "tracking", hint: "'tracing'"),
        Mistake("development: {name: x}", "unknown_key", marks: "development"),
        Mistake(
            "development: {trace_settings: {enabeld: true}}",
            "unknown_key",
            marks: "enabeld",
            hint: "enabled"
        ),
        Mistake("execution: *nope", "unknown_alias", marks: "*nope"),
        Mistake("seed: *nope", "unknown_alias", marks: "*nope"),
        Mistake("execution: {fill: *nope, commission: 0.1%}", "unknown_alias", marks: "*nope"),
        Mistake("sweep: {parameters: {cross.fast: *nope}}", "unknown_alias", marks: "*nope"),
        Mistake("execution: {fil: close}", "unknown_key", marks: "fil", hint: "'fill'"),
        Mistake("execution: {fill: next_opne}", "unknown_value", marks: "next_opne", hint: "'next_open'"),
        Mistake("execution: [1]", "wrong_type", marks: "[1]"),
        Mistake("execution: {latency_bars: 1.5}", "out_of_range", marks: "1.5"),
        Mistake("execution: {latency_bars: -1}", "out_of_range", marks: "-1"),
        Mistake("execution: {latency_bars: '1'}", "wrong_type", marks: "'1'", hint: "quotes"),
        Mistake("execution: {commission: 101%}", "out_of_range", marks: "101%"),
        Mistake("execution: {commission: -0.1}", "out_of_range", marks: "-0.1"),
        Mistake("execution: {commission: .nan}", "out_of_range", marks: ".nan"),
        Mistake("execution: {commission: {rat: 0}}", "unknown_key", marks: "rat", hint: "'rate'"),
        Mistake("execution: {commission: {per_trade: 1%}}", "wrong_unit", marks: "1%"),
        Mistake("execution: {commission: {minimum: 2, maximum: 1}}", "conflict", marks: "2"),
        Mistake("execution: {commission: abc}", "wrong_type", marks: "abc"),
        Mistake("execution: {commission: 1_000}", "wrong_type", marks: "1_000", hint: "separators"),
        Mistake("execution: {slippage: 2}", "out_of_range", marks: "2"),
        Mistake("execution: {slippage: {ticks: 1}}", "missing_key", marks: "ticks", hint: "tick_size"),
        Mistake("execution: {max_participation: 0}", "out_of_range", marks: "0"),
        Mistake("execution: {max_participation: 1.5}", "out_of_range", marks: "1.5"),
        Mistake("execution: {limit: 1%, stop: 1%}", "conflict", marks: "stop"),
        Mistake("execution: {stop: 1.5}", "out_of_range", marks: "1.5"),
        Mistake(
            "trace_settings: {dynamic_rules: [{condition: x >, action: {level: none}}]}",
            "formula",
            marks: ","
        ),
        Mistake(
            "trace_settings: {dynamic_rules: [{condition: x + 1, action: {level: none}}]}",
            "wrong_type",
            marks: "x + 1"
        ),
        Mistake("execution: {close_at_end: yes}", "wrong_type", marks: "yes", hint: "write true"),
        Mistake("execution: {close_at_end: 1}", "wrong_type", marks: "1"),
        Mistake("close_at_end: true", "unknown_key", marks: "close_at_end", hint: "execution.close_at_end"),
        Mistake("metrics: {returns: weekly}", "unknown_value", marks: "weekly"),
        Mistake("metrics: {periods_per_year: 0}", "out_of_range", marks: "0"),
        Mistake("results: {store_trade: true}", "unknown_key", marks: "store_trade", hint: "'store_trades'"),
        Mistake("results: {directory: ''}", "empty", marks: "''"),
        Mistake("seed: -1", "wrong_type", marks: "-1"),
        Mistake("name: a/b", "invalid_id", marks: "a/b"),
        Mistake("name: latest", "invalid_id", marks: "latest"),
        Mistake("checks: max(sharpe_ratio) > 1", "wrong_type", marks: "max(sharpe_ratio) > 1"),
        Mistake("checks: []", "empty", marks: "[]"),
        Mistake("tracing: {level: verbose}", "unknown_value", marks: "verbose"),
        Mistake("tracing: everything", "unknown_value", marks: "everything"),
        Mistake("tracing: {overrides: [{level: none}]}", "missing_key", marks: "", hint: "pattern"),
        Mistake(
            "trace_settings: {events_to_trace: [FILL, FILS]}",
            "unknown_value",
            marks: "FILS",
            hint: "FILL"
        ),
        Mistake("trace_settings: {events_to_trace: []}", "empty", marks: "[]"),
        Mistake("trace_settings: {max_events: -1}", "out_of_range", marks: "-1"),
        Mistake("trace_settings: {max_events: 1, window_size: 2}", "conflict", marks: "window_size"),
        Mistake("trace_settings: {storage_backend: disc}", "unknown_value", marks: "disc", hint: "disk"),
        Mistake("trace_settings: {storage_backend: kafka}", "unsupported", marks: "kafka", hint: "file"),
        Mistake("tracing: {storage: {backend: kafka}}", "unsupported", marks: "kafka", hint: "JSON lines"),
        Mistake(
            "trace_settings: {dynamic_rules: [{condition: metrics.total_pnl > 0}]}",
            "missing_key",
            marks: ""
        ),
        Mistake(
            "trace_settings: {dynamic_rules: [{condition: metrics.total_pln > 0, action: {level: none}}]}",
            "unknown_name",
            marks: "metrics.total_pln > 0",
            hint: "metrics.total_pnl"
        ),
        Mistake(
            "event_tracing: {retention_policy: minimal_}",
            "unknown_value",
            marks: "minimal_",
            hint: "minimal"
        ),
        Mistake("portfolio_settings: {sliding_window_sise: 0}", "unknown_key", marks: "sliding_window_sise"),
        Mistake("portfolio_settings: {initial_capital: 0}", "out_of_range", marks: "0"),
    ])
    func atTheTop(mistake: Mistake) throws { try check(mistake, in: minimal + mistake.text + "\n") }

    @Test(arguments: [
        Mistake("{id: p}", "missing_key", marks: "p", hint: "filter"),
        Mistake("{strategies: [cross]}", "missing_key", marks: ""),
        Mistake("{id: p, strategies: []}", "empty", marks: "[]"),
        Mistake("{id: p, strategies: cross}", "wrong_type", marks: "cross"),
        Mistake("{id: p, strategies: [cros]}", "unknown_reference", marks: "cros", hint: "'cross'"),
        Mistake("{id: p, strategies: [cross, cross]}", "duplicate_id", marks: "cross"),
        Mistake("{id: cross, strategies: [cross]}", "duplicate_id", marks: "cross"),
        Mistake("{id: -p, strategies: [cross]}", "invalid_id", marks: "-p"),
        Mistake("{id: root_container, strategies: [cross]}", "invalid_id", marks: "root_container"),
        Mistake("{id: manifest.json, strategies: [cross]}", "invalid_id", marks: "manifest.json"),
        Mistake("{id: p, strategies: [cross], initial_capital: 0}", "out_of_range", marks: "0"),
        Mistake("{id: p, strategies: [cross], direction: long}", "unknown_value", marks: "long"),
        Mistake("{id: p, strategies: [cross], risk: {stop_loss: 0}}", "out_of_range", marks: "0"),
        Mistake("{id: p, strategies: [cross], risk: {stop_loss: 100%}}", "out_of_range", marks: "100%"),
        Mistake(
            "{id: p, strategies: [cross], risk: {stop_loss: {atr: 2, distance: 1}}}",
            "invalid_value",
            marks: "{atr: 2, distance: 1}"
        ),
        Mistake("{id: p, strategies: [cross], risk: {stop_loss: {art: 2}}}", "unknown_key", marks: "art"),
        Mistake(
            "{id: p, strategies: [cross], risk: {stop_los: 2%}}",
            "unknown_key",
            marks: "stop_los",
            hint: "stop_loss"
        ),
        Mistake(
            "{id: p, strategies: [cross], stop_loss: 2%}",
            "unknown_key",
            marks: "stop_loss",
            hint: "risk"
        ),
        Mistake("{id: p, strategies: [cross], risk: {max_drawdown: 120%}}", "out_of_range", marks: "120%"),
        Mistake(
            "{id: p, strategies: [cross], sizing: {method: risk_per_trade, value: 1%}}",
            "conflict",
            marks: "risk_per_trade",
            hint: "stop_loss"
        ),
        Mistake(
            "{id: p, strategies: [cross], sizing: {fractional: true, lot_size: 5}}",
            "conflict",
            marks: "lot_size"
        ),
        Mistake("{id: p, strategies: [cross], sizing: {value: 0}}", "out_of_range", marks: "0"),
        Mistake("{id: p, strategies: [cross], allocation: {dip: 1}}", "missing_key", marks: "allocation"),
        Mistake("{id: p, strategies: [cross], execution: {fill: close}}", "unknown_key", marks: "execution"),
        Mistake(
            "{id: p, type: strategy, strategies: [cross]}",
            "unknown_value",
            marks: "strategy",
            hint: "itself"
        ),
        Mistake("{id: p, type: analysis}", "missing_key", marks: "p"),
        Mistake("{id: p, strategies: [cross], portfolios: [q]}", "conflict", marks: "q"),
        Mistake("7", "wrong_type", marks: "7"),
    ])
    func inAPortfolio(mistake: Mistake) throws {
        let text = mistake.text.contains("allocation: {dip") ? "{dip: 1}" : nil
        let source = minimalData + minimalStrategies + "portfolios:\n  - \(mistake.text)\n"
        guard text == nil else {
            // Two errors: a strategy without a weight, and a weight without a strategy.
            #expect(
                errors(load(source)).map { $0.split(separator: " ")[1] } == [
                    "missing_key", "unknown_reference",
                ]
            )
            return
        }
        try check(mistake, in: source)
    }

    @Test(arguments: [
        Mistake("{id: s}", "missing_key", marks: "s", hint: "type"),
        Mistake("{type: sma_cross}", "missing_key", marks: ""),
        Mistake("{id: s, type: sma_cros}", "unknown_reference", marks: "sma_cros", hint: "'sma_cross'"),
        Mistake("{id: s, type: sma_cross, rules: {enter_long: close > 0}}", "conflict", marks: "s"),
        Mistake("{id: s, type: sma_cross, params: {fats: 3}}", "unknown_key", marks: "fats", hint: "'fast'"),
        Mistake("{id: s, type: sma_cross, params: {fast: 0}}", "out_of_range", marks: "0"),
        Mistake("{id: s, type: sma_cross, params: {fast: 2.5}}", "out_of_range", marks: "2.5"),
        Mistake("{id: s, type: sma_cross, params: {fast: [1]}}", "wrong_type", marks: "[1]"),
        Mistake("{id: s, type: sma_cross, symbols: [SPX]}", "unknown_reference", marks: "SPX", hint: "'SPY'"),
        Mistake("{id: s, type: sma_cross, symbols: []}", "empty", marks: "[]"),
        Mistake("{id: s, type: sma_cross, trigger: egde}", "unknown_value", marks: "egde", hint: "'edge'"),
        Mistake("{id: s, type: pairs_zscore, symbols: [SPY]}", "conflict", marks: "SPY"),
        Mistake(
            "{id: s, enter_long: close > 0, type: sma_cross}",
            "unknown_key",
            marks: "enter_long",
            hint: "rules"
        ),
        Mistake("{id: s, rules: {enter: close > 0, enter_long: close > 0}}", "unknown_key", marks: "enter"),
        Mistake("{id: s, rules: {}}", "empty", marks: "{}"),
        Mistake("{id: s, rules: {enter_long: closs > 0}}", "rule", marks: "closs", hint: "close"),
        Mistake("{id: s, rules: {enter_long: 'closs > 0'}}", "rule", marks: "closs", hint: "close"),
        Mistake("{id: s, rules: {enter_long: close}}", "rule", marks: "close"),
        Mistake("{id: s, params: {n: 0}, rules: {enter_long: 'close > sma(close, n)'}}", "rule", marks: "0"),
        Mistake("{id: s, rules: {enter_long: 'close > sma(close, 0)'}}", "rule", marks: "0"),
        Mistake("{id: s, params: {2x: 1}, rules: {enter_long: close > 0}}", "invalid_id", marks: "2x"),
        Mistake(
            "{id: s, signals: predictions.csv}",
            "wrong_type",
            marks: "predictions.csv",
            hint: "{file: predictions.csv}"
        ),
        Mistake("{id: s, signals: {fil: x.csv, file: y.csv}}", "unknown_key", marks: "fil"),
        Mistake("{id: s, signals: {}}", "missing_key", marks: ""),
        Mistake("{id: s, signals: {file: x.csv}, params: {a: 1}}", "unknown_key", marks: "a"),
        Mistake("{id: s p, type: sma_cross}", "invalid_id", marks: "s p"),
    ])
    func inAStrategy(mistake: Mistake) throws {
        let id = mistake.text.contains("id: s p") ? "'s p'" : "s"
        let strategies = mistake.text.contains("id:") ? "strategies: [\(id)]" : "strategies: [s]"
        let text = minimalData + "strategies:\n  - \(mistake.text)\nportfolios: [{id: p, \(strategies)}]\n"
        let outcome = load(text)
        if !mistake.text.contains("id:") {
            #expect(outcome.diagnostics.map(\.code).contains("missing_key"))
            return
        }
        try check(mistake, in: text)
    }

    @Test(arguments: [
        Mistake("{}", "missing_key", marks: ""),
        Mistake("{bars: []}", "empty", marks: "[]"),
        Mistake("{bars: [{symbol: A}]}", "missing_key", marks: ""),
        Mistake("{bars: [{symbol: A, file: a.csv}, {symbol: A, file: b.csv}]}", "duplicate_id", marks: "A"),
        Mistake("{bars: [{symbol: A, file: a.csv, timeframe: 5x}]}", "wrong_type", marks: "5x"),
        Mistake(
            "{bars: [{symbol: A, file: a.csv, timeframe: 1h, resample: 90m}]}",
            "conflict",
            marks: "{symbol: A, file: a.csv, timeframe: 1h, resample: 90m}"
        ),
        Mistake("{bars: [{symbol: A, file: a.csv}], start: 2024-13-01}", "wrong_type", marks: "2024-13-01"),
        Mistake("{bars: [{symbol: A, file: a.csv}], start: 2024-02-30}", "wrong_type", marks: "2024-02-30"),
        Mistake(
            "{bars: [{symbol: A, file: a.csv}], start: 2024-02-02, end: 2024-02-01}",
            "conflict",
            marks: "2024-02-01"
        ),
        Mistake(
            "{bars: [{symbol: A, file: a.csv}], timezone: Mars/Base}",
            "unknown_value",
            marks: "Mars/Base"
        ),
        Mistake("{bars: [{symbol: A, file: a.csv}], warmup: -5}", "out_of_range", marks: "-5"),
        Mistake("{bars: [{symbol: A, file: a.csv}], on_bad_row: skip}", "unknown_value", marks: "skip"),
        Mistake("{bars: [{symbol: A, file: a.csv}], tolerance: 1}", "out_of_range", marks: "1"),
    ])
    func inData(mistake: Mistake) throws {
        try check(mistake, in: minimalStrategies + minimalPortfolios + "data: \(mistake.text)\n")
    }

    @Test(arguments: [
        Mistake("{}", "missing_key", marks: ""),
        Mistake(
            "{method: random, parameters: {cross.fast: [5]}}",
            "not_supported",
            marks: "random",
            hint: "grid"
        ),
        Mistake("{method: gird, parameters: {cross.fast: [5]}}", "unknown_value", marks: "gird"),
        Mistake("{parameters: {cross.fats: [5]}}", "unknown_path", marks: "cross.fats", hint: "'fast'"),
        Mistake("{parameters: {cros.fast: [5]}}", "unknown_path", marks: "cros.fast", hint: "'cross.fast'"),
        Mistake(
            "{parameters: {main.risk.stop_los: [5%]}}",
            "unknown_path",
            marks: "main.risk.stop_los",
            hint: "risk.stop_loss"
        ),
        Mistake(
            "{parameters: {data.start: [2020-01-01]}}",
            "unknown_path",
            marks: "data.start",
            hint: "shared"
        ),
        Mistake("{parameters: {results.directory: [a]}}", "unknown_path", marks: "results.directory"),
        Mistake("{parameters: {cross.trigger: [edge]}}", "unknown_path", marks: "cross.trigger"),
        Mistake("{parameters: {main.strategies: [[a]]}}", "unknown_path", marks: "main.strategies"),
        Mistake("{parameters: {cross.fast: 5}}", "wrong_type", marks: "5", hint: "[5]"),
        Mistake("{parameters: {cross.fast: []}}", "empty", marks: "[]"),
        Mistake("{parameters: {cross.fast: [5, x]}}", "wrong_type", marks: "x"),
        Mistake("{parameters: {cross.fast: [5, 0]}}", "out_of_range", marks: "0"),
        Mistake("{parameters: {cross.fast: 'range(5, 1, 1)'}}", "invalid_range", marks: "'range(5, 1, 1)'"),
        Mistake("{parameters: {cross.fast: 'range(1, 5, 0)'}}", "invalid_range", marks: "'range(1, 5, 0)'"),
        Mistake("{parameters: {cross.fast: 'range(1, 5)'}}", "invalid_range", marks: "'range(1, 5)'"),
        Mistake(
            "{parameters: {main.risk.stop_loss: ['range(1%, 2, 1)']}}",
            "invalid_range",
            marks: "'range(1%, 2, 1)'"
        ),
        Mistake("{parameters: {main.risk.stop_loss: [1%, 150%]}}", "out_of_range", marks: "150%"),
        Mistake(
            "{parameters: {main.sizing.method: [kelly, risk_per_trade]}}",
            "conflict",
            marks: "risk_per_trade"
        ),
        Mistake("{parameters: {execution.commission: [0.1%, 200%]}}", "out_of_range", marks: "200%"),
        Mistake(
            "{parameters: {cross.fast: [5]}, constraints: [cross.fast < cross.slwo]}",
            "formula",
            marks: "cross.slwo",
            hint: "cross.slow"
        ),
        Mistake(
            "{parameters: {cross.fast: [5]}, constraints: [cross.fast + 1]}",
            "wrong_type",
            marks: "cross.fast + 1"
        ),
        Mistake(
            "{parameters: {cross.fast: [50]}, constraints: [cross.fast < cross.slow]}",
            "empty_sweep",
            marks: "cross.fast < cross.slow"
        ),
        Mistake(
            "{parameters: {cross.fast: [5]}, objective: {maximize: sharp_ratio}}",
            "unknown_reference",
            marks: "sharp_ratio",
            hint: "sharpe_ratio"
        ),
        Mistake(
            "{parameters: {cross.fast: [5]}, objective: {maximize: cagr, minimize: cagr}}",
            "conflict",
            marks: "{maximize: cagr, minimize: cagr}"
        ),
        Mistake(
            "{parameters: {cross.fast: [5]}, objective: {maximize: cagr, where: totl_trades > 1}}",
            "formula",
            marks: "totl_trades",
            hint: "total_trades"
        ),
        Mistake(
            "{parameters: {cross.fast: [5, 6], cross.slow: [20]}, zip: [[cross.fast, cross.slow]]}",
            "conflict",
            marks: "cross.slow"
        ),
        Mistake(
            "{parameters: {cross.fast: [5, 6]}, zip: [[cross.fast, cross.slow]]}",
            "unknown_path",
            marks: "cross.slow"
        ),
        Mistake(
            "{parameters: {execution.commission: [0], execution.commission.rate: [1%]}}",
            "conflict",
            marks: "execution.commission.rate"
        ),
        Mistake(
            "{parameters: {cross.fast: [5]}, constraints: [main.direction > 1]}",
            "formula",
            marks: "main.direction > 1"
        ),
        Mistake(
            "{parameters: {cross.fast: [5]}, constraints: [main.risk.stop_loss > 1%]}",
            "formula",
            marks: "main.risk.stop_loss > 1%"
        ),
        Mistake("{parameters: {execution.limit: [1%, 100%]}}", "out_of_range", marks: "100%"),
        Mistake("{cases: []}", "empty", marks: "[]"),
        Mistake("{cases: [{cross.fast: 0}]}", "out_of_range", marks: "0"),
        Mistake("{parameters: {cross.fast: [5]}, cases: [{cross.fast: 6}]}", "conflict", marks: "cross.fast"),
    ])
    func inASweep(mistake: Mistake) throws {
        let outcome = load(minimal + "sweep: \(mistake.text)\n")
        // An empty list is also an empty sweep; the first error is what matters.
        let error = try #require(outcome.diagnostics.first { $0.severity == .error })
        #expect(error.code == mistake.code, "\(outcome.render(color: false))")
        #expect(marked(error) == mistake.marked, "\(error.rendered(color: false))")
        if let hint = mistake.hint { #expect(error.hint?.contains(hint) == true, "\(error.hint ?? "none")") }
        #expect(
            outcome.diagnostics.filter { $0.severity == .error }.count == 1,
            "\(outcome.render(color: false))"
        )
    }

    /// One slip is one error: nothing is missed that is there under a misspelt key, nor what refers to it.
    @Test(arguments: [
        ("data:", "dta:"), ("bars:", "bar:"), ("symbol: QQQ", "symbl: QQQ"), ("file: QQQ", "fiel: QQQ"),
        ("strategies:\n", "Strategies:\n"), ("strategies:\n", "strategy:\n"), ("id: cross", "ID: cross"),
        ("type:", "tpye:"), ("portfolios:", "portfolio:"), ("id: main", "idd: main"),
        ("strategies: [", "stratgies: ["),
    ])
    func misspeltMandatoryKeys(right: String, wrong: String) throws {
        let text =
            minimal.replacingOccurrences(of: right, with: wrong) + "sweep: {parameters: {cross.fast: [5]}}\n"
        let found = load(text).diagnostics
        #expect(found.map(\.code) == ["unknown_key"], "\(load(text).render(color: false))")
        let key = String(right.prefix { $0 != ":" })
        #expect(found.first?.hint == "did you mean '\(key)'?")
    }

    /// The value under a misspelt key is checked as well; a key that is there twice in two spellings is not read twice.
    @Test func misspeltKeysKeepTheirValues() {
        #expect(
            errors(load(minimal + "executoin: {fill: never}\n")) == [
                "10:1 unknown_key", "10:19 unknown_value",
            ]
        )
        #expect(
            errors(load(minimal + "seed: 1\nsede: x\n")) == ["11:1 unknown_key"]
        )
    }

    /// Where a strategy could not be read, nothing is said of names that may be its own.
    @Test(arguments: ["strategies: 3\n", "strategies: []\n", "strategies: [{type: sma_cross}]\n"])
    func unreadableStrategiesAreOneError(strategies: String) throws {
        let text =
            minimalData + strategies + minimalPortfolios
            + "sweep: {parameters: {cross.fast: [5], execution.latency_bar: [1]}}\n"
        let codes = load(text).diagnostics.map(\.code)
        #expect(codes.count == 2, "\(load(text).render(color: false))")
        #expect(codes.last == "unknown_path")
    }

    /// A setting that waits for another one is warned of, unless that one stands anywhere.
    @Test(arguments: [
        ("threshold_mb: 5", "monitor_memory: true"), ("threshold_mb: 5", "observers: [memory]"),
        ("threshold_mb: 5", "on_overload: degrade"), ("total_threshold_mb: 5", "on_overload: degrade"),
        ("context_window: 3", "sample_rate: 0.5"), ("seed: 3", "sample_rate: 0.5"),
        ("seed: 3", "dynamic_rules: [{condition: total_trades > 3, action: {sample_rate: 0.5}}]"),
    ])
    func settingsThatWaitForAnother(idle: String, needed: String) throws {
        let alone = load(minimal + "tracing: {level: normal, \(idle)}\n")
        #expect(alone.diagnostics.map(\.code) == ["unused"], "\(alone.render(color: false))")
        #expect(marked(try #require(alone.diagnostics.first)) == idle.prefix { $0 != ":" })
        #expect(alone.plan != nil)
        let together =
            "tracing: {level: normal, overrides: {main: {\(needed)}}}\n" + "event_tracing: {\(idle)}\n"
        #expect(
            load(minimal + together).diagnostics.isEmpty,
            "\(load(minimal + together).render(color: false))"
        )
    }

    @Test func missingSections() {
        let found = load("name: x\n").diagnostics
        #expect(found.map(\.code) == ["missing_key", "missing_key", "missing_key"])
        #expect(found.map(\.message).joined().contains("'data'"))
    }

    @Test(arguments: [
        ("", "empty_document"), ("- a\n", "wrong_type"), ("5", "wrong_type"), ("a: [", "yaml_syntax"),
    ])
    func noConfiguration(text: String, code: String) throws { #expect(try onlyError(text).code == code) }

    @Test func everyErrorOfAFileInOnePass() {
        let text = """
            data: {bars: [{symbol: SPY, file: SPY.csv, timefram: 5m}]}
            strategies:
              - {id: a, type: sma_cros}
              - {id: a, rules: {enter_long: closs > opne}}
            portfolios:
              - {id: p, strategies: [a, b], risk: {stop_loss: x}}
            execution: {fill: never, commission: 2}
            sweep: {parameters: {a.fast: [1], execution.fil: [close]}}
            unknown: 1

            """
        #expect(
            errors(load(text)) == [
                "1:44 unknown_key", "3:19 unknown_reference", "4:10 duplicate_id", "4:33 rule", "4:41 rule",
                "6:29 unknown_reference", "6:51 wrong_type", "7:19 unknown_value", "7:38 out_of_range",
                "8:22 unknown_path", "8:35 unknown_path", "9:1 unknown_key",
            ]
        )
    }

    @Test func aRangeThatIsNotQuotedIsOneError() throws {
        let text = minimal + "sweep: {parameters: {cross.fast: range(2, 11, 1), cross.slow: [20]}}\n"
        let error = try onlyError(text)
        #expect(error.code == "invalid_range" && marked(error) == "range(2")
        #expect(error.hint?.contains("quote") == true)
        let path = try onlyError(
            minimal + "sweep: {parameters: {cross.fast: 'range(2, 11, 1)', cross.slo: ~}}\n"
        )
        #expect(path.code == "unknown_path")
    }

    @Test func aHintForCommasInFlowMaps() {
        let text =
            minimalData + minimalPortfolios
            + "strategies: [{id: cross, type: sma_cross}, {id: dip, rules: {enter_long: crosses_above(close, open)}}]\n"
        let hints = load(text).diagnostics.compactMap(\.hint)
        #expect(hints.contains { $0.contains("quote") })
    }

    @Test func countsPastALimit() {
        let list = [String](repeating: "x", count: 3_000).joined(separator: ", ")
        let found = load(minimal + "trace_settings: {events_to_trace: [\(list)]}\n").diagnostics
        #expect(found.count == 1_001)
        #expect(found.contains { $0.code == "too_many_problems" })
    }

    @Test(arguments: ["1e99999999999999999999%", "1e9223372036854775807bps", "-1e400%", "1e999"])
    func numbersWithoutEnd(text: String) throws {
        #expect(try onlyError(minimal + "execution: {commission: \(text)}\n").code == "out_of_range")
    }

    @Test(arguments: ["1e-99999999999999999999%", "1e-9223372036854775808bps", "0e9%"])
    func numbersNearZero(text: String) throws {
        #expect(try plan(minimal + "execution: {commission: \(text)}\n").execution.commission.rate == 0)
    }

    @Test func barsOfACentury() throws {
        let text = minimal.replacingOccurrences(of: "5m", with: "99999w")
        #expect(try onlyError(text).code == "wrong_type")
    }

    /// Seeded damage to a sound file: whatever comes out, it is a plan or an error, never a crash.
    @Test func damagedFilesAreHandled() throws {
        let sound = Array(try fixture("canonical.yaml").utf8)
        let pieces = [
            ":", "-", "[", "{", "}", "\n", "  ", "&a ", "*a", "<<: ", "1e999", "%", "null", "range(", "'",
            "#", "\t", "é",
        ]
        var state: UInt64 = 42
        func random(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        for _ in 0..<400 {
            var bytes = sound
            for _ in 0...random(3) {
                let place = random(bytes.count)
                switch random(3) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(contentsOf: Array(pieces[random(pieces.count)].utf8), at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + random(40)))
                }
            }
            let outcome = ConfigurationLoader.load(
                bytes: bytes,
                path: "x.yaml",
                options: .init(checksFiles: false)
            )
            #expect((outcome.plan == nil) == outcome.hasErrors)
            #expect(outcome.render(color: false).isEmpty == outcome.diagnostics.isEmpty)
        }
    }

    @Test func fileErrors() {
        let outcome = ConfigurationLoader.load(path: "/nonexistent/x.yaml")
        #expect(outcome.diagnostics.map(\.code) == ["cannot_read"])
        #expect(outcome.exitStatus == 2)
        #expect(ConfigurationLoader.load(path: testFolder).diagnostics.map(\.code) == ["cannot_read"])
    }
}
