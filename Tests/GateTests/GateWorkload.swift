import Foundation
import ProgramTestKit

/// What the gates run: small enough for valgrind, and of every kind, so that nothing is special-cased.
enum GateWorkload: String, CaseIterable, Sendable {
    /// SMA crossover on real daily bars.
    case daily
    /// SMA crossover on a long random walk.
    case minutes
    /// RSI reversion, long and short, with stop and target.
    case stops
    /// The z-score of a spread of two symbols.
    case pair

    /// Bars of the timeline where no other number is asked for.
    var bars: Int { self == .daily ? 2_148 : 20_000 }

    /// Values of the outer parameter.
    static let outerCount = 10

    /// The config; 60,000 days go far beyond the years in which a number is taken for an epoch unasked.
    ///
    /// `inner` is the number of values of the second parameter, and each gives `outerCount` containers.
    func yaml(inner: Int) -> String {
        switch self {
        case .daily, .minutes:
            """
            name: gate
            data:
              csv: {\(self == .minutes ? "time_format: epoch_s" : "")}
              bars: [{symbol: A, file: A.csv, timeframe: 1d}]
            strategies: [{id: s, type: sma_cross, params: {fast: 10, slow: 30}}]
            portfolios: [{id: p, strategies: [s], direction: long_only}]
            execution: {commission: 0.1%}
            sweep:
              parameters:
                s.fast: range(2, 11, 1)
                s.slow: range(20, \(19 + inner), 1)

            """
        case .stops:
            """
            name: gate
            data:
              bars: [{symbol: A, file: A.csv, timeframe: 1d}]
            strategies: [{id: s, type: rsi_reversion}]
            portfolios:
              - {id: p, strategies: [s], direction: long_short, risk: {stop_loss: 2%, take_profit: 4%}}
            execution: {commission: 0.1%}
            sweep:
              parameters:
                s.period: range(5, 14, 1)
                s.oversold: range(10, \(9 + inner), 1)

            """
        case .pair:
            """
            name: gate
            data:
              bars: [{symbol: A, file: A.csv, timeframe: 1d}, {symbol: B, file: B.csv, timeframe: 1d}]
            strategies: [{id: s, type: pairs_zscore, params: {lookback: 60, entry: 2, exit: 0.5}}]
            portfolios: [{id: p, strategies: [s], direction: long_short, sizing: {method: percent_of_equity, value: 90%}}]
            execution: {commission: 5bps}
            sweep:
              parameters:
                s.lookback: range(30, 120, 10)
                s.entry: range(1.1, \(Double(10 + inner) / 10), 0.1)

            """
        }
    }

    /// Writes data and config into a folder and gives the config's place.
    func write(to folder: URL, inner: Int, bars count: Int?) throws -> URL {
        let place = folder.appendingPathComponent("\(rawValue)-\(inner)-\(count ?? bars)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        for (symbol, seed) in [("A", UInt64(3)), ("B", 4)] {
            let text =
                self == .daily
                ? try String(contentsOf: GateWorkload.dailyBars, encoding: .utf8)
                : Workload.bars(count: count ?? bars, seed: seed)
            try Data(text.utf8).write(to: place.appendingPathComponent("\(symbol).csv"))
        }
        let config = place.appendingPathComponent("gate.yaml")
        try Data(yaml(inner: inner).utf8).write(to: config)
        return config
    }

    private static let dailyBars = Program.top
        .appendingPathComponent("Tests/ReferenceEngineTests/Fixtures/trades/goog_daily.csv")
}
