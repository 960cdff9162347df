/// Agreement of two orders.
public enum RankCorrelation {
    /// Spearman's coefficient, tied values sharing their mean rank; `nil` for fewer than two pairs or a constant side.
    public static func spearman(_ a: [Double], _ b: [Double]) -> Double? {
        precondition(a.count == b.count)
        let (x, y) = (ranks(a), ranks(b))
        let middle = Double(a.count + 1) / 2
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (p, q) in zip(x, y) {
            xx += (p - middle) * (p - middle)
            yy += (q - middle) * (q - middle)
            xy += (p - middle) * (q - middle)
        }
        guard xx > 0, yy > 0 else { return nil }
        return xy / (xx * yy).squareRoot()
    }

    /// Ranks from 1 for the smallest on; tied values have the mean of their ranks.
    public static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var last = first
            while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
            for place in first...last { ranks[order[place]] = Double(first + last) / 2 + 1 }
            first = last + 1
        }
        return ranks
    }
}
