import BacktestMetrics
import Foundation
import Testing

/// Return series whose metrics four other libraries computed (empyrical, quantstats, ffn, vectorbt).
@Suite struct OracleTests {
    static let cases = ["goog_buyhold_daily", "goog_smacross_longonly_daily", "spx_buyhold_daily"]

    /// The metrics' fixtures are shared with the reference engine's tests.
    static func document(_ name: String) throws -> [String: Any] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("ReferenceEngineTests/Fixtures/metrics/\(name).json")
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        return try #require(object as? [String: Any])
    }

    @Test(arguments: cases)
    func `metrics agree with four libraries`(name: String) throws {
        let input = try Self.document("\(name).input")
        let expected = try #require(try Self.document("\(name).expected")["reference"] as? [String: Any])
        let curve = try #require(input["equity"] as? [NSNumber]).map(\.doubleValue)
        let position = try #require(input["position"] as? [NSNumber]).map(\.doubleValue)
        let feed = MarkFeed(
            equity: curve.dropFirst().map { $0 * 100_000 },
            exposed: position.map { $0 != 0 },
            initial: 100_000,
            periods: try #require(input["periods_per_year"] as? NSNumber).doubleValue
        )
        // The curve moves on bars that the file calls flat where a trade ended, so every bar is fed as exposed too.
        var open = feed
        open.exposed = feed.exposed.map { _ in true }
        let values = try open.metrics { 100 }
        let pairs: [(MetricName, String)] = [
            (.totalReturn, "total_return"), (.cagr, "cagr_by_bars"), (.annualizedVolatility, "ann_vol_ddof1"),
            (.sharpeRatio, "sharpe_ann_ddof1"), (.sortinoRatio, "sortino_ann"),
            (.maxDrawdown, "max_drawdown"),
            (.calmarRatio, "calmar_bars"), (.omegaRatio, "omega_threshold0"),
            (.valueAtRisk95, "var95_hist_linear"), (.expectedShortfall95, "cvar95_hist_le_quantile"),
            (.ulcerIndex, "ulcer_index_mean_excl_start"), (.longestDrawdownBars, "longest_underwater_bars"),
            (.tailRatio, "tail_ratio"), (.stability, "stability_r2"), (.skewness, "skew_biased_g1"),
            (.kurtosis, "kurtosis_excess_biased_g2"),
        ]
        for (metric, key) in pairs {
            let oracle = try #require(expected[key] as? NSNumber, "\(key)").doubleValue
            let ours = try #require(values[metric], "\(metric)")
            #expect(
                abs(ours - oracle) <= 1e-9 * max(abs(oracle), 1e-3),
                "\(metric): \(ours) against \(oracle)"
            )
        }
    }
}
