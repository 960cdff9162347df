import BacktestModel

/// The commonest distance between neighbouring bars.
enum BarDistance {
    /// Distances looked at: enough to tell the grid of any file.
    private static let sampleCount = 20_000

    /// The distance in nanoseconds that at least half of the first bars keep, of equally frequent ones the smallest.
    ///
    /// 0 for fewer than two bars and for bars without a regular distance.
    static func commonest(_ stamps: UnsafeBufferPointer<Int64>) -> Int64 {
        guard stamps.count > 1 else { return 0 }
        let count = min(stamps.count - 1, sampleCount)
        let distances = (0..<count).map { stamps[$0 + 1] - stamps[$0] }.sorted()
        var best: (distance: Int64, count: Int) = (0, 0)
        var start = 0
        while start < count {
            var end = start
            while end < count, distances[end] == distances[start] { end += 1 }
            if end - start > best.count { best = (distances[start], end - start) }
            start = end
        }
        return best.count * 2 >= count ? best.distance : 0
    }

    /// A bar length as people write it: `5m`, `1h`, `1d`.
    static func text(_ nanoseconds: Int64) -> String {
        let units: [(name: String, length: Int64)] = [
            ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ]
        for unit in units where nanoseconds % unit.length == 0 {
            return "\(nanoseconds / unit.length)\(unit.name)"
        }
        return "\(nanoseconds)ns"
    }
}
