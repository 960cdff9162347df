import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Testing

/// Laws over seeded random files: what is written is read back bit by bit, and damage is refused with its place or harmless.
struct RandomFileTests {
    private let files = BarFiles()

    private struct Bar {
        var stamp: Timestamp
        var open: Double
        var high: Double
        var low: Double
        var close: Double
        var volume: Double
    }

    private func bars(_ count: Int, unit: Int64, _ random: inout SeededGenerator) -> [Bar] {
        var stamp: Int64 =
            Int64.random(in: 300_000_000...1_800_000_000, using: &random) * 1_000_000_000 / unit * unit
        return (0..<count).map { _ in
            stamp += Int64.random(in: 1...100_000, using: &random) * unit
            let low = Double.random(in: 0.000_1...10_000, using: &random)
            let high = low * Double.random(in: 1...1.5, using: &random)
            return Bar(
                stamp: Timestamp(nanoseconds: stamp),
                open: Double.random(in: low...high, using: &random),
                high: high,
                low: low,
                close: Double.random(in: low...high, using: &random),
                volume: Bool.random(using: &random) ? 0 : Double.random(in: 0...1e9, using: &random)
            )
        }
    }

    enum Form: CaseIterable, Sendable {
        case iso8601
        case blank
        case offset
        case seconds
        case milliseconds
        case microseconds
        case nanoseconds

        var unit: Int64 {
            switch self {
            case .seconds: 1_000_000_000
            case .milliseconds: 1_000_000
            case .microseconds: 1_000
            default: 1
            }
        }

        func text(_ stamp: Timestamp) -> String {
            switch self {
            case .iso8601: stamp.iso8601
            case .blank: String(stamp.iso8601.dropLast()).replacing("T", with: " ")
            case .offset:
                Timestamp(nanoseconds: stamp.nanoseconds - 12_600_000_000_000).iso8601.dropLast() + "-03:30"
            default: String(stamp.nanoseconds / unit)
            }
        }
    }

    private func text(_ bars: [Bar], _ form: Form) -> String {
        bars.reduce(into: BarFiles.header) { text, bar in
            text += "\(form.text(bar.stamp)),\(bar.open),\(bar.high),\(bar.low),\(bar.close),\(bar.volume)\n"
        }
    }

    @Test(arguments: Form.allCases)
    func whatIsWrittenIsReadBack(_ form: Form) throws {
        for seed in 0..<8 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let bars = bars(500, unit: form.unit, &random)
            let series = try files.load(text(bars, form)).tape.series[0]
            #expect(series.timestamps.array == bars.map(\.stamp.nanoseconds), "seed \(seed)")
            #expect(series.open.array == bars.map(\.open), "seed \(seed)")
            #expect(series.high.array == bars.map(\.high), "seed \(seed)")
            #expect(series.low.array == bars.map(\.low), "seed \(seed)")
            #expect(series.close.array == bars.map(\.close), "seed \(seed)")
            #expect(series.volume.array == bars.map(\.volume), "seed \(seed)")
        }
    }

    /// Bytes replaced, removed, inserted, doubled: the reader ends, and whatever it refuses has a line.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func damageNeverCrashesAndAlwaysHasALine(_ seed: UInt64) {
        var random = SeededGenerator(seed: 1_000 + seed)
        let whole = Array(text(bars(30, unit: 1_000_000_000, &random), Form.allCases[Int(seed)]).utf8)
        let spice = Array("\",\n\r;.-+eE\u{0}xN9 \t".utf8) + [0xFF, 0x80]
        for round in 0..<800 {
            var damaged = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                let byte = spice[Int.random(in: 0..<spice.count, using: &random)]
                switch Int.random(in: 0..<4, using: &random) {
                case 0: damaged[place] = byte
                case 1: damaged.remove(at: place)
                case 2: damaged.insert(byte, at: place)
                default: damaged.removeSubrange(place..<min(place + 40, damaged.count))
                }
            }
            for policy in BadRowPolicy.allCases {
                do throws(MarketDataError) {
                    let loaded = try files.load(damaged) { $0.onBadRow = policy }
                    let stamps = loaded.tape.series[0].timestamps.array
                    #expect(zip(stamps, stamps.dropFirst()).allSatisfy { $0 < $1 })
                } catch {
                    #expect(
                        error.problems.allSatisfy { $0.line != nil },
                        "seed \(seed), round \(round): \(error)"
                    )
                    #expect(error.problems.allSatisfy { !$0.message.isEmpty })
                }
            }
        }
    }

    @Test
    func theNumberOfThreadsChangesNothing() throws {
        var options = DataOptions()
        for index in 0..<12 {
            var random = SeededGenerator(seed: UInt64(index))
            let path = files.folder.write(text(bars(200, unit: 1, &random), .iso8601), to: "\(index).csv")
            options.bars.append(BarSource(symbol: "S\(index)", path: path))
        }
        let one = try TapeLoader.load(options, jobs: 1)
        for jobs in [2, 5, 64] {
            let many = try TapeLoader.load(options, jobs: jobs)
            #expect(many.files == one.files)
            #expect(many.tape.series.map(\.close.array) == one.tape.series.map(\.close.array))
        }
    }
}
