/// A curve cut down to what a screen can show.
enum CurveSample {
    /// Indices of at most about `limit` points: of each stretch the first, lowest, highest and last, so that no extreme is lost.
    static func indices(_ values: [Double], limit: Int) -> [Int] {
        guard values.count > limit, limit >= 4 else { return Array(values.indices) }
        let stretches = limit / 4
        var kept: [Int] = []
        for stretch in 0..<stretches {
            let range = (stretch * values.count / stretches)..<((stretch + 1) * values.count / stretches)
            guard let first = range.first, let last = range.last else { continue }
            var (lowest, highest) = (first, first)
            for index in range {
                if values[index] < values[lowest] { lowest = index }
                if values[index] > values[highest] { highest = index }
            }
            for index in [first, min(lowest, highest), max(lowest, highest), last]
            where kept.last.map({ $0 < index }) ?? true {
                kept.append(index)
            }
        }
        return kept
    }

    /// Fall below the highest value so far, as a fraction of 0 and more; `start` counts as the first value.
    static func drawdown(_ values: [Double], start: Double) -> [Double] {
        var peak = start
        return values.map { value in
            peak = max(peak, value)
            return peak > 0 ? 1 - value / peak : 0
        }
    }
}
