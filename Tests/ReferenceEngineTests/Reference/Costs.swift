extension Reference.Commission {
    /// R50: clamp(rate x q x p + per_share x q + per_trade, minimum, maximum).
    func charged(quantity: Double, price: Double) -> Double {
        min(max(raw(quantity: quantity, price: price), minimum), maximum)
    }

    func raw(quantity: Double, price: Double) -> Double {
        rate * quantity * price + perShare * quantity + perTrade
    }

    /// R43: the largest q with q x p + commission <= budget; 0 where there is none.
    func affordable(budget: Double, price: Double) -> Double {
        guard price > 0 else { return 0 }
        var quantity = (budget - perTrade) / (price * (1 + rate) + perShare)
        let raw = raw(quantity: quantity, price: price)
        if raw < minimum { quantity = (budget - minimum) / price }
        if raw > maximum { quantity = (budget - maximum) / price }
        return max(quantity, 0)
    }
}

extension Reference.Slippage {
    /// R51: p +/- (p x rate + ticks x tick_size + spread / 2), against the trader, not clamped to the bar, never below 0.
    ///
    /// `traded` and `volume` give the participation (g); `nil` leaves the impact out.
    func slipped(_ price: Double, sign: Double, traded: Double?, volume: Double) -> Double {
        var distance = price * rate + ticks * tickSize + spread / 2 + price * spreadRate / 2
        if let traded, volumeImpact > 0 {
            let participation = volume > 0 ? (traded / volume).squareRoot() : 1
            distance += price * volumeImpact * participation
        }
        return max(price + sign * distance, 0)
    }
}

extension Reference.Sizing {
    /// R43: floor(q / lot x (1 + 1e-12)) x lot; fractional units stay as they are.
    func floored(_ quantity: Double) -> Double {
        guard let lot else { return quantity }
        return (quantity / lot * (1 + 1e-12)).rounded(.down) * lot
    }
}

extension Reference.Distance {
    /// R60: the distance from a reference price; `nil` where the average true range is undefined.
    func from(_ price: Double, range: (Int) -> Double?) -> Double? {
        switch self {
        case .rate(let rate): rate * price
        case .price(let distance): distance
        case .atr(let multiple, let period): range(period).map { multiple * $0 }
        }
    }
}

extension Reference.Symbol {
    /// Wilder's average true range at a bar as TA-Lib has it: the mean of TR[1...n] at bar n, then smoothed.
    func averageTrueRange(_ period: Int, at bar: Int) -> Double? {
        guard bar >= period, period >= 1 else { return nil }
        var average = 0.0
        for index in 1...bar {
            let before = bars[index - 1].close
            let now = bars[index]
            let range = max(now.high - now.low, abs(now.high - before), abs(now.low - before))
            if index < period {
                average += range
            } else if index == period {
                average = (average + range) / Double(period)
            } else {
                average = (average * Double(period - 1) + range) / Double(period)
            }
        }
        return average
    }

    /// (h): the sample standard deviation of the last `lookback` log returns of the close up to a bar.
    func volatility(_ lookback: Int, at bar: Int) -> Double? {
        guard lookback >= 2, bar >= lookback else { return nil }
        let returns = (bar - lookback + 1...bar).map {
            Reference.logarithm(bars[$0].close / bars[$0 - 1].close)
        }
        guard let deviation = Reference.sampleDeviation(returns), deviation > 0 else { return nil }
        return deviation
    }
}
