import BacktestEvents
import BacktestModel
import BacktestTracing
import Foundation
import Testing

/// The block index: what it says is true, and where it is not a lookup says so instead of leaving events out.
@Suite struct BlockIndexTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Writes a stream of trades in blocks of 50 events, several to a file.
    private func written(_ compression: TraceCompression, events: [Event]) throws -> TraceBlockIndex {
        var settings = TraceSettings()
        settings.compression = compression
        settings.batchSize = 50
        settings.maxFileSizeMegabytes = 0.03
        let store = FileTraceStore(directory: scratch.path, settings: settings)
        for start in stride(from: 0, to: events.count, by: 50) {
            try StoreConformance.append(Array(events[start..<min(start + 50, events.count)]), to: store)
        }
        try store.close()
        return TraceBlockIndex(
            files: store.paths.map {
                let name = String($0.split(separator: "/").last ?? "")
                return .init(name: name, byteCount: FileTraceStore.size(of: $0), sha256: "\(name)")
            },
            blocks: store.blocks
        )
    }

    private let stream = EventStreams.trading(count: 2_000, sleeves: 3, seed: 21)

    private static let filters: [TraceFilter] = {
        var filters = (0..<9).map { _ in TraceFilter() }
        filters[1].trades = [1]
        filters[2].trades = [17, 40, 41]
        filters[3].trades = [4_000_000]
        filters[4].types = EventTypeSet(.riskBreach)
        filters[5].since = Timestamp(nanoseconds: RecordSamples.times[40])
        filters[6].until = Timestamp(nanoseconds: RecordSamples.times[3])
        filters[7].trades = [12]
        filters[7].types = EventTypeSet(.fill)
        filters[8].symbols = ["BRK.B"]
        return filters
    }()

    @Test(arguments: TraceCompression.allCases)
    func `a lookup finds what a scan finds`(compression: TraceCompression) throws {
        let index = try written(compression, events: stream)
        #expect(index.files.count > 1 && index.blocks.count == 40)
        let all = StoreConformance.records(stream)
        for filter in Self.filters {
            let found = TraceLookup(folder: scratch.path, index: index).events(matching: filter)
            #expect(found == all.filter { filter.matches($0) })
        }
        let few = Self.filters[1]
        #expect(index.blocks.filter { $0.mayHold(few) }.count < 10, "a trade lies in a few blocks")
    }

    @Test(arguments: TraceCompression.allCases)
    func `a block says what is in it`(compression: TraceCompression) throws {
        let index = try written(compression, events: stream)
        var first = 0
        for block in index.blocks {
            let events = stream[first..<first + block.events]
            #expect(
                block.firstSequence == events.first?.sequence && block.lastSequence == events.last?.sequence
            )
            #expect(block.types == EventTypeSet(events.map(\.type)))
            #expect(block.trades == Set(events.map(\.correlation)).subtracting([0]).sorted())
            first += block.events
        }
        #expect(first == stream.count)
    }

    @Test func `the index survives writing and reading`() throws {
        let index = try written(.gzip, events: stream)
        #expect(TraceBlockIndex.read(index.bytes) == index)
        #expect(TraceBlockIndex.read(TraceBlockIndex(files: [], blocks: []).bytes)?.blocks.isEmpty == true)
    }

    @Test func `damage to the index is noticed at every byte`() throws {
        let bytes = try written(.gzip, events: Array(stream.prefix(200))).bytes
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x41
            #expect(TraceBlockIndex.read(damaged) == nil, "byte \(place)")
            #expect(TraceBlockIndex.read(Array(bytes[..<place])) == nil, "cut at \(place)")
        }
    }

    @Test(arguments: TraceCompression.allCases)
    func `an index that does not fit its files answers nothing`(compression: TraceCompression) throws {
        let index = try written(compression, events: stream)
        var filter = TraceFilter()
        filter.trades = [5]
        func answer(_ change: (inout TraceBlockIndex) -> Void) -> [TracedEvent]? {
            var changed = index
            change(&changed)
            return TraceLookup(folder: scratch.path, index: changed).events(matching: filter)
        }
        #expect(answer { _ in } != nil)
        #expect(answer { $0.files[0].byteCount += 1 } == nil)
        #expect(answer { $0.files[0].name = "gone.jsonl" } == nil)
        for place in index.blocks.indices where index.blocks[place].mayHold(filter) {
            #expect(answer { $0.blocks[place].offset += 3 } == nil)
            #expect(answer { $0.blocks[place].length -= 9 } == nil)
            #expect(answer { $0.blocks[place].lineBytes += 1 } == nil)
            #expect(answer { $0.blocks[place].lineBytes = 1 << 40 } == nil)
        }
        let path = "\(scratch.path)/\(index.files[0].name)"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let middle = index.blocks[0].offset + index.blocks[0].length / 2
        bytes[middle] ^= 0xFF
        try bytes.write(to: URL(fileURLWithPath: path))
        filter.trades = [index.blocks[0].trades[0]]
        if compression != .none { #expect(answer { _ in } == nil, "a damaged member is noticed") }
    }
}
