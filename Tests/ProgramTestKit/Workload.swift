public import Foundation

/// A config and its data in a folder of their own, made for tests that interrupt, repeat and damage runs.
public struct Workload: Sendable {
    /// Name of the run.
    public static let name = "workload"
    /// The folder.
    public let folder: URL
    /// The config file.
    public var configuration: URL { folder.appendingPathComponent("workload.yaml") }
    /// One of the two data files.
    public var dataFile: URL { folder.appendingPathComponent("data/A.csv") }

    /// Writes a sweep of `slowCount` x 20 parameter sets for one portfolio over two symbols of `bars` bars.
    ///
    /// Trades, equity curves and, where asked, full traces and what observers find are stored, so that a run leaves many files.
    public init(
        in parent: URL,
        slowCount: Int,
        bars: Int = 600,
        traced: Bool = false,
        observed: Bool = false
    ) throws {
        folder = parent.appendingPathComponent("workload")
        let data = folder.appendingPathComponent("data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        for (symbol, seed) in [("A", 1), ("B", 2)] {
            let text = Workload.bars(count: bars, seed: UInt64(seed))
            try Data(text.utf8).write(to: data.appendingPathComponent("\(symbol).csv"))
        }
        let text = Workload.yaml(slowCount: slowCount, traced: traced) + (observed ? Workload.observers : "")
        try Data(text.utf8).write(to: configuration)
    }

    /// Observers that write files of their own.
    static let observers = """
        tracing:
          feature_extraction: {window: 4}
          distributed_tracing: true
          alerts: [{when: exit_reason == stop_loss, to: file, limit: 3}]

        """

    /// The config's text.
    static func yaml(slowCount: Int, traced: Bool) -> String {
        """
        name: \(name)
        data:
          directory: data
          bars:
            - {symbol: A, file: A.csv, timeframe: 1d}
            - {symbol: B, file: B.csv, timeframe: 1d}
        strategies:
          - id: cross
            type: sma_cross
            params: {fast: 5, slow: 30}
          - id: dips
            type: rsi_reversion
        portfolios:
          - id: both
            strategies: [cross, dips]
            direction: long_short
            risk: {stop_loss: 4%, take_profit: 9%}
        \(traced ? "    event_tracing: {mode: full, events_to_trace: ALL, storage_backend: disk}" : "")
        execution:
          commission: {rate: 0.1%}
          slippage: {rate: 2bps}
        sweep:
          parameters:
            cross.fast: range(1, 20, 1)
            cross.slow: range(21, \(20 + slowCount), 1)
          objective: {maximize: sharpe_ratio}
        results: {directory: results, store_trades: true, store_equity_curve: true}

        """
    }

    /// A seeded random walk as CSV, daily from 2010-01-01, prices with two decimals.
    public static func bars(count: Int, seed: UInt64) -> String {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func uniform() -> Double {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Double(state >> 11) / 9_007_199_254_740_992
        }
        var text = "timestamp,open,high,low,close,volume\n"
        var price = 100.0
        for day in 0..<count {
            let open = price
            // Three uniforms make a bell good enough for prices; the drift keeps the walk away from zero.
            price = max(5, price * (1 + 0.02 * (uniform() + uniform() + uniform() - 1.495)))
            let high = max(open, price) * (1 + 0.005 * uniform())
            let low = min(open, price) * (1 - 0.005 * uniform())
            let row = [open, high, low, price].map { String(format: "%.4f", $0) }.joined(separator: ",")
            text += "\(1_262_304_000 + day * 86_400),\(row),\(1_000 + day % 7)\n"
        }
        return text
    }

    /// Arguments that run it below an output folder.
    public func arguments(output: URL, jobs: Int = 2) -> [String] {
        ["run", configuration.path, "--output", output.path, "--jobs", "\(jobs)", "--quiet"]
    }
}
