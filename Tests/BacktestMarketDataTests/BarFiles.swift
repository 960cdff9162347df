import BacktestMarketData
import BacktestModel
import BacktestTestKit

/// Writes bar files for tests and loads them.
struct BarFiles {
    static let header = "timestamp,open,high,low,close,volume\n"

    let folder = TemporaryFolder()

    /// Loads one file of text as symbol X.
    func load(
        _ text: String,
        _ change: (inout DataOptions) -> Void = { _ in }
    ) throws(MarketDataError) -> LoadedTape {
        try load(Array(text.utf8), change)
    }

    /// Loads one file of bytes as symbol X.
    func load(
        _ bytes: [UInt8],
        name: String = "x.csv",
        _ change: (inout DataOptions) -> Void = { _ in }
    ) throws(MarketDataError) -> LoadedTape {
        var options = DataOptions()
        options.bars = [BarSource(symbol: "X", path: folder.write(bytes, to: name))]
        change(&options)
        return try TapeLoader.load(options, jobs: 1)
    }

    /// Loads rows that differ in their stamps alone.
    func load(
        stamps: [String],
        _ change: (inout DataOptions) -> Void = { _ in }
    ) throws(MarketDataError) -> LoadedTape {
        try load(BarFiles.header + stamps.map { "\($0),10,12,9,11,100\n" }.joined(), change)
    }

    /// The stamps of the only series as text.
    func stamps(_ loaded: LoadedTape) -> [String] {
        loaded.tape.series[0].timestamps.array.map { Timestamp(nanoseconds: $0).iso8601 }
    }

    /// The problems that a load ends with, none where it does not fail.
    func problems(_ load: () throws(MarketDataError) -> LoadedTape) -> [DataProblem] {
        do {
            _ = try load()
            return []
        } catch {
            return error.problems
        }
    }

    /// A file with a bar every `step` seconds; bar number i has open i + 1, high i + 3, low i + 0.5, close i + 2, volume i.
    static func grid(from start: String, count: Int, step: Int64, skipping: Set<Int> = []) -> String {
        var scanner = start.split(separator: "-").compactMap { Int($0) }
        let date = CivilDate(
            year: scanner.removeFirst(),
            month: scanner.removeFirst(),
            day: scanner.removeFirst()
        )
        var text = header
        for index in 0..<count where !skipping.contains(index) {
            let stamp = Timestamp(seconds: Int64(date.daysSinceEpoch) * 86_400 + Int64(index) * step)
            text +=
                "\(stamp.iso8601),\(index + 1),\(index + 3),\(Double(index) + 0.5),\(index + 2),\(index)\n"
        }
        return text
    }
}
