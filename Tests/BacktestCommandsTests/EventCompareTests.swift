import Foundation
import Testing

/// `compare --events` on stored traces.
@Suite(.serialized) struct EventCompareTests {
    /// A scratch project with two runs; it is there as long as this is.
    private struct Traced {
        let scratch: Scratch
        let admf: Admf
        let first: String
        let second: String
    }

    /// Two traced runs: the second with what `settings` change.
    private static func runs(
        _ settings: [String],
        _ more: [String] = TraceTests.full
    ) throws -> Traced {
        let (scratch, admf) = try TraceTests.traced()
        let first = try CompareTests.TwoRuns.latest(scratch)
        let ran = try admf.run(
            ["run", "config.yaml", "-q", "--only", "trend_*", "--limit", "6"] + more
                + settings.flatMap { ["--set", $0] }
        )
        #expect(ran.status == 0, "\(ran.errors)")
        return Traced(
            scratch: scratch,
            admf: admf,
            first: first,
            second: try CompareTests.TwoRuns.latest(scratch)
        )
    }

    private func parting(_ outcome: Admf.Outcome, _ index: Int = 0) throws -> [String: Any] {
        let containers = try #require(try RunTests.object(outcome.output)["containers"] as? [[String: Any]])
        return try #require(containers[index]["parting"] as? [String: Any])
    }

    private func fields(_ parting: [String: Any]) -> [String] {
        (parting["fields"] as? [[String: Any]])?.compactMap { $0["field"] as? String } ?? []
    }

    @Test func `the same events under other run ids are no difference`() throws {
        // Another config hash, and so another run id in every event, with the same trades.
        let runs = try Self.runs(["seed=7"])
        let (scratch, admf, first, second) = (runs.scratch, runs.admf, runs.first, runs.second)
        #expect(first.suffix(6) != second.suffix(6))
        let outcome = try admf("compare", "--events", first, second)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("No differences in "))
        #expect(outcome.output.contains(" events of 6 containers."))
        #expect(try admf("compare", "--events", first, first).status == 0)
        let json = try RunTests.object(admf("compare", "--events", first, second, "--json").output)
        #expect((json["containers"] as? [Any])?.isEmpty == true)
        let all = try RunTests.object(admf("compare", "--events", first, second, "--json", "--all").output)
        #expect(
            (all["containers"] as? [[String: Any]])?.map { $0["verdict"] as? String }
                == .init(repeating: "same", count: 6)
        )
        let verdict = try RunTests.object(scratch.read("\(second)/verdict.json"))
        #expect(verdict["verdict"] as? String == "pass" && verdict["exit_status"] as? Int == 0)
    }

    @Test func `dearer trades part at the first fill, with what led to it`() throws {
        let runs = try Self.runs(["execution.commission.rate=0.2%"])
        let (scratch, admf, first, second) = (runs.scratch, runs.admf, runs.first, runs.second)
        let outcome = try admf("compare", "--events", first, second, "--json")
        #expect(outcome.status == 1)
        let found = try parting(outcome)
        #expect(fields(found) == ["quantity", "commission", "slippage"])
        let a = try #require(found["a"] as? [String: Any])
        let event = try #require(a["event"] as? [String: Any])
        #expect(event["event_type"] as? String == "FILL")
        let types = (a["causes"] as? [[String: Any]])?.compactMap { $0["event_type"] as? String }
        #expect(types == ["BAR", "FEATURES", "SIGNAL", "ORDER_REQUEST", "ORDER"])
        // Every event before it is the same but for the ids of the run.
        let lines = try TraceTests.lines(scratch)
        #expect(
            lines.first { $0.contains("\"FILL\"") }?.contains("\"sequence\":\(event["sequence"] ?? 0)")
                == true
        )
        let text = try admf("compare", "--events", first, second).output
        #expect(text.contains("execution.commission.rate"), "what led to it is a setting")
        #expect(text.contains("in a, and what led to it\n") && text.contains("in b, and what led to it\n"))
        #expect(text.contains(" parts at event \(event["sequence"] ?? 0)\n"))
        let verdict = try RunTests.object(scratch.read("\(second)/verdict.json"))
        #expect(verdict["verdict"] as? String == "fail" && verdict["exit_status"] as? Int == 1)
        let csv = try admf("compare", "--events", first, second, "--csv").output.split(separator: "\n")
        #expect(csv[0] == "container_id,verdict,sequence,time,event_type,field,a,b,delta")
        #expect(csv.count == 1 + 6 * 3)
        let signals = try admf("compare", "--events", first, second, "--type", "SIGNAL", "--type", "BAR")
        #expect(signals.status == 0, "they are decided before they are paid")
        let markdown = try admf("compare", "--events", first, second, "--md").output
        #expect(markdown.contains("#### trend_") && markdown.contains("```\n"))
    }

    @Test func `another container of the same run parts where its parameters matter`() throws {
        let runs = try Self.runs([])
        let (admf, first) = (runs.admf, runs.first)
        let outcome = try admf("compare", "--events", "\(first)/trend_0000", "\(first)/trend_0001", "--json")
        #expect(outcome.status == 1)
        let found = try parting(outcome)
        #expect(fields(found) == ["sma(close, slow)"], "the feature is named, not value1")
        let a = try #require((found["a"] as? [String: Any])?["event"] as? [String: Any])
        #expect(a["event_type"] as? String == "FEATURES")
    }

    @Test(arguments: ["price", "sequence", "dropped", "cause"])
    func `a changed, a moved and a missing event are found`(what: String) throws {
        let runs = try Self.runs([])
        let (scratch, admf, first, second) = (runs.scratch, runs.admf, runs.first, runs.second)
        var lines = try TraceTests.lines(scratch)
        let place = try #require(lines.firstIndex { $0.contains("\"FILL\"") })
        switch what {
        case "price":
            lines[place] = lines[place].replacing(/"reference_price":[0-9.]+/, with: "\"reference_price\":1")
        case "cause":
            lines[place] = lines[place].replacing(
                /"causation_id":"trend_0000:[0-9]+"/,
                with: "\"causation_id\":\"trend_0000:0\""
            )
        case "sequence":
            lines[place] = lines[place].replacing(
                /trend_0000:[0-9]+","event_type"/,
                with: "trend_0000:99999\",\"event_type\""
            )
            .replacing(/"sequence":[0-9]+/, with: "\"sequence\":99999")
        default: lines.remove(at: place)
        }
        try TraceTests.replace(lines, scratch, isForged: true)
        let outcome = try admf("compare", "--events", "\(first)/trend_0000", "\(second)/trend_0000", "--json")
        guard what != "dropped" else {
            #expect(outcome.status == 6, "the index counts one more")
            #expect(outcome.errors.contains("the trace is damaged"))
            return
        }
        #expect(outcome.status == 1)
        let names = fields(try parting(outcome))
        switch what {
        case "price": #expect(names == ["reference_price"])
        case "cause": #expect(names == ["cause"])
        default: #expect(names.contains("event_type"), "the event that follows stands there instead")
        }
    }

    @Test func `what one side does not store is passed over`() throws {
        let runs = try Self.runs(
            ["tracing.events_to_trace=[FILL, POSITION_OPEN, POSITION_CLOSE]"],
            ["--set", "tracing.retention_policy=sliding_window", "--set", "tracing.storage_backend=file"]
        )
        let (admf, first, second) = (runs.admf, runs.first, runs.second)
        let outcome = try admf("compare", "--events", first, second)
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
        #expect(outcome.output.contains("stored in one run only, and so passed over: BAR, "))
    }

    @Test func `a side without a trace is said`() throws {
        let runs = try Self.runs([], [])
        let (scratch, admf, first, second) = (runs.scratch, runs.admf, runs.first, runs.second)
        let one = try admf("compare", "--events", "\(first)/trend_0000", "\(second)/trend_0000")
        #expect(one.status == 6)
        #expect(one.errors.contains("\(second)/trend_0000 has no stored trace"))
        #expect(one.errors.contains("--set tracing.mode=full"))
        let all = try admf("compare", "--events", first, second)
        #expect(all.status == 6 && all.errors.contains("no container of \(second) has a stored trace"))
        #expect(try admf("compare", "--events", first, second, "--metrics", "cagr").status == 2)
        #expect(try admf("compare", first, second, "--type", "FILL").status == 2)
        #expect(try admf("compare", "--events", first, "nowhere").status == 6)
        // One container of two left: the other is only in a.
        let copy = scratch.path("results/demo/copy")
        try FileManager.default.copyItem(atPath: scratch.path(first), toPath: copy)
        try FileManager.default.removeItem(atPath: "\(copy)/trend_0003")
        let partial = try admf("compare", "--events", first, copy)
        #expect(partial.status == 0)
        #expect(partial.output.contains("only in a"))
    }
}
