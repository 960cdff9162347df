import Foundation
import Testing

/// OTLP spans, to files and to a collector over real sockets.
@Suite(.serialized) struct DistributedTracingTests {
    /// A span as a decoder of OTLP sees it.
    struct Span {
        var trace: String
        var id: String
        var parent: String?
        var name: String
        var start: Int
        var end: Int
        var attributes: [String: Any]
    }

    /// Reads documents and holds each against the shape of `TracesData` (opentelemetry-proto, JSON encoding).
    static func spans(_ lines: [String]) throws -> [Span] {
        var spans: [Span] = []
        for line in lines {
            let document = try RunTests.object(line)
            #expect(Array(document.keys) == ["resourceSpans"])
            for resource in try #require(document["resourceSpans"] as? [[String: Any]]) {
                #expect(Set(resource.keys) == ["resource", "scopeSpans"])
                let attributes = try attributes(resource["resource"] as? [String: Any])
                #expect(attributes["service.name"] as? String == "admf")
                for scope in try #require(resource["scopeSpans"] as? [[String: Any]]) {
                    #expect(Set(scope.keys) == ["scope", "spans"])
                    spans += try #require(scope["spans"] as? [[String: Any]]).map(span)
                }
            }
        }
        return spans
    }

    private static func span(_ json: [String: Any]) throws -> Span {
        let known = [
            "traceId", "spanId", "parentSpanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano",
            "attributes", "status",
        ]
        #expect(Set(json.keys).isSubset(of: known), "\(json.keys)")
        let hex = { (text: String, count: Int) in
            text.count == count && text.allSatisfy { "0123456789abcdef".contains($0) }
                && text.contains { $0 != "0" }
        }
        let trace = try #require(json["traceId"] as? String)
        let id = try #require(json["spanId"] as? String)
        let parent = json["parentSpanId"] as? String
        #expect(hex(trace, 32) && hex(id, 16) && parent.map { hex($0, 16) } ?? true)
        #expect(json["kind"] as? Int == 1)
        // 64-bit numbers are texts.
        let start = try #require((json["startTimeUnixNano"] as? String).flatMap { Int($0) })
        let end = try #require((json["endTimeUnixNano"] as? String).flatMap { Int($0) })
        #expect(start <= end)
        return Span(
            trace: trace,
            id: id,
            parent: parent,
            name: try #require(json["name"] as? String),
            start: start,
            end: end,
            attributes: try attributes(json)
        )
    }

    private static func attributes(_ json: [String: Any]?) throws -> [String: Any] {
        var found: [String: Any] = [:]
        for item in try #require(json?["attributes"] as? [[String: Any]]) {
            let value = try #require(item["value"] as? [String: Any])
            #expect(value.count == 1)
            let (kind, content) = try #require(value.first)
            switch kind {
            case "stringValue": #expect(content is String)
            case "intValue": #expect((content as? String).flatMap { Int($0) } != nil)
            case "doubleValue": #expect(content is Double)
            case "boolValue": #expect(content is Bool)
            default: Issue.record("no kind of value: \(kind)")
            }
            found[try #require(item["key"] as? String)] = content
        }
        return found
    }

    private static func lines(
        _ scratch: Scratch,
        _ id: String,
        _ output: String = "results"
    ) throws -> [String] {
        try scratch.read("\(output)/demo/latest/\(id)/spans.jsonl").split(separator: "\n").map(String.init)
    }

    @Test func `a trade is a trace, an event a span, its parent its cause`() throws {
        let scratch = try FeatureExtractionTests.run(
            [
                "--set", "tracing.distributed_tracing=true", "--set", "tracing.mode=full", "--set",
                "tracing.storage_backend=file",
            ]
        )
        for id in ["trend_0000", "trend_0001"] {
            let spans = try Self.spans(Self.lines(scratch, id))
            // The stored trace says what there must be.
            let events = try TraceTests.lines(scratch, id).map { try RunTests.object($0) }
                .filter { $0["correlation_id"] != nil }
            #expect(spans.count == events.count)
            #expect(Set(spans.map(\.id)).count == spans.count)
            let byEvent = Dictionary(
                uniqueKeysWithValues: spans.map { ($0.attributes["admf.event_id"] as? String ?? "", $0) }
            )
            for (span, event) in zip(spans, events) {
                #expect(span.name == event["event_type"] as? String)
                #expect(span.attributes["admf.event_id"] as? String == event["event_id"] as? String)
                #expect(span.end == event["timestamp"] as? Int)
                let cause = (event["causation_id"] as? String).flatMap { byEvent[$0] }
                let isOwn = cause?.trace == span.trace
                #expect(span.parent == (isOwn ? cause?.id : nil))
                #expect(span.start == (isOwn ? cause?.end : span.end))
            }
            let traces = Set(events.compactMap { $0["correlation_id"] as? String })
            #expect(Set(spans.map(\.trace)).count == traces.count)
            #expect(traces.count > 2)
        }
    }

    @Test func `a collector gets what the files hold`() throws {
        let collector = try Collector()
        let scratch = try FeatureExtractionTests.run(
            ["--set", "tracing.distributed_tracing.endpoint=\(collector.endpoint)", "--jobs", "2"]
        )
        let files = try ["trend_0000", "trend_0001"].flatMap { try Self.lines(scratch, $0) }
        #expect(try collector.bodies.sorted() == files.sorted())
        #expect(try !Self.spans(collector.bodies).isEmpty)
        #expect(try Set(collector.requests) == ["/v1/traces application/json"])
        let again = try FeatureExtractionTests.run(
            ["--set", "tracing.distributed_tracing={file: false, endpoint: '\(collector.endpoint)'}"]
        )
        #expect(!again.has("results/demo/latest/trend_0000/spans.jsonl"))
        #expect(try collector.bodies.count == 2 * files.count)
    }

    @Test(arguments: ["down", "refusing", "busy", "silent"])
    func `a collector that fails changes no result, and its losses are counted`(kind: String) throws {
        let collector =
            switch kind {
            case "refusing": try Collector(status: 400)
            case "busy": try Collector(status: 503)
            case "silent": try Collector(isSilent: true)
            default: try Collector()
            }
        // A port on which nobody listens.
        let endpoint = kind == "down" ? "http://127.0.0.1:1/v1/traces" : collector.endpoint
        let scratch = try RunTests.project()
        let settings = [
            "--set", "tracing.distributed_tracing={endpoint: '\(endpoint)', timeout_ms: 200, retries: 2}",
        ]
        _ = try FeatureExtractionTests.run([], scratch, output: "plain")
        let outcome = try Admf(folder: scratch.folder).run(
            ["run", "config.yaml", "--only", "trend_*", "--limit", "2"] + settings
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains(" spans did not reach \(endpoint)"), "\(outcome.errors)")
        let manifest = try RunTests.object(scratch.read("results/demo/latest/manifest.json"))
        let warnings = try #require(manifest["warnings"] as? [String])
        let files = try ["trend_0000", "trend_0001"].flatMap { try Self.lines(scratch, $0) }
        let count = try Self.spans(files).count
        #expect(warnings.contains { $0.hasPrefix("\(count) of \(count) spans") }, "\(warnings)")
        for id in ["trend_0000", "trend_0001"] {
            #expect(
                try TraceTests.metrics(scratch, "plain/demo/latest", id)
                    == TraceTests.metrics(scratch, "results/demo/latest", id)
            )
        }
        // What may pass is tried again, what cannot is not.
        let tries = try collector.requests.count
        switch kind {
        case "down": #expect(tries == 0)
        case "refusing": #expect(tries == files.count)
        default: #expect(tries == files.count * 3)
        }
    }

    @Test func `a collector that stays down is left alone`() throws {
        let collector = try Collector(status: 500)
        let scratch = try RunTests.project()
        let outcome = try Admf(folder: scratch.folder).run(
            [
                "run", "config.yaml", "--jobs", "1", "--set",
                "tracing.distributed_tracing={endpoint: '\(collector.endpoint)', file: false}",
            ]
        )
        #expect(outcome.status == 0)
        // 26 containers: three failures open the breaker, it tries again after sixteen.
        let tries = try collector.requests.count
        #expect(tries >= 3 && tries <= 6, "\(tries)")
        #expect(outcome.errors.contains("the server answered with status 500"), "\(outcome.errors)")
    }

    @Test func `with latency the spans show the program's time`() throws {
        let scratch = try FeatureExtractionTests.run(
            ["--set", "tracing.distributed_tracing=true", "--set", "tracing.latency=true"]
        )
        let spans = try Self.spans(Self.lines(scratch, "trend_0000"))
        #expect(!spans.isEmpty)
        #expect(spans.allSatisfy { $0.start > 0 && $0.end >= $0.start })
        #expect(spans.map(\.start) == spans.map(\.start).sorted())
        // Monotonic nanoseconds, less than the ages of the market's data.
        let year = 365 * 86_400 * 1_000_000_000
        #expect((spans.last?.end ?? 0) - (spans.first?.start ?? 0) < year)
    }

    /// The protocol's own package, where `make otlp` has put it (`make test-all` does).
    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent(".build/otlp").path
    static let hasPackage = FileManager.default.fileExists(atPath: "\(package)/opentelemetry")

    @Test(.enabled(if: hasPackage, "run `make otlp` to have the protocol's own decoder"))
    func `the protocol's own decoder takes every document`() throws {
        let scratch = try FeatureExtractionTests.run(["--set", "tracing.distributed_tracing=true"])
        try scratch.write(
            "decode.py",
            """
            import base64, json, sys
            from google.protobuf import json_format
            from opentelemetry.proto.trace.v1.trace_pb2 import TracesData
            count = 0
            for line in open(sys.argv[1]):
                document = json.loads(line)
                for resource in document['resourceSpans']:
                    for scope in resource['scopeSpans']:
                        for span in scope['spans']:
                            # OTLP's JSON has ids in hex where Protobuf's own has base64.
                            for key in ('traceId', 'spanId', 'parentSpanId'):
                                if key in span:
                                    span[key] = base64.b64encode(bytes.fromhex(span[key])).decode()
                data = json_format.ParseDict(document, TracesData(), ignore_unknown_fields=False)
                for resource in data.resource_spans:
                    for scope in resource.scope_spans:
                        for span in scope.spans:
                            assert len(span.trace_id) == 16 and len(span.span_id) == 8 and span.name
                            count += 1
            print(count)
            """
        )
        let outcome = try Tools.run(
            "/usr/bin/env",
            [
                "PYTHONPATH=\(Self.package)", "python3", scratch.path("decode.py"),
                scratch.path("results/demo/latest/trend_0000/spans.jsonl"),
            ]
        )
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(
            Int(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines))
                == (try Self.spans(Self.lines(scratch, "trend_0000")).count)
        )
    }
}
