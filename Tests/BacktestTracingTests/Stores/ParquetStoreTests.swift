import BacktestColumnar
import BacktestEvents
import BacktestModel
import BacktestTraceParquet
import BacktestTracing
import Foundation
import Testing

/// Traces in Parquet: what every store proves, and what this one promises beside.
@Suite(
    .enabled(
        if: (try? DuckDBLibrary.shared()) != nil,
        "DuckDB is not there: scripts/duckdb.sh fetches it from PyPI"
    )
)
struct ParquetStoreTests {
    /// Everything in a container's folder: the final files, or the parts where the store is open.
    static func files(_ folder: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: "\(folder)/events")?.compactMap { $0 as? String }
        let whole = (names ?? []).filter { $0.hasSuffix(".parquet") }.sorted()
        return whole.map { "\(folder)/events/\($0)" }
    }

    static func path(_ scratch: Scratch, _ name: String) -> String { "\(scratch.path)/\(name)" }

    static func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: url)
    }

    static func records(_ folder: String) throws -> [TracedEvent] {
        var records: [TracedEvent] = []
        try ParquetTraceReader.read(files(folder)) { records.append($0) }
        return records
    }

    static func store(_ events: [Event], _ folder: String, _ store: ParquetTraceStore, batch: Int) throws {
        for start in stride(from: 0, to: events.count, by: batch) {
            let part = Array(events[start..<min(start + batch, events.count)])
            try StoreConformance.append(part, to: store)
        }
        try store.close()
    }

    @Test func `every event comes back as the JSON lines have it`() throws {
        let scratch = try Scratch()
        let events = StoreConformance.events(5_000, seed: 11)
        try Self.store(
            events,
            Self.path(scratch, "a"),
            ParquetTraceStore(directory: Self.path(scratch, "a")),
            batch: 700
        )
        let lines = FileTraceStore(directory: Self.path(scratch, "b"), settings: TraceSettings())
        try StoreConformance.append(events, to: lines)
        try lines.close()
        let expected = try lines.paths.flatMap { try TraceReader().records(in: $0) }
        let found = try Self.records(Self.path(scratch, "a"))
        #expect(found.count == expected.count)
        for (a, b) in zip(found, expected) {
            let (x, y) = (a.event(in: RecordSamples.context), b.event(in: RecordSamples.context))
            #expect(x == y && a.timestamp == b.timestamp && a.runID == b.runID)
        }
    }

    @Test func `the same events make the same bytes, in one part or many`() throws {
        let scratch = try Scratch()
        let events = StoreConformance.events(3_000, seed: 3)
        var made: [Data] = []
        for (index, (batch, waiting)) in [(100, 100_000), (100, 100_000), (7, 500), (1_000, 1)].enumerated() {
            let folder = Self.path(scratch, "\(index)")
            let store = ParquetTraceStore(directory: folder, waitingMaximum: waiting)
            try Self.store(events, folder, store, batch: batch)
            #expect(store.paths == ["\(folder)/events/events.parquet"])
            #expect(store.eventCount == events.count)
            made.append(try Data(contentsOf: URL(fileURLWithPath: store.paths[0])))
            #expect(Self.files(folder) == store.paths, "no part is left")
        }
        #expect(made.dropFirst().allSatisfy { $0 == made[0] })
    }

    @Test func `very many events of a date and type get a file of their own`() throws {
        let scratch = try Scratch()
        let folder = Self.path(scratch, "a")
        let events: [Event] = (0..<900).map { (index: Int) -> Event in
            let type: EventType = index % 3 == 0 ? .fill : .bar
            return Event(type: type, bar: Int32(index % 64), sequence: UInt32(index))
        }
        let store = ParquetTraceStore(directory: folder, partitionMinimum: 500, waitingMaximum: 200)
        try Self.store(events, folder, store, batch: 50)
        let top = "\(folder)/events"
        #expect(store.paths == ["\(top)/date=2024-04-01/type=BAR/events.parquet", "\(top)/events.parquet"])
        #expect(try Self.records(folder).map(\.sequence) == (0..<900).map { UInt32($0) })
        #expect(Set(Self.files(folder)) == Set(store.paths))
        // Where all have a file of their own there is no rest.
        let all = ParquetTraceStore(directory: Self.path(scratch, "b"), partitionMinimum: 1)
        try Self.store(events, Self.path(scratch, "b"), all, batch: 50)
        #expect(all.paths.count == 2 && all.paths.allSatisfy { $0.contains("/type=") })
    }

    @Test func `what a killed run left is gone, and a flush makes it readable`() throws {
        let scratch = try Scratch()
        let folder = Self.path(scratch, "a")
        try Self.write("old", to: "\(folder)/events/part-0009.parquet")
        try Self.write("old", to: "\(folder)/events/date=2020-01-01/type=BAR/events.parquet")
        let store = ParquetTraceStore(directory: folder)
        let events = StoreConformance.events(10, seed: 5)
        try StoreConformance.append(Array(events[..<6]), to: store)
        #expect(store.eventCount == 0)
        try store.flush()
        #expect(store.eventCount == 6)
        #expect(try Self.records(folder).map(\.sequence) == (0..<6).map { UInt32($0) })
        try StoreConformance.append(Array(events[6...]), to: store)
        try store.close()
        #expect(try Self.records(folder).count == 10)
    }

    @Test func `a folder that cannot be written is an error, and trying again loses nothing`() throws {
        let scratch = try Scratch()
        let folder = Self.path(scratch, "a")
        try Self.write("in the way", to: folder)
        let store = ParquetTraceStore(directory: folder)
        let events = StoreConformance.events(20, seed: 5)
        try StoreConformance.append(events, to: store)
        let error = #expect(throws: TraceStoreError.self) { try store.flush() }
        #expect(error?.systemError == ENOTDIR)
        #expect(throws: TraceStoreError.self) { try store.close() }
        #expect(store.eventCount == 0)
        try FileManager.default.removeItem(atPath: folder)
        try store.close()
        #expect(try Self.records(folder).count == 20 && store.eventCount == 20)
    }

    @Test func `where the final files cannot be written the parts count`() throws {
        let scratch = try Scratch()
        let folder = Self.path(scratch, "a")
        let store = ParquetTraceStore(directory: folder, partitionMinimum: 1, waitingMaximum: 50)
        let events = StoreConformance.events(120, seed: 2)
        for start in stride(from: 0, to: 120, by: 10) {
            try StoreConformance.append(Array(events[start..<start + 10]), to: store)
        }
        // Something is in the way of one partition, and those before it go again.
        let types = Set(events.map(\.type.name)).sorted()
        let last = "\(folder)/events/date=2024-04-01/type=\(try #require(types.last))/events.parquet"
        try Self.write("x", to: "\(last)/x")
        #expect(throws: TraceStoreError.self) { try store.close() }
        #expect(store.paths.count == 3 && store.paths.allSatisfy { $0.contains("/part-") })
        #expect(store.eventCount == 120)
        var found: [UInt32] = []
        try ParquetTraceReader.read(store.paths) { found.append($0.sequence) }
        #expect(found == (0..<120).map { UInt32($0) })
        try FileManager.default.removeItem(atPath: last)
        try store.close()
        #expect(store.paths.allSatisfy { $0.contains("/type=") } && store.eventCount == 120)
        #expect(try Self.records(folder).count == 120)
    }

    @Test(arguments: 0..<8)
    func `a filter finds what looking at every event finds`(_ kind: Int) throws {
        let scratch = try Scratch()
        let folder = Self.path(scratch, "it's [a] *")
        let events = StoreConformance.events(2_000, seed: 9)
        try Self.store(events, folder, ParquetTraceStore(directory: folder), batch: 300)
        var filter = TraceFilter()
        if kind & 1 != 0 { filter.types = EventTypeSet([.fill, .order, .bar]) }
        if kind & 2 != 0 { filter.trades = Set(events.prefix(500).map(\.correlation)) }
        if kind & 4 != 0 { filter.strategies = ["dip_buyer"] }
        if kind == 7 { filter.symbols = ["SPY", "x'; --"] }
        if kind == 5 {
            filter.since = Timestamp(nanoseconds: RecordSamples.times[8])
            filter.until = Timestamp(nanoseconds: RecordSamples.times[40])
        }
        let all = try Self.records(folder)
        var found: [UInt32] = []
        try ParquetTraceReader.read(Self.files(folder), matching: filter) { found.append($0.sequence) }
        #expect(found == all.filter { filter.matches($0) }.map(\.sequence))
        #expect(!all.isEmpty)
    }

    @Test func `a damaged or foreign file is named`() throws {
        let scratch = try Scratch()
        let folder = Self.path(scratch, "a")
        try Self.store(
            StoreConformance.events(500, seed: 1),
            folder,
            ParquetTraceStore(directory: folder),
            batch: 100
        )
        let file = Self.files(folder)[0]
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        bytes.removeLast(100)
        try bytes.write(to: URL(fileURLWithPath: file))
        #expect(throws: TraceReader.Failure.damaged(file: file)) { try Self.records(folder) }
        try Data("PAR1 no PAR1".utf8).write(to: URL(fileURLWithPath: file))
        #expect(throws: TraceReader.Failure.damaged(file: file)) { try Self.records(folder) }
        try FileManager.default.removeItem(atPath: file)
        #expect(throws: TraceReader.Failure.self) { try ParquetTraceReader.read([file]) { _ in } }
    }

    /// 60 bytes an event are the aim for a million of them; few events carry more of the file's own.
    @Test func `an event takes few bytes`() throws {
        let scratch = try Scratch()
        let folder = Self.path(scratch, "a")
        let store = ParquetTraceStore(directory: folder)
        var generator = SeededGenerator(seed: 4)
        var close = 100.0
        let events = (0..<20_000).map { index -> Event in
            close += Double(Int.random(in: -50...50, using: &generator)) / 100
            var event = Event(type: .bar, symbol: 0, bar: Int32(index / 4 % 64), sequence: UInt32(index))
            event.price = close
            event.value1 = close * 1_000 / 3
            if index % 4 != 0 {
                event.type = .portfolioUpdate
                event.flags = EventFlags.mark
            } else {
                event.quantity = Double(Int.random(in: 0...99_999, using: &generator))
                event.value0 = close - 0.5
            }
            return event
        }
        try Self.store(events, folder, store, batch: 5_000)
        #expect(FileTraceStore.size(of: store.paths[0]) < 60 * events.count)
    }
}
