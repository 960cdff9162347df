import BacktestEvents
import BacktestTracing
import Foundation
import Testing

@Suite struct MalformedRecordTests {
    static let good = RecordSamples.lines([RecordSamples.story[4]])

    private func message(_ line: String) -> String {
        do {
            _ = try TraceDecoder().decode(line)
            return "accepted"
        } catch {
            return error.description
        }
    }

    private func edited(_ a: String, _ b: String) -> String { Self.good.replacing(a, with: b) }

    @Test(arguments: [
        ("", "", "accepted"),
        ("\"event_type\":\"FILL\"", "\"event_type\":\"FILLS\"", "'FILLS' is no event type"),
        ("\"event_type\":\"FILL\",", "", "lacks 'event_type'"),
        ("\"version\":1", "\"version\":2", "version 2 of the record is not known"),
        (",\"version\":1", "", "lacks 'version'"),
        ("\"sequence\":4", "\"sequence\":5", "'event_id' is not"),
        ("\"sequence\":4", "\"sequence\":-4", "'sequence' is out of range"),
        ("\"sequence\":4", "\"sequence\":4.0", "expected a whole number"),
        ("\"sequence\":4", "\"sequence\":04", "a leading zero"),
        ("\"sequence\":4", "\"sequence\":99999999999999999999", "out of range"),
        ("\"sequence\":4", "\"sequence\":4,\"sequence\":4", "'sequence' is given twice"),
        ("\"sequence\":4", "\"sequence\":\"4\"", "expected a whole number"),
        ("0042/T1", "0042/T0", "trades are numbered from 1"),
        ("0042/T1", "0042/T01", "'correlation_id' is not"),
        ("0042/T1", "0041/T1", "'correlation_id' is not"),
        ("\"causation_id\":\"m", "\"causation_id\":\"n", "'causation_id' is not"),
        ("\"side\":\"long\"", "\"side\":\"longish\"", "'longish' is no value of 'side'"),
        ("\"side\":\"long\"", "\"side\":256", "'side' is a whole number from 0 to 255"),
        ("\"entry\":true", "\"entry\":1", "expected true or false"),
        ("\"entry\":true", "\"entry\":true,\"entry\":true", "'entry' is given twice"),
        ("\"entry\":true", "\"flags\":300", "'flags' is a whole number from 0 to 255"),
        ("\"side\":\"long\"", "\"side\":0.5", "'side' is a whole number from 0 to 255"),
        ("\"bar\":1,", "", "the payload lacks 'bar'"),
        ("\"bar\":1,", "\"bar\":1,\"bar\":1,", "'bar' is given twice"),
        ("\"price\":101.3", "\"price\":1e999", "out of range"),
        ("\"price\":101.3", "\"price\":.5", "expected a number"),
        ("\"price\":101.3", "\"price\":1.", "expected a digit"),
        ("\"price\":101.3", "\"price\":true", "expected a number"),
        ("\"symbol\":\"SPY\"", "\"symbol\":\"S\\q\"", "an unknown escape"),
        ("\"symbol\":\"SPY\"", "\"symbol\":\"\\ud800\"", "half of a surrogate pair"),
        ("\"symbol\":\"SPY\"", "\"symbol\":\"S\tY\"", "control character"),
        ("\"symbol\":\"SPY\"", "\"symbol\":null", "expected a string"),
        ("}\n", "", "expected '}'"),
        ("}\n", "}}\n", "unexpected text"),
        ("\"payload\":{", "\"payload\":[", "expected"),
        ("\"run_id\":\"3fa9c1\"", "\"run_id\":\"3fa9c1", "expected"),
    ])
    func isRefusedWithAReason(old: String, new: String, reason: String) {
        let line = old.isEmpty ? Self.good : edited(old, new)
        let message = message(line)
        #expect(message.contains(reason), "\(message) for \(line)")
    }

    @Test(arguments: [
        ("\"version\":1", "\"version\":1,\"later\":{\"a\":[1,-2.5e3,true,null,\"x\"]}"),
        ("\"bar\":1", "\"later\":[[],{}],\"bar\":1"),
        ("\"symbol\":\"SPY\"", "\"symbol\" : \"\\u0053PY\""),
        ("}\n", "} \r\n"),
    ])
    func isAcceptedAllTheSame(old: String, new: String) throws {
        let record = try TraceDecoder().decode(edited(old, new))
        #expect(record == (try TraceDecoder().decode(Self.good)))
    }

    @Test func pairsOfSurrogatesAreJoined() throws {
        let line = edited("\"symbol\":\"SPY\"", "\"symbol\":\"\\ud83d\\ude00\"")
        #expect(try TraceDecoder().decode(line).symbol == "😀")
    }

    @Test func nestingIsBounded() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(message(edited("\"version\":1", "\"later\":\(deep)")).contains("nested too deeply"))
    }

    @Test func namesTheColumn() {
        let message = message(edited("\"price\":101.3", "\"price\":true"))
        let column = edited("\"price\":101.3", "\"price\":true").distance(of: "\"price\":true") + 8
        #expect(message == "column \(column + 1): expected a number")
    }

    /// Cut and damaged records are refused or read; nothing crashes, and cuts are always refused.
    @Test(arguments: UInt64(1)...3)
    func damageNeverCrashes(seed: UInt64) {
        let decoder = TraceDecoder()
        let bytes = Array(Self.good.utf8)
        for length in 0..<(bytes.count - 2) {
            #expect(throws: TraceFormatError.self) { try decoder.decode(Array(bytes[..<length]).span) }
        }
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            var damaged = bytes
            for _ in 0...Int.random(in: 0..<3, using: &generator) {
                let place = Int.random(in: 0..<damaged.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: damaged.remove(at: place)
                default:
                    damaged.insert(damaged[Int.random(in: 0..<damaged.count, using: &generator)], at: place)
                }
            }
            _ = try? decoder.decode(damaged.span)
        }
    }
}

extension String {
    fileprivate func distance(of part: String) -> Int {
        range(of: part).map { distance(from: startIndex, to: $0.lowerBound) } ?? -1
    }
}
