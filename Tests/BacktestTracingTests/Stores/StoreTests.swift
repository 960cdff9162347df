import BacktestEvents
import BacktestTracing
import Foundation
import Testing

@Suite struct StoreTests {
    private static func settings(
        _ compression: TraceCompression,
        _ fill: (inout TraceSettings) -> Void = { _ in }
    ) -> TraceSettings {
        var settings = TraceSettings()
        settings.compression = compression
        fill(&settings)
        return settings
    }

    @Test func memoryIsBounded() throws {
        let store = MemoryTraceStore(capacity: 3)
        try StoreConformance.append(RecordSamples.story, to: store)
        #expect(store.records.map(\.sequence) == [5, 6, 7])
        #expect(store.droppedCount == 5)
    }

    @Test(arguments: [
        (TraceCompression.none, "events.jsonl"), (.gzip, "events.jsonl.gz"), (.zstd, "events.jsonl.zst"),
    ])
    func fileGetsItsNameWhenItIsWhole(compression: TraceCompression, name: String) throws {
        let scratch = try Scratch()
        let store = FileTraceStore(directory: scratch.path, settings: Self.settings(compression))
        try StoreConformance.append(RecordSamples.story, to: store)
        #expect(scratch.files().isEmpty, "nothing was flushed")
        try store.flush()
        #expect(scratch.files() == [name + ".partial"])
        try store.close()
        #expect(scratch.files() == [name])
        #expect(store.paths == ["\(scratch.path)/\(name)"])
        #expect(store.eventCount == RecordSamples.story.count)
        let size = try FileManager.default.attributesOfItem(atPath: store.paths[0])[.size] as? Int
        #expect(size == store.byteCount)
    }

    /// The tools that people have must read the files too.
    @Test(arguments: [(TraceCompression.gzip, "gzip"), (.zstd, "zstd")])
    func otherToolsReadTheFiles(compression: TraceCompression, tool: String) throws {
        let path = "/usr/bin/" + tool
        let alternative = "/bin/" + tool
        let found = [path, alternative].first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else {
            print("SKIPPED otherToolsReadTheFiles: no \(tool) here")
            return
        }
        let scratch = try Scratch()
        let store = FileTraceStore(
            directory: scratch.path,
            settings: Self.settings(compression) { $0.batchSize = 2 }
        )
        for event in RecordSamples.story { try StoreConformance.append([event], to: store) }
        try store.close()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: found)
        process.arguments = ["-dc", store.paths[0]]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(String(decoding: output, as: UTF8.self) == RecordSamples.lines(RecordSamples.story))
    }

    // MARK: rotation

    @Test(arguments: TraceCompression.allCases)
    func filesStayUnderTheirLimit(compression: TraceCompression) throws {
        let scratch = try Scratch()
        let store = FileTraceStore(
            directory: scratch.path,
            settings: Self.settings(compression) {
                $0.maxFileSizeMegabytes = 0.02
                $0.batchSize = 20
            }
        )
        let events = StoreConformance.events(1_000, seed: 10)
        for start in stride(from: 0, to: events.count, by: 20) {
            try StoreConformance.append(Array(events[start..<start + 20]), to: store)
        }
        try store.close()
        #expect(store.paths.count > 1)
        #expect(store.paths[1].contains("/events-0001.jsonl"))
        for path in store.paths {
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            #expect((size ?? .max) <= 20_000)
        }
        let records = try store.paths.flatMap { try TraceReader().records(in: $0) }
        #expect(records == StoreConformance.records(events))
    }

    /// The bound holds for what lies on the disk, however many events come at once; only an event alone may be larger.
    @Test(arguments: TraceCompression.allCases, [300, 1_500, 8_000])
    func noBatchIsTooLargeForTheLimit(compression: TraceCompression, bytes: Int) throws {
        let events = StoreConformance.events(200, seed: 12)
        for batch in [1, 70, 200] {
            let scratch = try Scratch()
            let store = FileTraceStore(
                directory: scratch.path,
                settings: Self.settings(compression) {
                    $0.maxFileSizeMegabytes = Double(bytes) / 1_000_000
                    $0.batchSize = 1_000_000
                }
            )
            for start in stride(from: 0, to: events.count, by: batch) {
                let part = events[start..<min(start + batch, events.count)]
                try StoreConformance.append(Array(part), to: store)
            }
            try store.close()
            var records: [TracedEvent] = []
            for path in store.paths {
                let found = try TraceReader().records(in: path)
                let size = FileTraceStore.size(of: path)
                #expect(size <= bytes || found.count == 1, "\(size) bytes with \(found.count) events")
                records += found
            }
            let isSame = records == StoreConformance.records(events)
            #expect(isSame)
            #expect(store.blocks.reduce(0) { $0 + $1.events } == events.count)
            #expect(store.blocks.reduce(0) { $0 + $1.length } == store.byteCount)
            guard batch == 70 else { continue }
            let compact = try TraceCompactor(compression: compression, byteLimit: bytes)
                .compact(store.paths, into: scratch.path)
            for (place, path) in compact.paths.enumerated() {
                let counts = compact.blocks.filter { $0.file == place }.map(\.events)
                let count = counts.reduce(0, +)
                #expect(FileTraceStore.size(of: path) <= bytes || count == 1)
            }
        }
    }

    @Test func everyHourOfMarketTimeHasItsFile() throws {
        let scratch = try Scratch()
        let store = FileTraceStore(
            directory: scratch.path,
            settings: Self.settings(.gzip) { $0.rotation = .hourly }
        )
        // Five-minute bars from 13:30 on: 6 in the first hour, 12 in the second.
        let events = (0..<20).map { Event(type: .bar, bar: Int32($0), sequence: UInt32($0)) }
        try StoreConformance.append(events, to: store)
        try store.close()
        let names = scratch.files()
        #expect(
            names == [
                "events-2024-04-01T13.jsonl.gz", "events-2024-04-01T14.jsonl.gz",
                "events-2024-04-01T15.jsonl.gz",
            ]
        )
        let counts = try names.map { try TraceReader().records(in: "\(scratch.path)/\($0)").count }
        #expect(counts == [6, 12, 2])
    }

    // MARK: what can go wrong

    /// Whatever byte a killed run stopped at, all of the members before it can be read.
    @Test(arguments: TraceCompression.allCases)
    func cutFilesAreReadUpToTheCut(compression: TraceCompression) throws {
        let scratch = try Scratch()
        let store = FileTraceStore(directory: scratch.path, settings: Self.settings(compression))
        let events = StoreConformance.events(40, seed: 11)
        var flushed: [(bytes: Int, events: Int)] = [(0, 0)]
        for start in stride(from: 0, to: events.count, by: 10) {
            try StoreConformance.append(Array(events[start..<start + 10]), to: store)
            try store.flush()
            flushed.append((store.byteCount, start + 10))
        }
        try store.close()
        let whole = try Data(contentsOf: URL(fileURLWithPath: store.paths[0]))
        let expected = StoreConformance.records(events)
        for length in stride(from: 0, through: whole.count, by: 97) {
            let path = scratch.path + "/cut.partial"
            try whole.prefix(length).write(to: URL(fileURLWithPath: path))
            var records: [TracedEvent] = []
            let isWhole = try TraceReader().read(path) { records.append($0) }
            let sure = flushed.last { $0.bytes <= length }?.events ?? 0
            #expect(records.count >= sure)
            #expect(records == Array(expected.prefix(records.count)))
            let isCut = !flushed.contains { $0.bytes == length }
            #expect(!isCut || !isWhole || compression == .none)
        }
    }

    @Test(arguments: TraceCompression.allCases)
    func rubbishIsAnError(compression: TraceCompression) throws {
        let scratch = try Scratch()
        let store = FileTraceStore(directory: scratch.path, settings: Self.settings(compression))
        try StoreConformance.append(RecordSamples.story, to: store)
        try store.close()
        let handle = try #require(FileHandle(forWritingAtPath: store.paths[0]))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("rubbish after the last member\n".utf8))
        try handle.close()
        #expect(throws: TraceReader.Failure.self) { try TraceReader().records(in: store.paths[0]) }
    }

    @Test func malformedLinesAreNamed() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/events.jsonl"
        try (RecordSamples.lines([RecordSamples.story[0]]) + "{\"event_id\":7}\n")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let error = try #require(throws: TraceReader.Failure.self) { try TraceReader().records(in: path) }
        #expect(error.description == "\(path):2:13: expected a string")
        let missing = try #require(throws: TraceReader.Failure.self) {
            try TraceReader().records(in: scratch.path + "/none")
        }
        #expect(missing.description.hasSuffix("No such file or directory"))
    }

    /// A full disk: nothing is taken that cannot be written, memory stays bounded, and a retry loses and doubles nothing.
    @Test func fullDiskLosesNothingThatWasTaken() throws {
        let scratch = try Scratch()
        let partial = scratch.path + "/events.jsonl.gz.partial"
        try FileManager.default.createSymbolicLink(atPath: partial, withDestinationPath: "/dev/full")
        let store = FileTraceStore(
            directory: scratch.path,
            settings: Self.settings(.gzip) { $0.batchSize = 4 }
        )
        try StoreConformance.append(Array(RecordSamples.story[..<4]), to: store)
        for _ in 0..<3 {
            let error = try #require(throws: TraceStoreError.self) {
                try StoreConformance.append(Array(RecordSamples.story[4...]), to: store)
            }
            #expect(error.description.contains("No space left on device"))
            #expect(throws: TraceStoreError.self) { try store.close() }
        }
        #expect(store.eventCount == 0)
    }
}
