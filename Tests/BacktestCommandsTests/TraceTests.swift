import Foundation
import Testing

/// Stored traces as a user meets them: written by `run`, read by `trace`, `why`, `why-not` and `verify`.
@Suite(.serialized) struct TraceTests {
    static let full = ["--set", "tracing.mode=full", "--set", "tracing.storage_backend=file"]
    static let run = "results/demo/latest"

    /// The project of `init`, run with full traces of six containers.
    static func traced(_ more: [String] = []) throws -> (scratch: Scratch, admf: Admf) {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let ran = try admf.run(
            ["run", "config.yaml", "-q", "--only", "trend_*", "--limit", "6"] + full + more
        )
        #expect(ran.status == 0, "\(ran.errors)")
        return (scratch, admf)
    }

    /// The events of a container, decompressed by another program.
    static func lines(_ scratch: Scratch, _ id: String = "trend_0000") throws -> [String] {
        let gzip = try #require(Tools.find("gzip"))
        let path = scratch.path("\(run)/\(id)/events.jsonl.gz")
        return try Tools.run(gzip, ["-dc", path]).output.split(separator: "\n").map(String.init)
    }

    /// Puts other events into a container's trace; with `isForged` the index is made to fit the file.
    static func replace(
        _ lines: [String],
        _ scratch: Scratch,
        isForged: Bool,
        _ id: String = "trend_0000"
    ) throws {
        let gzip = try #require(Tools.find("gzip"))
        let folder = "\(run)/\(id)"
        let old = try Data(contentsOf: URL(fileURLWithPath: scratch.path("\(folder)/events.jsonl.gz")))
        try scratch.write("\(folder)/events.jsonl", lines.map { $0 + "\n" }.joined())
        #expect(try Tools.run(gzip, ["-nf", scratch.path("\(folder)/events.jsonl")]).status == 0)
        guard isForged else { return }
        let sum = try #require(Tools.find("sha256sum"))
        let new = try Tools.run(sum, [scratch.path("\(folder)/events.jsonl.gz")]).output.prefix(64)
        let index = try scratch.read("\(folder)/events.index.json")
        let packed = try Data(contentsOf: URL(fileURLWithPath: scratch.path("\(folder)/events.jsonl.gz")))
        let forged = index.replacing(
            /"sha256": "[0-9a-f]{64}"/,
            with: "\"sha256\": \"\(new)\"",
            maxReplacements: 1
        )
        .replacing(/"bytes": \d+/, with: "\"bytes\": \(packed.count)", maxReplacements: 1)
        #expect(forged != index)
        try scratch.write("\(folder)/events.index.json", forged)
        #expect(old.count > 0)
    }

    /// metrics.json without the sections that tracing may change.
    static func metrics(_ scratch: Scratch, _ run: String, _ id: String) throws -> String {
        let text = try scratch.read("\(run)/\(id)/metrics.json")
        let head = text[..<(try #require(text.range(of: "\"events\""))).lowerBound]
        return String(head).replacing(/"run_id": "[0-9a-f]*"/, with: "")
    }

    @Test(arguments: [
        ["tracing.level=none"], ["tracing.level=normal"], ["tracing.level=debug"],
        ["tracing.mode=sliding_window", "tracing.max_events=50"],
        ["tracing.mode=full", "tracing.storage_backend=disk"],
        ["tracing.level=normal", "tracing.storage.backend=file", "tracing.storage.compression=zstd"],
        ["tracing.mode=full", "tracing.storage_backend=file", "tracing.sample_rate=0.1"],
        ["tracing.mode=full", "tracing.storage.backend=file", "tracing.storage.rotation=hourly"],
        ["tracing.mode=full", "tracing.storage.backend=file", "tracing.latency=true"],
    ])
    func `tracing never changes a metric`(settings: [String]) throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(
            try admf("run", "config.yaml", "-q", "--only", "trend_*", "--limit", "3", "--output", "plain")
                .status == 0
        )
        let traced = ["run", "config.yaml", "-q", "--only", "trend_*", "--limit", "3", "--output", "traced"]
        let outcome = try admf.run(traced + settings.flatMap { ["--set", $0] })
        #expect(outcome.status == 0, "\(outcome.errors)")
        for index in 0..<3 {
            let id = "trend_000\(index)"
            let plain = try Self.metrics(scratch, "plain/demo/latest", id)
            #expect(try Self.metrics(scratch, "traced/demo/latest", id) == plain)
        }
        let hasFile = settings.contains { $0.hasSuffix("file") || $0.hasSuffix("disk") }
        #expect(scratch.has("traced/demo/latest/trend_0000/events.index.json") == hasFile)
    }

    @Test func `a full trace has every event, and the same run the same bytes`() throws {
        let (scratch, admf) = try Self.traced()
        let lines = try Self.lines(scratch)
        let counts = try #require(
            RunTests.object(scratch.read("\(Self.run)/trend_0000/metrics.json"))["events"] as? [String: Int]
        )
        #expect(lines.count == counts.values.reduce(0, +))
        for (type, count) in counts {
            #expect(lines.filter { $0.contains("\"event_type\":\"\(type)\"") }.count == count, "\(type)")
        }
        let arguments = [
            "run", "config.yaml", "-q", "--only", "trend_*", "--limit", "6", "--output", "again", "--jobs",
            "1",
        ]
        #expect(try admf.run(arguments + Self.full).status == 0)
        let first = try RunTests.files(scratch.path(Self.run))
        let second = try RunTests.files(scratch.path("again/demo/latest"))
        #expect(first.keys.contains("trend_0000/events.jsonl.gz"))
        #expect(first == second)
        let size = try #require(first["trend_0000/events.jsonl.gz"]).count
        #expect(size < lines.count * 60, "\(size) bytes for \(lines.count) events")
    }

    @Test func `a query narrows by every option`() throws {
        let (scratch, admf) = try Self.traced()
        defer { withExtendedLifetime(scratch) {} }
        let all = try RunTests.list(admf("trace", "query", Self.run, "trend_0000", "--json").output)
        let fills = try RunTests.list(
            admf("trace", "query", Self.run, "trend_0000", "--type", "fill", "--json").output
        )
        #expect(fills.count == all.filter { $0["event_type"] as? String == "FILL" }.count)
        #expect(fills.count > 2)
        let trade = try RunTests.list(
            admf("trace", "query", Self.run, "--correlation", "trend_0000/T2", "--json").output
        )
        #expect(trade.count == all.filter { $0["correlation_id"] as? String == "trend_0000/T2" }.count)
        #expect(trade.count > 5)
        let narrow = try RunTests.list(
            admf(
                "trace",
                "query",
                Self.run,
                "trend_*",
                "--type",
                "BAR",
                "--since",
                "2020-01-01",
                "--until",
                "2020-01-08",
                "--symbol",
                "DEMO",
                "--limit",
                "4",
                "--json"
            ).output
        )
        #expect(narrow.count == 4)
        #expect(try admf("trace", "query", Self.run, "--strategy", "nobody", "--json").output == "[]\n")
        let csv = try admf("trace", "query", Self.run, "trend_0000", "--type", "FILL", "--format", "csv")
            .output
        #expect(csv.split(separator: "\n").count == fills.count + 1)
        let table = try admf("trace", "query", Self.run, "trend_0000", "--type", "FILL", "--limit", "1")
            .output
        #expect(table.contains("quantity=") && table.contains("2019-"))
        let two = try RunTests.list(
            admf("trace", "query", Self.run, "trend_0000", "--also", Self.run, "--type", "FILL", "--json")
                .output
        )
        #expect(two.count == 2 * fills.count)
    }

    /// A table is for people; what programs read has the numbers as they are stored.
    @Test func `every form but the table has the stored numbers in full`() throws {
        let (scratch, admf) = try Self.traced()
        defer { withExtendedLifetime(scratch) {} }
        let query = ["trace", "query", Self.run, "trend_0000", "--type", "FILL"]
        let json = try admf.run(query + ["--json"]).output
        let stored = try Self.lines(scratch).filter { $0.contains("\"event_type\":\"FILL\"") }
        let forms = try [
            admf.run(query + ["--format", "csv"]).output, admf.run(query + ["--format", "markdown"]).output,
            admf("trace", "export", Self.run, "trend_0000", "--format", "csv", "--type", "FILL").output,
            admf("trace", "lineage", Self.run, "trend_0000", "T2", "--format", "csv").output,
        ]
        var long = 0
        for line in stored {
            // Texts are compared: Foundation's JSON does not read a double to its last bit.
            let id = try #require(line.firstMatch(of: /"event_id":"([^"]+)"/)).1
            for key in ["price", "quantity", "commission", "slippage", "reference_price"] {
                let written = try #require(
                    line.firstMatch(of: Regex("\"\(key)\":([-+.e0-9]+)"))?[1].substring
                )
                #expect(json.contains("\"\(key)\":\(written)"))
                if written.count > 8 { long += 1 }
                for (place, form) in forms.enumerated() {
                    let row = form.split(separator: "\n").first {
                        $0.contains("\(id),") || $0.contains("| \(id) |")
                    }
                    guard let row else {
                        #expect(place == 3, "only a lineage leaves fills out")
                        continue
                    }
                    let shown = try #require(
                        row.firstMatch(of: Regex("[ ,\"]\(key)=([-+.e0-9]+)"))?[1].substring
                    )
                    #expect(Double(shown) == Double(written), "\(key) in form \(place)")
                }
            }
        }
        #expect(long > 10, "numbers that a table would round")
    }

    /// Whatever a file has lost, and wherever, an answer from the rest must not pass for the whole one.
    @Test(arguments: [
        ["storage_backend=file"], ["storage.backend=file", "storage.compression=zstd"],
        ["storage.backend=file", "storage.compression=none"], ["storage_backend=sqlite"],
        ["storage_backend=parquet"],
    ])
    func `a file that is cut is told by whoever reads it`(settings: [String]) throws {
        let settings = (["batch_size=100"] + settings).flatMap { ["--set", "tracing.\($0)"] }
        let (scratch, admf) = try Self.traced(settings)
        let folder = "\(Self.run)/trend_0002"
        let index = try RunTests.object(scratch.read("\(folder)/events.index.json"))
        let file = try #require((index["files"] as? [[String: Any]])?.first)
        let path = scratch.path("\(folder)/\(try #require(file["name"] as? String))")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let half = whole.count / 2
        var cuts = [1, 2, 7, 9, half, whole.count - 1, whole.count].map { whole.dropLast($0) }
        cuts += [
            whole.dropFirst(), whole[..<half] + whole[(half + 1)...], whole[..<half] + whole[(half + 40)...],
        ]
        for keepsBlocks in [true, false] {
            if !keepsBlocks {
                try? FileManager.default.removeItem(atPath: scratch.path("\(folder)/events.blocks"))
            }
            for cut in cuts {
                try Data(cut).write(to: URL(fileURLWithPath: path))
                for (command, status) in [
                    (["trace", "replay", Self.run, "trend_0002"], Int32(1)),
                    (["trace", "query", Self.run, "trend_0002", "--correlation", "T1"], 5),
                    (["trace", "export", Self.run, "trend_0002"], 5),
                    (["trace", "integrity", Self.run], 1), (["verify", Self.run, "--sample", "0"], 1),
                ] {
                    let outcome = try admf.run(command)
                    #expect(outcome.status == status, "\(command) after \(cut.count) of \(whole.count) bytes")
                    let said = outcome.errors + outcome.output
                    #expect(said.contains("cut short: \(cut.count) of \(whole.count) bytes"), "\(said)")
                }
            }
        }
        try whole.write(to: URL(fileURLWithPath: path))
        #expect(try admf("trace", "replay", Self.run, "trend_0002").status == 0)
        try Data(whole.dropLast()).write(to: URL(fileURLWithPath: path))
        let resumed = try RunTests.object(admf("resume", Self.run, "--json").output)
        #expect((resumed["containers"] as? [String: Int])?["kept"] == 5, "what is cut runs again")
    }

    @Test(arguments: [
        ("mode=sliding_window", ""), ("mode=full", "storage_backend=memory"), ("mode=minimal", ""),
    ])
    func `reaching max_events is said in the manifest`(mode: String, more: String) throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        for (most, isReached) in [(1, true), (1_000_000, false)] {
            let settings = [mode, more, "max_events=\(most)"].filter { !$0.isEmpty }
            let outcome = try admf.run(
                ["run", "config.yaml", "-q", "--only", "trend_*", "--limit", "3", "--output", "m\(most)"]
                    + settings.flatMap { ["--set", "tracing.\($0)"] }
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            let manifest = try RunTests.object(scratch.read("m\(most)/demo/latest/manifest.json"))
            let warnings = manifest["warnings"] as? [String] ?? []
            #expect(
                warnings.contains {
                    $0.contains("3 of 3 containers, first trend_0000: max_events was reached")
                }
                    == isReached,
                "\(warnings)"
            )
        }
    }

    @Test func `the lineage of a trade begins at its bar and ends at its close`() throws {
        let (scratch, admf) = try Self.traced()
        defer { withExtendedLifetime(scratch) {} }
        let text = try admf("trace", "lineage", Self.run, "trend_0000", "T2").output
        let lines = text.split(separator: "\n").map(String.init)
        try #require(lines.count > 6, "\(text)")
        #expect(lines.first?.contains(" BAR DEMO ") == true)
        #expect(lines[1].contains("FEATURES crossover DEMO") && lines[1].contains("sma(close, fast)="))
        #expect(lines[2].contains("SIGNAL") && lines[2].hasPrefix("*"))
        #expect(lines.contains { $0.contains("POSITION_CLOSE") })
        let fill = try #require(
            RunTests.list(
                admf(
                    "trace",
                    "query",
                    Self.run,
                    "trend_0000",
                    "--correlation",
                    "T2",
                    "--type",
                    "FILL",
                    "--json"
                )
                .output
            ).first
        )
        let id = try #require(fill["event_id"] as? String)
        let path = try RunTests.list(admf("trace", "lineage", Self.run, "trend_0000", id, "--json").output)
        let types = path.prefix(6).compactMap { $0["event_type"] as? String }
        #expect(types == ["BAR", "FEATURES", "SIGNAL", "ORDER_REQUEST", "ORDER", "FILL"])
        for (wrong, message) in [("T999", "no trade T999"), ("99999999", "no event"), ("x", "neither")] {
            let outcome = try admf("trace", "lineage", Self.run, "trend_0000", wrong)
            #expect(outcome.status == 2 && outcome.errors.contains(message))
        }
    }

    @Test func `why and why-not`() throws {
        let (scratch, admf) = try Self.traced()
        defer { withExtendedLifetime(scratch) {} }
        let why = try admf("why", Self.run, "trend_0000", "T2").output
        #expect(why.contains("crossover says enter_long: crosses_above(sma(close, fast), sma(close, slow))"))
        for word in ["bought", "opened", "stop ", "sold", "closed", "net "] {
            #expect(why.contains(word), "\(word)")
        }
        #expect(try admf("why", Self.run, "trend_0000", "T999").errors.contains("its trades are T1 to T"))
        let quiet = try admf("why-not", Self.run, "trend_0000", "DEMO", "2019-01-03").output
        #expect(quiet.contains("no condition turned true"))
        #expect(quiet.contains("sma(close, slow) undefined"), "warm-up")
        #expect(quiet.contains("the portfolio is long_only"))
        let signals = try RunTests.list(
            admf("trace", "query", Self.run, "trend_0000", "--type", "SIGNAL", "--json").output
        )
        func answer(_ action: String) throws -> String {
            let signal = signals.first { ($0["payload"] as? [String: Any])?["action"] as? String == action }
            let time = try #require(signal?["timestamp"] as? Int)
            return try admf("why-not", Self.run, "trend_0000", "DEMO", String(time)).output
        }
        #expect(try answer("enter_long").contains("it did act: the entry of trade T1 filled"))
        #expect(try answer("enter_short").contains("the portfolio is long_only"))
        #expect(
            try admf("why-not", Self.run, "trend_0000", "DEMO", "1999-01-01").errors.contains(
                "no bar of DEMO"
            )
        )
        #expect(try admf("why-not", Self.run, "trend_0000", "SPY", "2020-01-01").errors.contains("DEMO"))
    }

    @Test(arguments: [("cooldown_bars", "400"), ("max_positions", "1")])
    func `refusals are explained`(limit: String, value: String) throws {
        let settings = ["--set", "mixed.risk.\(limit)=\(value)", "--set", "dip_buyer.oversold=45"]
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let ran = try admf.run(["run", "config.yaml", "-q", "--only", "mixed_0000"] + Self.full + settings)
        #expect(ran.status == 0, "\(ran.errors)")
        let breaches = try RunTests.list(
            admf("trace", "query", Self.run, "mixed_0000", "--type", "RISK_BREACH", "--json").output
        )
        var reasons: Set<String> = []
        for breach in breaches {
            let reason = try #require((breach["payload"] as? [String: Any])?["rejection"] as? String)
            guard reasons.insert(reason).inserted else { continue }
            let time = try #require(breach["timestamp"] as? Int)
            let text = try admf("why-not", Self.run, "mixed_0000", "DEMO", String(time)).output
            #expect(text.contains("the risk check refused it: \(reason)"))
        }
        #expect(reasons.contains(limit))
    }

    @Test func `replay gives metrics.json byte for byte, and says what differs`() throws {
        let (scratch, admf) = try Self.traced()
        for id in ["trend_0000", "trend_0005"] {
            let outcome = try admf("trace", "replay", Self.run, id)
            #expect(outcome.status == 0 && outcome.output.contains("byte for byte"), "\(outcome.errors)")
        }
        let printed = try admf("trace", "replay", Self.run, "trend_0000", "--print").output
        #expect(try printed == scratch.read("\(Self.run)/trend_0000/metrics.json"))
        var lines = try Self.lines(scratch)
        let place = try #require(lines.firstIndex { $0.contains("POSITION_CLOSE") })
        lines[place] = lines[place].replacing(/"net_pnl":[-0-9.]+/, with: "\"net_pnl\":12345.5")
        try Self.replace(lines, scratch, isForged: true)
        let outcome = try admf("trace", "replay", Self.run, "trend_0000")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("another metrics.json: line"))
        let verified = try admf("verify", Self.run, "--sample", "0")
        #expect(verified.status == 1 && verified.errors.contains("trend_0000"))
    }

    @Test func `integrity finds a dropped, a doubled and an altered record`() throws {
        let (scratch, admf) = try Self.traced()
        let whole = try Self.lines(scratch)
        let clean = try admf("trace", "integrity", Self.run)
        #expect(clean.status == 0 && clean.output.contains("6 traces: no damage"))
        func damage(_ lines: [String], forged: Bool) throws -> [[String: Any]] {
            try Self.replace(lines, scratch, isForged: forged)
            let outcome = try admf("trace", "integrity", Self.run, "--json")
            #expect(outcome.status == 1)
            #expect(try admf("verify", Self.run, "--sample", "0").status == 1)
            return try RunTests.list(outcome.output)
        }
        func kinds(_ rows: [[String: Any]]) -> Set<String> { Set(rows.compactMap { $0["kind"] as? String }) }
        var dropped = whole
        dropped.remove(at: 100)
        #expect(try kinds(damage(dropped, forged: true)).isSuperset(of: ["gap", "count"]))
        var doubled = whole
        doubled.insert(whole[100], at: 100)
        #expect(try kinds(damage(doubled, forged: true)).isSuperset(of: ["duplicate", "count"]))
        var altered = whole
        altered[100] = altered[100].replacing(/"close":[0-9.]+/, with: "\"close\":1")
        #expect(try kinds(damage(altered, forged: false)) == ["file"])
        #expect(try kinds(damage(whole.dropLast(), forged: true)) == ["count"])
        try Self.replace(["{}"], scratch, isForged: true)
        #expect(try admf("trace", "query", Self.run, "trend_0000").status == 5)
        try FileManager.default.removeItem(atPath: scratch.path("\(Self.run)/trend_0000/events.jsonl.gz"))
        #expect(try admf("trace", "integrity", Self.run).output.contains("missing"))
    }

    @Test func `verify proves a run, and names what has changed`() throws {
        let (scratch, admf) = try Self.traced()
        let proved = try admf("verify", Self.run, "--sample", "3")
        #expect(proved.status == 0, "\(proved.errors)")
        #expect(proved.output.contains("6 replayed to their metrics.json"))
        #expect(proved.output.contains("3 of 6 containers run again, byte for byte the same"))
        let path = "\(Self.run)/trend_0002/metrics.json"
        let metrics = try scratch.read(path)
        try scratch.write(path, metrics.replacing(/"winning_trades": \d+/, with: "\"winning_trades\": 77"))
        let altered = try admf("verify", Self.run, "--sample", "6")
        #expect(altered.status == 1 && altered.errors.contains("trend_0002"))
        try scratch.write(path, metrics)
        let trades = "\(Self.run)/trend_0001/trades.csv"
        try scratch.write(trades, scratch.read(trades) + "x\n")
        let longer = try admf("verify", Self.run, "--sample", "6")
        #expect(longer.status == 1 && longer.errors.contains("trend_0001/trades.csv"))
        try scratch.write("data/DEMO.csv", scratch.read("data/DEMO.csv") + "2030-01-01,1,1,1,1,1\n")
        let data = try admf("verify", Self.run)
        #expect(data.status == 1 && data.errors.contains("DEMO.csv has changed"))
        try scratch.write("config.yaml", scratch.read("config.yaml") + "seed: 7\n")
        #expect(try admf("verify", Self.run).status == 1)
    }

    @Test func `a container without its events runs again on resume`() throws {
        let (scratch, admf) = try Self.traced()
        let whole = try RunTests.files(scratch.path(Self.run))
        for name in ["trend_0001/events.jsonl.gz", "trend_0003/events.index.json"] {
            try FileManager.default.removeItem(atPath: scratch.path("\(Self.run)/\(name)"))
        }
        let resumed = try RunTests.object(admf("resume", Self.run, "--json").output)
        #expect((resumed["containers"] as? [String: Int])?["kept"] == 4)
        #expect(try RunTests.files(scratch.path(Self.run)) == whole)
    }

    @Test func `a store that fails degrades or aborts`() throws {
        let scratch = try RunTests.project()
        let bash = try #require(Tools.find("bash"))
        func run(_ action: String) throws -> (status: Int32, output: String) {
            let settings = Self.full + ["--set", "tracing.on_storage_failure=\(action)"]
            // Files end at 120 KiB: room for metrics and curve, not for the events.
            let line =
                ([Admf.path, "run", "config.yaml", "-q", "--limit", "1", "--output", action] + settings)
                .joined(separator: " ")
            return try Tools.run(bash, ["-c", "cd \(scratch.folder); trap '' XFSZ; ulimit -f 120; \(line)"])
        }
        let degraded = try run("degrade")
        #expect(degraded.status == 0, "\(degraded.output)")
        let manifest = try scratch.read("degrade/demo/latest/manifest.json")
        #expect(manifest.contains("the trace of trend_0000 lacks"))
        let index = try RunTests.object(scratch.read("degrade/demo/latest/trend_0000/events.index.json"))
        #expect(try #require(index["lost"] as? Int) > 0)
        let replay = try Admf(folder: scratch.folder)("trace", "replay", "degrade/demo/latest", "trend_0000")
        #expect(replay.status == 2 && replay.errors.contains("could not be stored"))
        let aborted = try run("abort")
        #expect(aborted.status == 5 && aborted.output.contains("the trace"), "\(aborted.output)")
        #expect(try scratch.read("abort/demo/latest/manifest.json").contains("\"status\": \"failed\""))
    }

    @Test func `latency needs stamps`() throws {
        let (scratch, admf) = try Self.traced()
        let none = try admf("trace", "latency", Self.run)
        #expect(none.status == 1 && none.errors.contains("no clock stamps"))
        let stamped = ["run", "config.yaml", "-q", "--limit", "1", "--output", "stamped"]
        #expect(try admf.run(stamped + Self.full + ["--set", "tracing.latency=true"]).status == 0)
        let run = "stamped/demo/latest"
        let rows = try RunTests.list(admf("trace", "latency", run, "--json").output)
        let overall = try #require(rows.last)
        #expect(overall["event_type"] as? String == "ALL")
        #expect(
            overall["count"] as? Int
                == (try RunTests.list(admf("trace", "query", run, "--json").output).count)
        )
        #expect(try #require(overall["max_ns"] as? Double) >= (overall["median_ns"] as? Double ?? .infinity))
        let slow = try RunTests.list(admf("trace", "bottlenecks", run, "--percentile", "50", "--json").output)
        #expect(slow.count == rows.count - 1)
        #expect(try admf("trace", "spikes", run, "--threshold-ms", "0", "--json").status == 0)
        #expect(try admf("trace", "replay", run, "trend_0000").status == 0)
        #expect(scratch.has("\(run)/trend_0000/events.jsonl.gz"))
    }

    @Test func `a dynamic rule acts when a trade closes, and the stream says so`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let config = try scratch.read("config.yaml")
        try scratch.write(
            "dynamic.yaml",
            config + """

                trace_settings:
                  container_settings:
                    "trend_*":
                      dynamic_rules:
                        - {condition: metrics.total_trades >= 3, action: {mode: full, storage_backend: disk}}
                        - {condition: metrics.total_trades >= 1000, action: {level: none}}
                """
        )
        #expect(
            try admf("run", "config.yaml", "-q", "--only", "trend_*", "--limit", "3", "--output", "a").status
                == 0
        )
        let ran = try admf("run", "dynamic.yaml", "-q", "--only", "trend_*", "--limit", "3", "--output", "b")
        #expect(ran.status == 0, "\(ran.errors)")
        let run = "b/demo/latest"
        for id in ["trend_0000", "trend_0001", "trend_0002"] {
            #expect(try Self.metrics(scratch, run, id) == Self.metrics(scratch, "a/demo/latest", id))
        }
        let events = try RunTests.list(admf("trace", "query", run, "trend_0000", "--json").output)
        let first = try #require(events.first)
        #expect(first["event_type"] as? String == "LIFECYCLE")
        #expect((first["payload"] as? [String: Any])?["stage"] as? String == "trace_level_changed")
        let closes = events.filter { $0["event_type"] as? String == "POSITION_CLOSE" }.count
        let record = try RunTests.object(scratch.read("\(run)/trend_0000/metrics.json"))
        let total = try #require((record["events"] as? [String: Int])?["POSITION_CLOSE"])
        #expect(closes == total - 3)
        #expect(try admf("trace", "integrity", run).status == 0)
        let replay = try admf("trace", "replay", run, "trend_0000")
        #expect(replay.status == 2 && replay.errors.contains("dynamic_rules"))
        let whole = try RunTests.files(scratch.path(run))
        try FileManager.default.removeItem(atPath: scratch.path("\(run)/trend_0001/events.jsonl.gz"))
        #expect(try admf("resume", run, "-q").status == 0)
        #expect(try RunTests.files(scratch.path(run)) == whole)
    }

    @Test func `observers report where they are asked for, and nowhere else`() throws {
        let observers = ["--set", "tracing.observers=[execution_quality, memory, latency]"]
        let (scratch, admf) = try Self.traced(observers)
        let record = try RunTests.object(scratch.read("\(Self.run)/trend_0000/metrics.json"))
        let sections = try #require(record["observers"] as? [String: [String: Any]])
        #expect(
            Set(sections.keys) == ["execution_quality", "memory"],
            "clock readings never get into metrics.json"
        )
        let quality = try #require(sections["execution_quality"])
        let events = try #require(record["events"] as? [String: Int])
        #expect(quality["fills"] as? Int == events["FILL"])
        #expect(try #require(quality["mean_bars_to_fill"] as? Double) == 1, "orders fill at the next open")
        #expect(try #require(quality["worst_slippage"] as? Double) > 0)
        #expect(sections["memory"]?["is_over"] as? Bool == false)
        let shown = try #require(RunTests.list(admf("show", Self.run, "trend_0000", "--json").output).first)
        #expect((shown["observers"] as? [String: Any])?.count == 2)
        let latency = try RunTests.object(scratch.read("\(Self.run)/trend_0000/latency.json"))
        let types = try #require(latency["by_type"] as? [String: [String: Any]])
        #expect(types["FILL"]?["count"] as? Int == events["FILL"])
        #expect(
            try admf("trace", "replay", Self.run, "trend_0000").status == 0,
            "the section is replayed too"
        )
        #expect(try admf("verify", Self.run, "--sample", "2").status == 0)
        let plain = try RunTests.project()
        #expect(try Admf(folder: plain.folder)("run", "config.yaml", "-q", "--limit", "1").status == 0)
        #expect(try !plain.read("\(Self.run)/trend_0000/metrics.json").contains("observers"))
        #expect(!plain.has("\(Self.run)/trend_0000/latency.json"))
        let unknown = try admf("validate", "config.yaml", "--set", "tracing.observers=[telepathy]")
        #expect(unknown.status == 2 && unknown.errors.contains("expected one of metrics, tracer, memory"))
    }

    @Test func `memory over its threshold is a warning of the manifest`() throws {
        let scratch = try RunTests.project()
        let settings = ["tracing.level=debug", "tracing.monitor_memory=true", "tracing.threshold_mb=0.01"]
        let ran = try Admf(folder: scratch.folder).run(
            ["run", "config.yaml", "-q", "--limit", "1"] + settings.flatMap { ["--set", $0] }
        )
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try scratch.read("\(Self.run)/manifest.json").contains("over its threshold_mb"))
    }

    @Test func `explain names the rule of every setting`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let arguments = [
            "trace", "explain", "config.yaml", "trend_0003", "--json", "--set", "tracing.level=normal",
        ]
        let rows = try RunTests.list(admf.run(arguments).output)
        let level = try #require(rows.first { $0["setting"] as? String == "level" })
        #expect(level["value"] as? String == "normal")
        #expect((level["set_by"] as? String)?.contains("--set") == true)
        let unknown = try admf("trace", "explain", "config.yaml", "nobody")
        #expect(unknown.status == 2 && unknown.errors.contains("trend_0000 to mixed_"))
    }

    @Test func `an export is what was stored`() throws {
        let (scratch, admf) = try Self.traced()
        let exported = try admf("trace", "export", Self.run, "trend_0000").output
        #expect(try exported == Self.lines(scratch).map { $0 + "\n" }.joined())
        let csv = try admf("trace", "export", Self.run, "trend_0000", "--type", "FILL", "--format", "csv")
            .output
        #expect(csv.hasPrefix("event_id,event_type,time,timestamp,"))
    }

    @Test func `what cannot be is said`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "-q", "--limit", "1").status == 0)
        let none = try admf("trace", "query", Self.run)
        #expect(none.status == 2 && none.errors.contains("storage_backend"))
        #expect(try admf("trace", "replay", Self.run, "nobody").status == 2)
        #expect(try admf("trace").errors.contains("ACTION is missing"))
        #expect(try admf("trace", "lineag").status == 2)
        let order = try admf("trace", "--quiet", "query", Self.run)
        #expect(order.status == 2 && order.errors.contains("right behind 'trace'"))
        let backend = try admf("validate", "config.yaml", "--set", "tracing.storage_backend=kafka")
        #expect(backend.status == 2 && backend.errors.contains("is not part of this program"))
    }

    @Test(arguments: [
        "query", "lineage", "integrity", "replay", "explain", "latency", "bottlenecks", "spikes", "export",
        "sql",
    ])
    func `every action has help with examples that parse`(action: String) throws {
        let outcome = try Admf()("trace", action, "--help")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("Usage: admf trace \(action) "))
        #expect(outcome.output.contains("Examples:\n  admf trace \(action) "))
        #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.hasPrefix("  ") })
    }
}
