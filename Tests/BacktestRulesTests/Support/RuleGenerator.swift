/// Random rules that parse, over the parameters `p` (2 to 5) and `q` (a level).
struct RuleGenerator {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(state: seed) }

    mutating func condition(_ depth: Int) -> String {
        if depth <= 0 { return comparison(0) }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return "(\(condition(depth - 1)) and \(condition(depth - 1)))"
        case 1: return "(\(condition(depth - 1)) or \(condition(depth - 1)))"
        case 2: return "not \(parenthesised(condition(depth - 1)))"
        case 3:
            return "\(parenthesised(condition(depth - 1)))[\(Int.random(in: 0...70, using: &random) % 9 * 8)]"
        case 4: return "crosses_above(\(number(depth - 1)), \(number(depth - 1)))"
        case 5: return "crosses_below(\(number(depth - 1)), \(number(depth - 1)))"
        case 6: return "rising(\(number(depth - 1)))"
        case 7: return "falling(\(number(depth - 1)), \(pick(["1", "2", "3"])))"
        default: return comparison(depth - 1)
        }
    }

    private mutating func comparison(_ depth: Int) -> String {
        "\(number(depth)) \(pick(["<", "<=", ">", ">=", "==", "!="])) \(number(depth))"
    }

    mutating func number(_ depth: Int) -> String {
        if depth <= 0 {
            return pick([
                "close", "open", "high", "low", "volume", "hl2", "hlc3", "100", "q", "0.25", "minute", "hour",
            ])
        }
        let x = number(depth - 1)
        switch Int.random(in: 0..<14, using: &random) {
        case 0: return "(\(x) + \(number(depth - 1)))"
        case 1: return "(\(x) - \(number(depth - 1)))"
        case 2: return "(\(x) / \(number(depth - 1)))"
        case 3: return "(\(x) * 2)"
        case 4: return "(-\(x))"
        case 5: return "\(parenthesised(x))[\(pick(["0", "1", "2", "p"]))]"
        case 6: return "bars_since(\(condition(depth - 1)))"
        case 7: return "\(pick(["atr", "donchian_upper", "donchian_lower"]))(\(pick(["1", "3", "p"])))"
        case 8: return "\(pick(["abs", "sign", "log", "sqrt"]))(\(x))"
        case 9: return "\(pick(["min", "max"]))(\(x), \(number(depth - 1)))"
        case 10: return "\(pick(["macd", "macd_signal"]))(\(x), 2, p, 3)"
        case 11: return "correlation(\(x), \(number(depth - 1)), \(pick(["3", "p"])))"
        case 12: return "\(pick(["bollinger_upper", "bollinger_lower"]))(\(x), \(pick(["3", "p"])), 1.5)"
        default:
            let name = pick([
                "sma", "ema", "wma", "rsi", "stdev", "zscore", "highest", "lowest", "rank", "percentile_rank",
                "linreg_slope", "roc", "momentum", "change",
            ])
            return "\(name)(\(x), \(pick(["2", "3", "7", "p"])))"
        }
    }

    private func parenthesised(_ text: String) -> String { "(\(text))" }

    private mutating func pick(_ words: [String]) -> String { words.randomElement(using: &random) ?? "close" }
}
