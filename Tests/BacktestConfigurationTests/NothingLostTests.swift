import BacktestConfiguration
import BacktestMarketData
import BacktestSweep
import Foundation
import Testing

/// What is valid runs whole: a configuration without errors has a plan in which nothing that it names is missing.
///
/// Every node of a full configuration is replaced by nothing (null, an empty list, map or text) and by values of wrong kinds.
struct NothingLostTests {
    /// One of every kind of part, as JSON, which is YAML.
    private static var full: [String: Any] {
        [
            "name": "full", "seed": 7,
            "data": [
                "directory": "data", "start": "2024-01-01", "end": "2024-12-31", "timezone": "UTC",
                "warmup": 3,
                "tolerance": 1e-6, "on_bad_row": "drop", "timestamp": "open", "stale_after": "7d",
                "csv": ["time_format": "%Y-%m-%d"],
                "bars": [
                    ["symbol": "AAA", "file": "A.csv", "timeframe": "1d"],
                    ["symbol": "BBB", "file": "B.csv", "timeframe": "1d", "time_format": "excel"],
                ],
            ],
            "strategies": [
                [
                    "id": "cross", "type": "sma_cross", "params": ["fast": 5, "slow": 20], "symbols": ["AAA"],
                    "trigger": "edge",
                ],
                [
                    "id": "dip", "rules": ["enter_long": "close < open", "exit_long": "close > open"],
                    "strength": "0.5",
                ],
            ],
            "portfolios": [
                [
                    "id": "fund", "strategies": ["cross", "dip"], "initial_capital": 1_000,
                    "direction": "long_only",
                    "allocation": ["cross": 1, "dip": 2],
                    "sizing": ["method": "percent_of_equity", "value": 0.5, "basis": "sleeve"],
                    "risk": ["stop_loss": 0.05, "take_profit": 0.1, "max_drawdown": 0.5],
                    "event_tracing": ["mode": "minimal", "retention_policy": "trade_complete"],
                ],
                ["id": "other", "strategies": ["dip"]],
            ],
            "execution": [
                "fill": "next_open", "latency_bars": 1, "commission": ["rate": 0.001],
                "slippage": ["rate": 0.0001],
                "limit": 0.01, "expire_bars": 3, "close_at_end": true,
            ],
            "sweep": [
                "method": "grid",
                "parameters": ["cross.fast": [3, 5], "fund.risk.stop_loss": [0.01, 0.02]],
                "constraints": ["cross.fast < 10"],
                "objective": ["maximize": "sharpe_ratio", "where": "total_trades >= 1"],
            ],
            "tracing": ["level": "minimal"], "metrics": ["returns": "bar", "risk_free": 0.01],
            "results": ["directory": "results", "store_trades": true], "checks": ["max(sharpe_ratio) >= 0"],
        ]
    }

    private static var replacements: [Any] {
        [
            NSNull(), [Any](), [String: Any](), "", -1, "no such word", [NSNull()],
        ]
    }

    /// Every node but the top, as the keys and places that lead to it.
    private static func paths(_ node: Any) -> [[AnyHashable]] {
        if let map = node as? [String: Any] {
            return map.keys.sorted().flatMap { key in [[key]] + paths(map[key] ?? 0).map { [key] + $0 } }
        }
        if let list = node as? [Any] {
            return list.indices.flatMap { index in [[index]] + paths(list[index]).map { [index] + $0 } }
        }
        return []
    }

    private static func replacing(_ node: Any, _ path: ArraySlice<AnyHashable>, with value: Any) -> Any {
        guard let first = path.first else { return value }
        if var map = node as? [String: Any], let key = first as? String {
            map[key] = replacing(map[key] ?? 0, path.dropFirst(), with: value)
            return map
        }
        if var list = node as? [Any], let index = first as? Int {
            list[index] = replacing(list[index], path.dropFirst(), with: value)
            return list
        }
        return node
    }

    private static func text(_ node: Any) throws -> String {
        String(
            decoding: try JSONSerialization.data(withJSONObject: node, options: [.sortedKeys]),
            as: UTF8.self
        )
    }

    /// The texts under a key of a list's maps, those that are texts.
    private static func names(_ node: Any?, _ key: String) -> [String] {
        // A number is a name, too, where a text is expected.
        ((node as? [Any]) ?? []).compactMap { item in
            (item as? [String: Any])?[key].map { "\($0)" }
        }
    }

    private func hold(_ configuration: Any, _ what: String) throws {
        let outcome = load(try Self.text(configuration))
        let errors = outcome.diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty else {
            #expect(outcome.plan == nil, "\(what)")
            #expect(errors.allSatisfy { $0.line >= 1 && $0.column >= 1 }, "\(what)")
            return
        }
        let plan = try #require(outcome.plan, "\(what): neither a plan nor an error")
        let top = try #require(configuration as? [String: Any])
        let items = top["portfolios"] as? [Any] ?? []
        #expect(plan.portfolios.map(\.id) == Self.names(items, "id"), "\(what): portfolios")
        #expect(plan.portfolios.count == items.count, "\(what): portfolios")
        #expect(
            plan.portfolios.allSatisfy { !$0.strategies.isEmpty },
            "\(what): a portfolio without strategies"
        )
        #expect(plan.strategies.map(\.id) == Self.names(top["strategies"], "id"), "\(what): strategies")
        let bars = (top["data"] as? [String: Any])?["bars"]
        #expect(plan.data.bars.map(\.symbol) == Self.names(bars, "symbol"), "\(what): symbols")
        #expect(plan.sweep.setCount > 0, "\(what): no set")
    }

    @Test func theFullConfigurationIsValid() throws {
        _ = try plan(try Self.text(Self.full))
        try hold(Self.full, "full")
    }

    @Test(arguments: 0..<7)
    func nothingIsLost(index: Int) throws {
        let paths = Self.paths(Self.full)
        #expect(paths.count > 80 && Self.replacements.count == 7)
        for path in paths {
            let value = Self.replacements[index]
            try hold(
                Self.replacing(Self.full, path[...], with: value),
                "\(path.map { "\($0)" }.joined(separator: ".")) = \(value)"
            )
        }
    }

    @Test(
        arguments: [
            "data.bars.0.symbol", "data.bars.1.file", "strategies.0.id", "portfolios.1.id",
            "portfolios.1.strategies",
            "data.bars",
        ]
    )
    func aRequiredKeyWithoutAValueIsRefusedAtTheKey(place: String) throws {
        let path = place.split(separator: ".").map {
            Int($0).map(AnyHashable.init) ?? AnyHashable(String($0))
        }
        let text = try Self.text(Self.replacing(Self.full, path[...], with: NSNull()))
        let error = try #require(load(text).diagnostics.first { $0.severity == .error })
        #expect(error.code == "missing_value")
        #expect(error.message.contains("'\(place.split(separator: ".").last ?? "")'"))
    }
}
