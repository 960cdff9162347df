import BacktestModel
import BacktestResults
import Testing

@Suite struct TraceIndexTests {
    static var sample: TraceIndex {
        var index = TraceIndex(containerID: "c_0001", portfolioID: "c", runHash: "3fa9c1")
        index.parameters = [
            Named("a.fast", .number(10)), Named("a.mode", .text("x")), Named("a.on", .boolean(true)),
        ]
        index.strategies = ["a", "b"]
        index.symbols = ["SPY"]
        index.basis.trades = true
        index.basis.direction = "long_short"
        index.basis.pyramiding = true
        index.basis.initialCapital = 0.1
        index.basis.returns = "daily"
        index.basis.periodsPerYear = 19_656
        index.basis.riskFree = 0.02
        index.basis.bars = 3
        index.basis.start = Timestamp(nanoseconds: 1_711_978_200_000_000_001)
        index.basis.end = Timestamp(nanoseconds: 1_711_978_800_000_000_001)
        index.basis.dayEnds = [0, 2]
        index.eventTypes = ["BAR", "FILL"]
        index.settings = [Named("level", "debug")]
        index.rules = [Named("a", [Named("enter_long", "close > \"x\"")])]
        index.features = [Named("a", ["sma(close, 3)"])]
        index.files = [TraceIndex.File(name: "events.jsonl.gz", byteCount: 12, sha256: "ab")]
        index.changes = [17]
        index.counts.stored = 5
        index.counts.sampledOut = 6
        index.counts.lost = 7
        index.lostByType = [Named("FILL", 7)]
        index.counts.leftOut = 8
        index.leftOutByType = [Named("BAR", 8)]
        index.reductions = [TraceIndex.Reduction(sequence: 9, level: "normal", load: "queue")]
        index.storageFolder = "/mnt/traces"
        index.error = "no space"
        return index
    }

    @Test func everythingComesBack() {
        #expect(TraceIndex.read(Self.sample.bytes) == Self.sample)
        let empty = TraceIndex(containerID: "c", portfolioID: "c", runHash: "3fa9c1")
        #expect(TraceIndex.read(empty.bytes) == empty)
        #expect(Self.sample.setting("level") == "debug")
        #expect(Self.sample.setting("mode") == nil)
    }

    @Test func whatIsNoIndexIsNone() {
        #expect(TraceIndex.read([]) == nil)
        #expect(TraceIndex.read(Array("{}".utf8)) == nil)
        let whole = Self.sample.bytes
        #expect(TraceIndex.read(Array(whole.dropLast(whole.count / 2))) == nil)
        let later = String(decoding: whole, as: UTF8.self)
            .split(separator: "\"schema_version\": 1").joined(separator: "\"schema_version\": 2")
        #expect(TraceIndex.read(Array(later.utf8)) == nil)
    }

    @Test func aTraceIsFullWhereNothingIsLeftOut() {
        var index = TraceIndex(containerID: "c", portfolioID: "c", runHash: "3fa9c1")
        index.eventTypes = ["BAR", "FILL"]
        #expect(index.isFull(of: ["BAR", "FILL"]))
        #expect(!index.isFull(of: ["BAR", "FILL", "ORDER"]))
        for change in [\TraceIndex.counts.lost, \.counts.sampledOut] {
            var other = index
            other[keyPath: change] = 1
            #expect(!other.isFull(of: ["BAR", "FILL"]))
        }
        index.changes = [3]
        #expect(!index.isFull(of: ["BAR", "FILL"]))
    }
}
