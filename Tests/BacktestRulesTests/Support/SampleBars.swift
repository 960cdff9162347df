import BacktestMarketData
import BacktestModel
import Foundation
import Testing

/// Bars as plain arrays, from a fixture or from a seed.
struct SampleBars {
    var symbol = "TEST"
    var timestamps: [Int64] = []
    var open: [Double] = []
    var high: [Double] = []
    var low: [Double] = []
    var close: [Double] = []
    var volume: [Double] = []

    var count: Int { timestamps.count }

    var series: Series { prefix(count) }

    /// The first bars alone: what the past knew.
    func prefix(_ count: Int) -> Series {
        Series(
            symbol: symbol,
            calendar: BarCalendar(length: 60_000_000_000),
            timestamps: Column(Array(timestamps.prefix(count))),
            known: Column(Array(timestamps.prefix(count))),
            open: Column(Array(open.prefix(count))),
            high: Column(Array(high.prefix(count))),
            low: Column(Array(low.prefix(count))),
            close: Column(Array(close.prefix(count))),
            volume: Column(Array(volume.prefix(count)))
        )
    }

    /// The first bars alone, as bars.
    func first(_ count: Int) -> SampleBars {
        var bars = self
        bars.timestamps.removeLast(self.count - count)
        for path in [\SampleBars.open, \.high, \.low, \.close, \.volume] {
            bars[keyPath: path].removeLast(self.count - count)
        }
        return bars
    }

    var tape: Tape { Tape(series: [series], timeZone: .utc) }

    /// Reads `Fixtures/<name>.csv`.
    static func fixture(_ name: String) throws -> SampleBars {
        var bars = SampleBars()
        let formatter = ISO8601DateFormatter()
        for line in try fixtureLines(name).dropFirst() {
            let cells = line.split(separator: ",")
            let date = try #require(formatter.date(from: String(cells[0])))
            bars.timestamps.append(Int64(date.timeIntervalSince1970) * Timestamp.nanosecondsPerSecond)
            let values = cells.dropFirst().compactMap { Double($0) }
            bars.append(values)
        }
        return bars
    }

    /// Random bars on a grid of 1/4, so that ties, flat stretches and exact sums occur.
    static func random(_ count: Int, seed: UInt64, symbol: String = "TEST", step: Int64 = 60) -> SampleBars {
        var random = SeededGenerator(state: seed)
        var bars = SampleBars(symbol: symbol)
        var close = 100.0
        var time: Int64 = 1_700_000_000
        for _ in 0..<count {
            time += Int64.random(in: 1...20, using: &random) * step
            bars.timestamps.append(time * Timestamp.nanosecondsPerSecond)
            let open = max(close + Double(Int.random(in: -1...1, using: &random)) / 4, 1)
            close = max(open + Double(Int.random(in: -3...3, using: &random)) / 4, 1)
            let high = max(open, close) + Double(Int.random(in: 0...2, using: &random)) / 4
            let low = max(min(open, close) - Double(Int.random(in: 0...2, using: &random)) / 4, 0.5)
            bars.append([open, high, low, close, Double(Int.random(in: 0...8, using: &random)) * 100])
        }
        return bars
    }

    private mutating func append(_ values: [Double]) {
        open.append(values[0])
        high.append(values[1])
        low.append(values[2])
        close.append(values[3])
        volume.append(values[4])
    }
}

/// Lines of `Fixtures/<name>.csv` without the empty last one.
func fixtureLines(_ name: String) throws -> [Substring] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: folder.appendingPathComponent("Fixtures/\(name).csv"), encoding: .utf8)
    return text.split(separator: "\n")
}

/// SplitMix64: small, seeded, the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
