import Foundation
import Testing

/// Windows of features for machine learning, as a user gets them.
@Suite(.serialized) struct FeatureExtractionTests {
    static let features = [
        "--set", "tracing.feature_extraction.window=3", "--set",
        "tracing.feature_extraction.features=[close, 'high - low', 'rsi(close, 14)']",
    ]

    /// A CSV file as a header and rows; no field of these files holds a line feed.
    static func table(_ text: String) throws -> (header: [String], rows: [[String]]) {
        let lines = text.split(separator: "\n").map { fields(String($0)) }
        let header = try #require(lines.first)
        #expect(lines.allSatisfy { $0.count == header.count })
        return (header, Array(lines.dropFirst()))
    }

    private static func fields(_ line: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }

    /// The project of `init`, run for two containers.
    static func run(_ more: [String], _ scratch: Scratch? = nil, output: String = "results") throws -> Scratch
    {
        let scratch = try scratch ?? RunTests.project()
        let outcome = try Admf(folder: scratch.folder).run(
            ["run", "config.yaml", "-q", "--only", "trend_*", "--limit", "2", "--output", output] + more
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        return scratch
    }

    @Test func `a row a signal holds the window up to its bar and what came of the trade`() throws {
        let scratch = try Self.run(Self.features + ["--set", "results.store_trades=true"])
        let folder = "results/demo/latest/trend_0001"
        let (header, rows) = try Self.table(scratch.read("\(folder)/features.csv"))
        #expect(
            header.suffix(9) == [
                "close[2]", "close[1]", "close[0]", "high - low[2]", "high - low[1]", "high - low[0]",
                "rsi(close, 14)[2]", "rsi(close, 14)[1]", "rsi(close, 14)[0]",
            ]
        )
        func value(_ row: [String], _ name: String) throws -> String {
            row[try #require(header.firstIndex(of: name))]
        }
        // Bars as the file has them, by time.
        let (names, bars) = try Self.table(scratch.read("data/DEMO.csv"))
        let close = try #require(names.firstIndex(of: "close"))
        let stamps = bars.map { $0[0] }
        for row in rows {
            let time = try value(row, "timestamp")
            let place = try #require(stamps.firstIndex { time.hasPrefix($0.prefix(10)) })
            for back in 0...2 {
                #expect(Double(try value(row, "close[\(back)]")) == Double(bars[place - back][close]))
            }
        }
        #expect(rows.map { $0[1] } == (1...rows.count).map(String.init))
        // Every closed trade is the outcome of one entry, with the numbers of trades.csv.
        let (tradeHeader, trades) = try Self.table(scratch.read("\(folder)/trades.csv"))
        let closed = try rows.filter {
            try value($0, "outcome") == "closed" && value($0, "action").hasPrefix("enter")
        }
        #expect(closed.count == trades.count)
        #expect(trades.count > 1)
        for (label, name) in [
            ("net_return", "return"), ("net_pnl", "net_pnl"), ("exit_reason", "exit_reason"),
            ("bars_held", "bars_held"), ("trade_id", "trade_id"),
        ] {
            let column = try #require(tradeHeader.firstIndex(of: name))
            #expect(try closed.map { try value($0, label) } == trades.map { $0[column] }, "\(label)")
        }
        for row in closed {
            #expect(try value(row, "win") == ((Double(value(row, "net_pnl")) ?? 0) > 0 ? "1" : "0"))
        }
        let schema = try RunTests.object(scratch.read("\(folder)/features.json"))
        #expect(schema["rows"] as? Int == rows.count)
        #expect((schema["labels"] as? [String]).map { $0 + header.suffix(9) } == header)
    }

    @Test func `nothing after the decision reaches a window`() throws {
        let scratch = try Self.run(Self.features)
        let lines = try scratch.read("data/DEMO.csv").split(separator: "\n").map(String.init)
        let cut = lines.count / 2
        let changed = lines.enumerated().map { index, line -> String in
            guard index > cut else { return line }
            // Other prices, still a bar: everything doubled.
            var fields = line.split(separator: ",").map(String.init)
            for place in 1...4 { fields[place] = "\((Double(fields[place]) ?? 0) * 2)" }
            return fields.joined(separator: ",")
        }
        try scratch.write("data/DEMO.csv", changed.joined(separator: "\n") + "\n")
        _ = try Self.run(Self.features, scratch, output: "changed")
        let end = String(lines[cut].prefix(10))
        var compared = 0
        for id in ["trend_0000", "trend_0001"] {
            let (header, before) = try Self.table(scratch.read("results/demo/latest/\(id)/features.csv"))
            let (_, after) = try Self.table(scratch.read("changed/demo/latest/\(id)/features.csv"))
            let time = try #require(header.firstIndex(of: "timestamp"))
            let first = try #require(header.firstIndex(of: "close[2]"))
            func early(_ rows: [[String]]) -> [[String]] { rows.filter { $0[time].prefix(10) <= end } }
            #expect(early(before).map { $0[first...] } == early(after).map { $0[first...] })
            // The change did reach what came after it.
            #expect(before.map { $0[first...] } != after.map { $0[first...] })
            compared += early(before).count
        }
        #expect(compared > 4)
    }

    @Test func `the same run gives the same bytes, and metrics know nothing of it`() throws {
        let more = Self.features + ["--set", "tracing.feature_extraction.format=npy"]
        let scratch = try Self.run(more)
        _ = try Self.run(more + ["--jobs", "1"], scratch, output: "again")
        _ = try Self.run([], scratch, output: "plain")
        let first = try RunTests.files(scratch.path("results/demo/latest"))
        #expect(try RunTests.files(scratch.path("again/demo/latest")) == first)
        #expect(
            first.keys.contains("trend_0000/features.npy") && first.keys.contains("trend_0000/signals.csv")
        )
        #expect(
            try TraceTests.metrics(scratch, "plain/demo/latest", "trend_0001")
                == TraceTests.metrics(scratch, "results/demo/latest", "trend_0001")
        )
    }

    @Test func `the array is what NumPy reads`() throws {
        let scratch = try Self.run(Self.features + ["--set", "tracing.feature_extraction.format=npy"])
        _ = try Self.run(Self.features, scratch, output: "csv")
        let data = try #require(
            FileManager.default.contents(atPath: scratch.path("results/demo/latest/trend_0000/features.npy"))
        )
        #expect(data.prefix(8) == Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0]))
        let length = Int(data[8]) + 256 * Int(data[9])
        #expect((10 + length) % 64 == 0)
        let header = String(decoding: data[10..<10 + length], as: UTF8.self)
        let (_, rows) = try Self.table(scratch.read("csv/demo/latest/trend_0000/features.csv"))
        #expect(
            header.hasPrefix(
                "{'descr': '<f8', 'fortran_order': False, 'shape': (\(rows.count), 3, 3), }"
            )
        )
        #expect(header.hasSuffix("\n"))
        let values = data[(10 + length)...].withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map {
                Double(bitPattern: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
            }
        }
        #expect(values.count == rows.count * 9)
        // Signals x bars x features, where CSV has features x bars.
        for (index, row) in rows.enumerated() {
            for bar in 0..<3 {
                for feature in 0..<3 {
                    let text = row.suffix(9)[row.endIndex - 9 + feature * 3 + bar]
                    let value = values[index * 9 + bar * 3 + feature]
                    #expect(Double(text) == (value.isNaN ? nil : value))
                }
            }
        }
    }

    @Test func `without a choice it shows the close and what the rules compare`() throws {
        let scratch = try Self.run(["--set", "tracing.observers=[feature_extraction]"])
        let schema = try RunTests.object(scratch.read("results/demo/latest/trend_0000/features.json"))
        #expect(schema["window"] as? Int == 20)
        let names = (schema["features"] as? [[String: Any]])?.compactMap { $0["name"] as? String } ?? []
        #expect(names.first == "close")
        #expect(names.count >= 3, "\(names)")
        let (header, _) = try Self.table(scratch.read("results/demo/latest/trend_0000/features.csv"))
        #expect(header.count == 16 + 20 * names.count)
    }

    @Test func `signals over max_rows are counted and said`() throws {
        let scratch = try RunTests.project()
        let outcome = try Admf(folder: scratch.folder).run(
            ["run", "config.yaml", "--only", "trend_0000", "--set", "tracing.feature_extraction.max_rows=2"]
        )
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("the features of trend_0000 lack "), "\(outcome.errors)")
        let (_, rows) = try Self.table(scratch.read("results/demo/latest/trend_0000/features.csv"))
        #expect(rows.count == 2)
        let schema = try RunTests.object(scratch.read("results/demo/latest/trend_0000/features.json"))
        #expect((schema["left_out"] as? Int ?? 0) > 0)
    }

    @Test func `a resumed run makes what is missing again`() throws {
        let scratch = try Self.run(Self.features)
        let run = scratch.path("results/demo/latest")
        let before = try RunTests.files(run)
        try FileManager.default.removeItem(atPath: "\(run)/trend_0000/features.csv")
        let outcome = try Admf(folder: scratch.folder)("resume", "results/demo/latest", "-q")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try RunTests.files(run) == before)
    }
}
