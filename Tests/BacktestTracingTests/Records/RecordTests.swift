import BacktestEngine
import BacktestEvents
import BacktestModel
import BacktestTracing
import Foundation
import Testing

@Suite struct RecordTests {
    private static let golden = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Golden/events.jsonl")

    /// The file is the format: recorded anew with ADMF_RECORD=1, which still fails the run.
    @Test func writesTheGoldenFile() throws {
        let stamps = EventStamps(created: 10, emitted: 20, received: 35, processed: 4_000)
        let text =
            RecordSamples.lines(RecordSamples.story)
            + RecordSamples.lines([RecordSamples.story[4]], stamps: [stamps])
        if ProcessInfo.processInfo.environment["ADMF_RECORD"] != nil {
            try text.write(to: Self.golden, atomically: true, encoding: .utf8)
            Issue.record("recorded anew: look at the difference, then run without ADMF_RECORD")
        }
        #expect(text == (try String(contentsOf: Self.golden, encoding: .utf8)))
    }

    @Test func goldenFileReadsBack() throws {
        let lines = try String(contentsOf: Self.golden, encoding: .utf8).split(separator: "\n")
        let records = try lines.map { try TraceDecoder().decode(String($0)) }
        #expect(
            records.map(\.type) == [
                .lifecycle, .bar, .signal, .order, .fill, .positionClose, .portfolioUpdate, .order, .fill,
            ]
        )
        #expect(records[4].eventID == "momentum_portfolio_0042:4")
        #expect(records[4].correlationID == "momentum_portfolio_0042/T1")
        #expect(records[4].causationID == "momentum_portfolio_0042:3")
        #expect(records[4].portfolioID == "momentum_portfolio")
        #expect(records[4].strategyID == "momentum_1")
        #expect(records[5].symbol == "BRK.B")
        #expect(records[1].correlationID == nil, "bars have none")
        #expect(records[0].timestamp == records[1].timestamp, "before the first bar there is no other time")
        #expect(records[8].stamps?.latencyNanoseconds == 3_990)
        #expect(records[8].stamps?.queueNanoseconds == 15)
        #expect(records[0].stamps == nil)
    }

    /// Every JSON reader must see the same: Foundation's is the witness.
    @Test func isJSONWithTheContractsKeysInOrder() throws {
        let order = [
            "event_id", "event_type", "timestamp", "run_id", "correlation_id", "causation_id", "container_id",
            "portfolio_id", "strategy_id", "symbol", "sequence", "created_at", "emitted_at", "received_at",
            "processed_at", "payload", "version",
        ]
        let stamps = EventStamps(created: 1, emitted: 2, received: 3, processed: 4)
        let line = RecordSamples.lines([RecordSamples.story[4]], stamps: [stamps])
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        )
        #expect(Set(object.keys) == Set(order))
        let places = try order.map { key in
            try #require(line.range(of: "\"\(key)\":")).lowerBound
        }
        #expect(places == places.sorted())
        let payload = try #require(object["payload"] as? [String: Any])
        #expect(payload["side"] as? String == "long")
        #expect(payload["price"] as? Double == 101.3)
        #expect(payload["commission"] as? Double == 10.13)
    }

    @Test(arguments: UInt64(1)...4)
    func everyEventComesBackAsItWas(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let events = (0..<150).map { RecordSamples.random(&generator, sequence: UInt32($0)) }
        let decoder = TraceDecoder()
        let lines = RecordSamples.lines(events).split(separator: "\n")
        #expect(lines.count == events.count)
        for (line, event) in zip(lines, events) {
            let record = try decoder.decode(String(line))
            let back = try #require(record.event(in: RecordSamples.context))
            #expect(back == event, "\(line)")
            #expect(back.value0.sign == event.value0.sign, "minus zero stays minus zero")
            let bar = min(max(Int(event.bar), 0), RecordSamples.times.count - 1)
            #expect(record.timestamp.nanoseconds == RecordSamples.times[bar])
            let timestamp = Timestamp(nanoseconds: RecordSamples.times[bar])
            #expect(record == TracedEvent(event, at: timestamp, in: RecordSamples.context))
        }
    }

    @Test func undefinedNumbersAreNull() throws {
        let line = RecordSamples.lines([RecordSamples.story[3]])
        #expect(line.contains("\"level\":null"))
        #expect(try TraceDecoder().decode(line).numbers.price.isNaN)
    }

    @Test func numbersThatATypeDoesNotNameAreNotLost() throws {
        let event = Event(type: .error, code: 9, reason: 8, flags: 7, bar: 3, sequence: 1, value3: 2.5)
        let line = RecordSamples.lines([event])
        #expect(line.contains("\"payload\":{\"bar\":3,\"code\":9,\"reason\":8,\"flags\":7,\"value3\":2.5}"))
    }

    @Test func conditionalKeysAreThereOnlyWhereTheyApply() {
        let lines = RecordSamples.lines(RecordSamples.story).split(separator: "\n")
        #expect(lines[6].contains("\"payload\":{\"bar\":63,\"mark\":true,\"equity\":99987.5}"))
        #expect(lines[7].contains("\"kind\":\"stop\",\"rejected\":true,\"rejection\":\"cooldown_bars\""))
        #expect(lines[7].contains("\"flags\":2"), "a bit that ORDER doesn't name")
        #expect(!lines[7].contains("\"reason\""))
        #expect(lines[3].contains("\"kind\":\"market\",\"reason\":\"signal\""))
    }

    /// Tracing repeats these texts, as it may not know the engine.
    @Test func rejectionReasonsAreTheEngines() {
        #expect(PayloadSchema.rejectionReasons == RejectionReason.allCases.map(\.name))
    }

    @Test func awkwardNamesAreEscaped() throws {
        let context = TraceContext(
            runID: "r\"\\\u{1}\n",
            containerID: "c",
            portfolioID: nil,
            strategies: [],
            symbols: ["ES=F/\"Ω\"😀"]
        )
        let line = RecordSamples.lines([Event(type: .bar, symbol: 0, bar: 0, sequence: 0)], in: context)
        let record = try TraceDecoder().decode(line)
        #expect(record.runID == context.runID)
        #expect(record.symbol == context.symbols[0])
        #expect(record.portfolioID == nil)
        #expect((try JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any])
    }

    @Test func anotherContainersTablesDoNotFit() throws {
        let record = try TraceDecoder().decode(RecordSamples.lines([RecordSamples.story[4]]))
        var other = RecordSamples.context
        other.strategies = ["dip_buyer"]
        #expect(record.event(in: other) == nil)
        other = RecordSamples.context
        other.containerID = "someone_else"
        #expect(record.event(in: other) == nil)
    }

    @Test func withoutBarsTheTimeIsZero() throws {
        let line = RecordSamples.lines([RecordSamples.story[0]], times: [])
        #expect(try TraceDecoder().decode(line).timestamp.nanoseconds == 0)
    }
}
