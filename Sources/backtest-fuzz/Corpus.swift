/// Sound inputs that the mutations start from: small, and together through every part of each format.
enum Corpus {
    static let configurations = [
        """
        name: sweep
        data:
          directory: data
          bars:
            - {symbol: SPY, file: SPY.csv, timeframe: 5m}
          start: 2024-04-01
        strategies:
          - id: cross
            type: sma_cross
            params: {fast: 10, slow: 30}
          - id: dips
            rules:
              enter_long: crosses_above(rsi(close, 14), 30) and close > sma(close, 200)
        portfolios:
          - id: fund
            strategies: [cross, dips]
            sizing: {method: percent_of_equity, value: 100%}
            risk: {stop_loss: 2%, take_profit: {atr: 2, period: 14}}
        sweep:
          parameters:
            cross.fast: range(5, 50, 5)
          constraints: [cross.fast < cross.slow]

        """,
        """
        defaults: &defaults
          direction: long_short
          risk: &risk {stop_loss: 1%}
        portfolios:
          - <<: *defaults
            id: a
          - {<<: [*defaults, {risk: *risk}], id: b}
        trace_settings:
          container_settings:
            "portfolio_*": {enabled: true, events_to_trace: "ALL"}
            "*":
              enabled: false

        """,
        "text: |\n  one\n  two\nfolded: >-\n  three\n  four\nquoted: \"a\\tb\\u0041\"\nsingle: 'it''s'\n",
        "[1, 2.5, -3e4, .inf, ~, true, 0x1F, 0123, 2024-04-01, '0123']\n",
        "? [complex, key]\n: value\n!!str 12: x\n",
        "a: &x [1, 2]\nb: *x\nc: {d: *x}\n",
    ]

    static let rules = [
        "crosses_above(sma(close, fast), sma(close, slow))",
        "close > donchian_upper(entry)[1] and not (rsi(close, 14) < 30 or hour >= 16)",
        "zscore(log(close) - log(QQQ.close), 60) < -2",
        "macd(close, 12, 26, 9) > macd_signal(close, 12, 26, 9)",
        "sma(close, 5)[1] * 1.01 <= max(high, low[2]) / 2 - -volume",
        "bars_since(close > open) > 3 and day_of_week() == 4",
        "rising(close, 3) or falling(hlc3, 2) and change(close) != 0",
        "(close)", "abs(-1.5e3) > 10bps", "correlation(close, QQQ.close, 20)",
    ]

    static let keys = [
        "name", "data", "bars", "symbol", "file", "timeframe", "strategies", "portfolios", "containers",
        "type",
        "analysis", "params", "rules", "enter_long", "signals", "risk", "stop_loss", "sizing", "method",
        "execution",
        "commission", "sweep", "parameters", "constraints", "zip", "cases", "objective", "maximize",
        "tracing",
        "trace_settings", "dynamic_rules", "event_tracing", "mode", "full", "metrics", "results",
        "production",
    ]

    static let bars = [
        "timestamp,open,high,low,close,volume\n2020-01-01,1,2,0.5,1.5,100\n2020-01-02,1.5,2,1,2,0\n",
        "time,Close,LOW,high,Open,volume,extra\r\n1577836800,1.5,0.5,2,1,10,x\r\n1577923200,1,1,1,1,1,y\r\n",
        "\u{FEFF}timestamp,open,high,low,close,volume\n\"2020-01-01T09:30:00-05:00\",\"1\",2,1,1.25,3\n",
        "timestamp,open,high,low,close,volume\n2020-03-29 02:30:00,1e0,1.0000001,0.99,1,7",
        "timestamp,open,high,low,close,volume\n1577836800000000000,3,3,3,3,3\n1577836800000000001,3,3,3,3,3\n",
    ]

    static let ruleWords = [
        "close", "sma(", "rsi(close, 14)", "QQQ.", "[1]", "[-1]", " and ", " or ", "not ", "(", ")", ",",
        " < ", " != ",
        "fast", " - ", "-", "%", "bps", "hour", "crosses_above(", ".", "1e9999",
    ]

    static let formulas = [
        "momentum_1.fast < momentum_1.slow", "total_trades >= 30",
        "max(sharpe_ratio, 0) > 1 and not (cagr <= 5%)",
        "abs(a - b) / sqrt(c) <= exp(log(2)) * 10bps", "a == b or c != d",
    ]

    static let records = [
        """
        {
          "schema_version": 1,
          "container_id": "fund_0042", "portfolio_id": "fund", "run_id": "3fa9c1",
          "status": "completed", "halted": null,
          "parameters": {"cross.fast": 10, "cross.kind": "a\\u00e9\\n", "on": true},
          "strategies": ["cross"], "symbols": ["SPY"],
          "period": {"start": "2024-04-01T13:30:00Z", "end": "2025-03-31T20:00:00Z", "bars": 20769},
          "metrics": {"initial_capital": 100000, "final_equity": 101234.5625, "total_return": 0.012345625,
            "sharpe_ratio": null, "total_trades": 12},
          "by_strategy": {"cross": {"signals": 24, "total_trades": 12, "winning_trades": 5, "net_pnl": 1234.5625,
            "win_rate": 0.4166666666666667}},
          "by_symbol": {},
          "events": {"SIGNAL": 412, "FILL": 206},
          "memory": {"events_in_memory": 0, "peak_events_in_memory": 7, "events_pruned": 1236, "events_dropped": 0}
        }

        """,
        "{\"schema_version\": 2}", "{\"schema_version\": 1, \"status\": \"failed\", \"error\": \"x\"}",
        "[[[[[[]]]]]]", "{\"a\": [1, 2.5e-3, {\"b\": \"\\\"\\\\\\/\"}]}",
    ]
}
