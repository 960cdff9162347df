import BacktestConfiguration
import BacktestSweep
import Foundation
import Testing

/// Folder of this file, which holds the test data.
let testFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path

/// A configuration that is sound: what snippets and single sections are put beside.
let minimalData =
    "data: {bars: [{symbol: SPY, file: SPY.csv, timeframe: 5m}, {symbol: QQQ, file: QQQ.csv}]}\n"
let minimalStrategies = """
    strategies:
      - {id: cross, type: sma_cross, params: {fast: 10, slow: 30}}
      - id: dip
        params: {oversold: 30, trend: 200}
        rules:
          enter_long: rsi(close, 14) < oversold and close > sma(close, trend)
          exit_long: rsi(close, 14) > 55

    """
let minimalPortfolios = "portfolios: [{id: main, strategies: [cross, dip]}]\n"
let minimal = minimalData + minimalStrategies + minimalPortfolios

/// Reads a text as if it lay in `configs/test.yaml`, without looking for data files.
func load(
    _ text: String,
    settings: [String] = [],
    environment: String? = nil,
    limit: Int? = nil
) -> ConfigurationOutcome {
    ConfigurationLoader.load(
        bytes: Array(text.utf8),
        path: "configs/test.yaml",
        options: .init(
            environment: environment,
            settings: settings,
            containerLimit: limit,
            checksFiles: false
        )
    )
}

/// The plan of a text that must be sound.
func plan(
    _ text: String,
    settings: [String] = [],
    environment: String? = nil,
    limit: Int? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> RunPlan {
    let outcome = load(text, settings: settings, environment: environment, limit: limit)
    let errors = outcome.diagnostics.filter { $0.severity == .error }
    #expect(errors.isEmpty, "\(outcome.render(color: false))", sourceLocation: sourceLocation)
    return try #require(outcome.plan, sourceLocation: sourceLocation)
}

/// Place and code of every error, as `line:column code`.
func errors(_ outcome: ConfigurationOutcome) -> [String] {
    outcome.diagnostics.filter { $0.severity == .error }.map { "\($0.line):\($0.column) \($0.code)" }
}

/// The only error of a text.
func onlyError(
    _ text: String,
    settings: [String] = [],
    environment: String? = nil,
    limit: Int? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> ConfigurationDiagnostic {
    let outcome = load(text, settings: settings, environment: environment, limit: limit)
    let errors = outcome.diagnostics.filter { $0.severity == .error }
    #expect(errors.count == 1, "\(outcome.render(color: false))", sourceLocation: sourceLocation)
    #expect(outcome.plan == nil, sourceLocation: sourceLocation)
    return try #require(errors.first, sourceLocation: sourceLocation)
}

/// The text that a diagnostic's carets stand under.
func marked(_ diagnostic: ConfigurationDiagnostic) -> String {
    let scalars = Array(diagnostic.sourceLine.unicodeScalars)
    let range =
        max(
            0,
            diagnostic.column - 1
        )..<min(scalars.count, max(diagnostic.endColumn - 1, diagnostic.column - 1))
    var text = ""
    for scalar in scalars[range] { text.unicodeScalars.append(scalar) }
    return text
}

/// The text of a file of the test folder.
func fixture(_ name: String) throws -> String {
    try String(contentsOfFile: testFolder + "/Fixtures/" + name, encoding: .utf8)
}
