import BacktestExpressions
import Foundation

extension SlowEvaluator {
    mutating func call(_ name: String, _ arguments: [BacktestExpressions.Expression]) -> Numbers {
        switch name {
        case "bars_since":
            let holds = conditions(arguments[0])
            return holds.indices.map { t in
                (0...t).reversed().first { holds[$0] }.map { Double(t - $0) }
            }
        case "atr": return trueRangeAverage(Int(scalar(arguments[0])))
        case "obv": return onBalanceVolume()
        case "donchian_upper": return window(bars.high.map { $0 }, Int(scalar(arguments[0]))) { $0.max() }
        case "donchian_lower": return window(bars.low.map { $0 }, Int(scalar(arguments[0]))) { $0.min() }
        case "min", "max", "correlation": return several(name, arguments)
        case "abs", "sign", "log", "exp", "sqrt":
            return numbers(arguments[0]).map { $0.flatMap { pointwise(name, $0) } }
        case "macd", "macd_signal":
            let x = numbers(arguments[0])
            let settings = arguments.dropFirst().map { Int(scalar($0)) }
            return macd(x, settings[0], settings[1], settings[2], isSignal: name == "macd_signal")
        default:
            let x = numbers(arguments[0])
            let n = arguments.count > 1 ? Int(scalar(arguments[1])) : 1
            let k = arguments.count > 2 ? scalar(arguments[2]) : 0
            return windowed(name, x, n, k, isExact(arguments[0]))
        }
    }

    private func pointwise(_ name: String, _ x: Double) -> Double? {
        switch name {
        case "abs": return abs(x)
        case "sign": return x > 0 ? 1 : x < 0 ? -1 : 0
        case "log": return x > 0 ? log(x) : nil
        case "exp": return exp(x).isFinite ? exp(x) : nil
        default: return x >= 0 ? x.squareRoot() : nil
        }
    }

    private mutating func several(_ name: String, _ arguments: [BacktestExpressions.Expression]) -> Numbers {
        if name == "correlation" {
            let (x, y, n) = (numbers(arguments[0]), numbers(arguments[1]), Int(scalar(arguments[2])))
            return x.indices.map { t in
                guard t >= n - 1 else { return nil }
                let pairs = (t - n + 1...t).compactMap { i in x[i].flatMap { a in y[i].map { (a, $0) } } }
                guard pairs.count == n else { return nil }
                noteSpread(pairs.map(\.0), isExact(arguments[0]))
                noteSpread(pairs.map(\.1), isExact(arguments[1]))
                let meanX = pairs.reduce(0) { $0 + $1.0 } / Double(n)
                let meanY = pairs.reduce(0) { $0 + $1.1 } / Double(n)
                let xx = pairs.reduce(0) { $0 + ($1.0 - meanX) * ($1.0 - meanX) }
                let yy = pairs.reduce(0) { $0 + ($1.1 - meanY) * ($1.1 - meanY) }
                let xy = pairs.reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
                if Set(pairs.map(\.0)).count == 1 || Set(pairs.map(\.1)).count == 1 { return nil }
                return xy / (xx * yy).squareRoot()
            }
        }
        let columns = arguments.map { numbers($0) }
        return bars.close.indices.map { t in
            let values = columns.compactMap { $0[t] }
            guard values.count == columns.count else { return nil }
            return name == "min" ? values.min() : values.max()
        }
    }

    // Counts windows whose spread is nothing but rounding, where a ratio of spreads means nothing.
    private mutating func noteSpread(_ w: [Double], _ exact: Bool) {
        guard let low = w.min(), let high = w.max(), high > low || !exact else { return }
        if high - low <= 1e-9 * max(abs(high), abs(low)) { uncertain += 1 }
    }

    private mutating func windowed(
        _ name: String,
        _ x: Numbers,
        _ n: Int,
        _ k: Double,
        _ exact: Bool
    ) -> Numbers {
        let bars = Double(n)
        func mean(_ w: [Double]) -> Double { w.reduce(0, +) / bars }
        func deviation(_ w: [Double]) -> Double {
            if Set(w).count == 1 { return 0 }
            let m = mean(w)
            return (w.reduce(0) { $0 + ($1 - m) * ($1 - m) } / bars).squareRoot()
        }
        switch name {
        case "sma", "bollinger_middle": return window(x, n, mean)
        case "stdev": return window(x, n, deviation)
        case "bollinger_upper": return window(x, n) { mean($0) + k * deviation($0) }
        case "bollinger_lower": return window(x, n) { mean($0) - k * deviation($0) }
        case "zscore":
            for t in x.indices where t >= n - 1 { noteSpread(x[(t - n + 1)...t].compactMap { $0 }, exact) }
            return window(x, n) { w in
                let spread = deviation(w)
                return spread == 0 ? nil : (w[w.count - 1] - mean(w)) / spread
            }
        case "highest": return window(x, n) { $0.max() }
        case "lowest": return window(x, n) { $0.min() }
        case "wma":
            return window(x, n) { w in
                w.enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element } / (bars * (bars + 1) / 2)
            }
        case "linreg_slope":
            return window(x, n) { w in
                let middle = (bars - 1) / 2
                let m = mean(w)
                let top = w.enumerated().reduce(0) { $0 + (Double($1.offset) - middle) * ($1.element - m) }
                return top / w.indices.reduce(0) { $0 + (Double($1) - middle) * (Double($1) - middle) }
            }
        case "rank", "percentile_rank":
            return window(x, n) { w in
                let last = w[w.count - 1]
                let rank = Double(w.count { $0 < last }) + Double(w.count { $0 == last } + 1) / 2
                return name == "rank" ? rank : rank / bars
            }
        case "ema": return exponential(x, n)
        case "rsi": return relativeStrength(x, n)
        case "momentum", "change", "roc":
            return x.indices.map { t in
                guard t >= n, let now = x[t], let before = x[t - n] else { return nil }
                if name != "roc" { return now - before }
                return before == 0 ? nil : (now / before - 1) * 100
            }
        default: return []
        }
    }

    private func window(_ x: Numbers, _ n: Int, _ value: ([Double]) -> Double?) -> Numbers {
        x.indices.map { t in
            guard t >= n - 1 else { return nil }
            let values = x[(t - n + 1)...t].compactMap { $0 }
            return values.count == n ? value(values) : nil
        }
    }

    // Number of defined values in a row up to a bar.
    private func run(_ x: Numbers, _ t: Int) -> Int {
        var count = 0
        while count <= t, x[t - count] != nil { count += 1 }
        return count
    }

    private func exponential(_ x: Numbers, _ n: Int) -> Numbers {
        var out = Numbers(repeating: nil, count: x.count)
        for t in x.indices {
            let age = run(x, t)
            if age == n {
                out[t] = x[(t - n + 1)...t].reduce(0) { $0 + ($1 ?? .nan) } / Double(n)
            } else if age > n, let value = x[t], let before = out[t - 1] {
                out[t] = before + (value - before) * (2 / (Double(n) + 1))
            }
        }
        return out
    }

    private func relativeStrength(_ x: Numbers, _ n: Int) -> Numbers {
        x.indices.map { t in
            let age = run(x, t)
            guard age > n else { return nil }
            let values = x[(t - age + 1)...t].compactMap { $0 }
            var gain = 0.0
            var loss = 0.0
            for i in 1...n {
                gain += max(values[i] - values[i - 1], 0) / Double(n)
                loss += max(values[i - 1] - values[i], 0) / Double(n)
            }
            for i in (n + 1)..<max(values.count, n + 1) {
                gain = (gain * Double(n - 1) + max(values[i] - values[i - 1], 0)) / Double(n)
                loss = (loss * Double(n - 1) + max(values[i - 1] - values[i], 0)) / Double(n)
            }
            return gain + loss < 1e-14 ? 0 : 100 * gain / (gain + loss)
        }
    }

    private func macd(_ x: Numbers, _ a: Int, _ b: Int, _ signal: Int, isSignal: Bool) -> Numbers {
        let (fast, slow) = (min(a, b), max(a, b))
        let calm = exponential(x, slow)
        // The fast average is seeded with the values that end where the slow one starts.
        var late = Numbers(repeating: nil, count: x.count)
        for t in x.indices {
            let age = run(x, t)
            if age == slow {
                late[t] = x[(t - fast + 1)...t].reduce(0) { $0 + ($1 ?? .nan) } / Double(fast)
            } else if age > slow, let value = x[t], let before = late[t - 1] {
                late[t] = before + (value - before) * (2 / (Double(fast) + 1))
            }
        }
        let line = zip(late, calm).map { quick, calm in quick.flatMap { q in calm.map { q - $0 } } }
        let average = exponential(line, signal)
        return isSignal ? average : zip(line, average).map { $1 == nil ? nil : $0 }
    }

    private func trueRangeAverage(_ n: Int) -> Numbers {
        var average = 0.0
        return bars.close.indices.map { t in
            guard t >= 1 else { return nil }
            let before = bars.close[t - 1]
            let range = max(bars.high[t], before) - min(bars.low[t], before)
            average = t <= n ? average + range / Double(n) : (average * Double(n - 1) + range) / Double(n)
            return t >= n ? average : nil
        }
    }

    private func onBalanceVolume() -> Numbers {
        var total = 0.0
        return bars.close.indices.map { t in
            let move = t == 0 ? 1 : bars.close[t] - bars.close[t - 1]
            total += move > 0 ? bars.volume[t] : move < 0 ? -bars.volume[t] : 0
            return total
        }
    }
}
