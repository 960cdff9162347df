import BacktestModel
import BacktestTestKit
import Glibc
import Testing

@testable import BacktestMarketData

/// The cache of parsed bar files changes nothing but the time, whatever state it is in.
@Suite struct BarCacheTests {
    /// A file large enough to be kept, with a gap, a quoted field and fractions.
    static let text: String = {
        var text = "timestamp,open,high,low,close,volume,vwap\n"
        for row in 0..<30_000 {
            let stamp = 1_600_000_000 + (row < 20_000 ? row : row + 7) * 60
            let open = row == 5 ? "\"100.5\"" : "100.\(row % 90 + 10)"
            text += "\(stamp),\(open),102.25,99.125,101.0\(row % 10),\(row),100.\(row % 7 + 1)\n"
        }
        return text
    }()

    let files = TemporaryFolder()
    var cache: BarCache { BarCache(folder: files.path("cache/deep/admf")) }

    func load(
        _ path: String,
        cache: BarCache?,
        _ change: (inout DataOptions) -> Void = { _ in }
    )
        throws(MarketDataError) -> LoadedTape
    {
        var options = DataOptions()
        options.bars = [BarSource(symbol: "X", path: path)]
        change(&options)
        return try TapeLoader.load(options, jobs: 1, cache: cache)
    }

    /// Everything of a tape that a run could depend on.
    func facts(_ loaded: LoadedTape) -> [String] {
        let series = loaded.tape.series[0]
        let columns = [series.open, series.high, series.low, series.close, series.volume, series.vwap]
        let digests = columns.map { $0.map { PayloadChecksum.of(UnsafeRawBufferPointer($0.buffer)) } ?? 0 }
        return [
            "\(digests)", "\(PayloadChecksum.of(UnsafeRawBufferPointer(series.timestamps.buffer)))",
            "\(series.count) \(series.firstTradable)", "\(String(describing: series.precedingTimestamp))",
            "\(loaded.files)",
        ]
    }

    func entries(_ cache: BarCache) -> [String] {
        guard let stream = opendir(cache.folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append("\(cache.folder)/\(name)") }
        }
        return names.sorted()
    }

    func bytes(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var status = stat()
        #expect(stat(path, &status) == 0)
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        #expect(fread(&bytes, 1, bytes.count, file) == bytes.count)
        return bytes
    }

    @Test(
        arguments: [
            [], Array("a".utf8), Array("abc".utf8), Array("Nobody inspects the spammish repetition".utf8),
        ] as [[UInt8]]
    )
    func `checksums are those of the reference implementation`(bytes: [UInt8]) {
        let known: [Int: UInt64] = [
            0: 0xEF46_DB37_51D8_E999, 1: 0xD24E_C4F1_A98C_6E5B, 3: 0x44BC_2CF5_AD77_0999,
            39: 0xFBCE_A83C_8A37_8BF1,
        ]
        #expect(bytes.withUnsafeBytes { PayloadChecksum.of($0) } == known[bytes.count])
    }

    @Test func `the second load gives what the first gave, from the entry`() throws {
        let path = files.write(BarCacheTests.text, to: "x.csv")
        let plain = facts(try load(path, cache: nil))
        #expect(entries(cache).isEmpty)
        #expect(facts(try load(path, cache: cache)) == plain)
        let entry = try #require(entries(cache).first)
        #expect(entries(cache).count == 1)
        #expect(facts(try load(path, cache: cache)) == plain)
        // Other numbers in a sound entry would be believed, so the second load did read it.
        var kept: (open: Double, line: Int)?
        if let found = cache.find(BarSource(symbol: "X", path: path), options: DataOptions()) {
            kept = (found.open[5], found.line(ofRow: 20_000))
        }
        #expect(kept?.open == 100.5)
        #expect(kept?.line == 20_002)
        var status = stat()
        #expect(stat(entry, &status) == 0)
        #expect(cache.size == (1, Int(status.st_size)))
    }

    @Test func `ranges, warm-up and larger bars come from the entry too`() throws {
        let path = files.write(BarCacheTests.text, to: "x.csv")
        _ = try load(path, cache: cache)
        for resample in [nil, 3_600_000_000_000] as [BarLength?] {
            let change: (inout DataOptions) -> Void = { options in
                options.start = .instant(Timestamp(seconds: 1_600_300_000))
                options.end = .instant(Timestamp(seconds: 1_601_500_000))
                options.warmup = 17
                options.bars[0].resample = resample
            }
            #expect(facts(try load(path, cache: cache, change)) == facts(try load(path, cache: nil, change)))
        }
        #expect(entries(cache).count == 1)
    }

    @Test func `offsets of stamps come from the entry too`() throws {
        // A stamp of each hour, its offset changing now and then.
        let offsets = ["+09:00", "+09:00", "-04:00", "+05:30", "Z"]
        let rows = (0..<30_000).map { row in
            let offset = offsets[row / 6_000]
            let local = Timestamp(seconds: 1_600_000_000 + Int64(row) * 86_400).iso8601.prefix(10)
            return "\(local) 00:00:00\(offset),100.5,101.5,99.5,102.25,10\n"
        }
        let text = BarFiles.header + rows.joined().replacing(",102.25,", with: ",101,")
        let path = files.write(text, to: "offsets.csv")
        let parsed = try load(path, cache: cache).tape.series[0]
        #expect(entries(cache).count == 1)
        let kept = try load(path, cache: cache).tape.series[0]
        #expect(kept.calendar.zone == parsed.calendar.zone)
        for (row, hours) in [(0, 9.0), (6_000, 9), (12_500, -4), (20_000, 5.5), (29_999, 0)] {
            let stamp = Timestamp(nanoseconds: kept.timestamps[row])
            #expect(Double(kept.calendar.zone.offsetSeconds(at: stamp)) == hours * 3_600)
        }
    }

    @Test func `a file with other bytes of the same size is read anew`() throws {
        let path = files.write(BarCacheTests.text, to: "x.csv")
        _ = try load(path, cache: cache)
        let changed = BarCacheTests.text.replacing("102.25", with: "103.75", maxReplacements: 1)
        files.write(changed, to: "x.csv")
        let loaded = try load(path, cache: cache)
        #expect(loaded.tape.series[0].high[0] == 103.75)
        #expect(facts(try load(path, cache: cache)) == facts(try load(path, cache: nil)))
        #expect(entries(cache).count == 1)
    }

    @Test func `damaged and truncated entries are replaced in silence`() throws {
        let path = files.write(BarCacheTests.text, to: "x.csv")
        let plain = facts(try load(path, cache: cache))
        let entry = try #require(entries(cache).first)
        let sound = try bytes(entry)
        var damaged = [0, 1, 7, 15, 16, 100, 127, 128, 159, 160, 4_096, sound.count - 1].map {
            Array(sound[..<$0])
        }
        damaged.append(sound + [0])
        // The last column ends 64 zeros or more before the end; those do not count.
        for place in [3, 9, 17, 40, 57, 75, 130, 200, 5_000, sound.count / 2, sound.count - 200] {
            var copy = sound
            copy[place] ^= 0x10
            damaged.append(copy)
        }
        for copy in damaged {
            files.write(copy, to: "cache/deep/admf/" + (entry.split(separator: "/").last ?? ""))
            #expect(facts(try load(path, cache: cache)) == plain)
            #expect(try bytes(entry) == sound, "damage of \(copy.count) bytes was not mended")
        }
    }

    @Test func `what decides how a file is read has an entry of its own`() throws {
        let path = files.write(BarCacheTests.text, to: "x.csv")
        let zone = try #require(TimeZoneRules(named: "Europe/Berlin"))
        _ = try load(path, cache: cache)
        _ = try load(path, cache: cache) { $0.timeZone = zone }
        _ = try load(path, cache: cache) { $0.tolerance = 1e-3 }
        _ = try load(path, cache: cache) { $0.onBadRow = .drop }
        #expect(entries(cache).count == 4)
        _ = try load(files.write(BarCacheTests.text, to: "y.csv"), cache: cache)
        #expect(entries(cache).count == 5)
        #expect(cache.clear().entries == 5)
        #expect(entries(cache).isEmpty)
    }

    @Test func `small files and files with dropped rows are not kept`() throws {
        let small = files.write(String(BarCacheTests.text.prefix(60_000)) + "\n", to: "s.csv")
        _ = try load(small, cache: cache) { $0.onBadRow = .drop }
        let dropped = files.write(BarCacheTests.text + "1,2,3\n", to: "d.csv")
        let options: (inout DataOptions) -> Void = { $0.onBadRow = .drop }
        #expect(try load(dropped, cache: cache, options).files[0].droppedPlaces.count == 1)
        #expect(try load(dropped, cache: cache, options).files[0].droppedPlaces.count == 1)
        #expect(entries(cache).isEmpty)
    }

    @Test func `a folder that cannot be made or written is no cache and no error`() throws {
        let path = files.write(BarCacheTests.text, to: "x.csv")
        let plain = facts(try load(path, cache: nil))
        for folder in [path, "\(path)/below", "/dev/null", "/proc/nowhere/admf", ""] {
            let cache = BarCache(folder: folder)
            #expect(facts(try load(path, cache: cache)) == plain)
            #expect(cache.size == (0, 0))
            #expect(cache.clear() == (0, 0))
        }
    }

    @Test func `the least recently used entries make room`() throws {
        let paths = (0..<3).map { files.write(BarCacheTests.text, to: "\($0).csv") }
        _ = try load(paths[0], cache: cache)
        let one = cache.size.bytes
        var bounded = cache
        bounded.byteLimit = one * 2 + one / 2
        _ = try load(paths[1], cache: bounded)
        let second = try #require(entries(cache).first { $0 != entries(cache).first } ?? nil)
        // The clock of file times is coarse, so the order of use is written down here.
        for (index, name) in entries(cache).enumerated() {
            var times = [
                timespec(tv_sec: 1_000 + index, tv_nsec: 0), timespec(tv_sec: 1_000 + index, tv_nsec: 0),
            ]
            #expect(utimensat(AT_FDCWD, name, &times, 0) == 0)
        }
        let oldest = entries(cache)[0]
        _ = try load(paths[2], cache: bounded)
        #expect(cache.size.entries == 2)
        #expect(!entries(cache).contains(oldest))
        #expect(entries(cache).contains(second))
        bounded.byteLimit = one - 1
        _ = try load(files.write(BarCacheTests.text, to: "3.csv"), cache: bounded)
        #expect(cache.size.entries == 2, "an entry beyond the limit is not written")
    }

    @Test func `drafts of killed processes go, and a foreign file stays`() throws {
        let path = files.write(BarCacheTests.text, to: "x.csv")
        _ = try load(path, cache: cache)
        let draft = files.write("half", to: "cache/deep/admf/a.bars.1.2.draft")
        let foreign = files.write("keep", to: "cache/deep/admf/notes.txt")
        var times = [timespec(tv_sec: 1_000, tv_nsec: 0), timespec(tv_sec: 1_000, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, draft, &times, 0) == 0)
        _ = try load(files.write(BarCacheTests.text, to: "y.csv"), cache: cache)
        #expect(access(draft, F_OK) != 0)
        #expect(cache.clear().entries == 2)
        #expect(entries(cache) == [foreign])
    }

    @Test func `many threads may load and evict at once`() async throws {
        let paths = (0..<4).map { files.write(BarCacheTests.text, to: "\($0).csv") }
        var bounded = cache
        let plain = facts(try load(paths[0], cache: nil)).dropLast(1)
        _ = try load(paths[0], cache: cache)
        bounded.byteLimit = cache.size.bytes * 2
        let shared = bounded
        let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<6 {
                group.addTask {
                    var wrong = 0
                    for round in 0..<4 {
                        let loaded = try load(paths[(task + round) % 4], cache: shared)
                        if facts(loaded).dropLast(1) != plain { wrong += 1 }
                    }
                    return wrong
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(wrong == 0)
        #expect(entries(cache).allSatisfy { $0.hasSuffix(".bars") })
    }
}
