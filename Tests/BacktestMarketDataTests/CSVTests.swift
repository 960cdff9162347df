import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Testing

/// Rows, fields, quotes and headers.
struct CSVTests {
    private let files = BarFiles()

    private func problems(_ text: String, _ change: (inout DataOptions) -> Void = { _ in }) -> [DataProblem] {
        files.problems { () throws(MarketDataError) in try files.load(text, change) }
    }

    @Test
    func quotesBlanksAndExtraColumns() throws {
        let text = """
            Note,"Date ",OPEN,High,"low",Close, VOLUME ,VWAP
            "a, ""b""
            c",2024-01-01," 10 ","12",9,11,100,10.5
            5" pipe,"2024-01-02",10,12,9,11.5,0,10.75
            """
        let series = try files.load(text).tape.series[0]
        #expect(series.close.array == [11, 11.5])
        #expect(series.volume.array == [100, 0])
        #expect(series.vwap?.array == [10.5, 10.75])
    }

    @Test
    func linesArePhysical() {
        let text =
            "note," + BarFiles.header + "\"a\nb\",2024-01-01,10,12,9,11,1\nx,2024-01-02,10,12,9,oops,1\n"
        #expect(problems(text).map(\.line) == [4])
    }

    @Test(arguments: ["\n\n", "\r\n\r\n \n", "  ", "\n"])
    func blankLinesAtTheEndAreFine(_ end: String) throws {
        let text = BarFiles.header + "2024-01-01,10,12,9,11,100\n2024-01-02,10,12,9,11,100\n" + end
        #expect(try files.load(text).tape.series[0].count == 2)
    }

    @Test
    func aBlankLineInTheMiddleIsAProblem() {
        let found = problems(BarFiles.header + "2024-01-01,10,12,9,11,100\n\n2024-01-02,10,12,9,11,100\n")
        #expect(found.map(\.line) == [3])
        #expect(found.first?.kind == .wrongFieldCount)
    }

    @Test(
        arguments: [
            ("2024-01-01,10,12,9,\"11\"x,1\n", 2), ("2024-01-01,10,12,9,\"11,1\n2024-01-02,1,1,1,1,1\n", 2),
            ("2024-01-01,10,12,9,11,1\n2024-01-02,10,12,\"9\" ,11,1\n", 3),
        ]
    )
    func badQuotes(_ rows: String, _ line: Int) {
        let found = problems(BarFiles.header + rows)
        #expect(found.map(\.kind) == [.badQuoting])
        #expect(found.first?.line == line)
        // Where a row ends cannot be told any more, so there is nothing to drop.
        #expect(problems(BarFiles.header + rows) { $0.onBadRow = .drop }.map(\.kind) == [.badQuoting])
    }

    @Test(
        arguments: [
            ("timestamp,open,high,low,close\n", ["volume"], DataProblemKind.missingColumn),
            ("open,high\n", ["timestamp", "low", "close", "volume"], .missingColumn),
            (
                "timestamp;open;high;low;close;volume\n",
                ["timestamp", "open", "high", "low", "close", "volume"], .missingColumn
            ),
            ("timestamp,open,high,low,close,volume,Close\n", ["close"], .duplicateColumn),
            ("date,time,open,high,low,close,volume\n", ["timestamp"], .duplicateColumn),
            ("timestamp,timestamp,open,high,low,close,volume\n", ["timestamp"], .duplicateColumn),
            ("1706693415,1,2,3,4,5\n", [nil], .missingHeader), (BarFiles.header, [nil], .empty),
            ("\n" + BarFiles.header, [nil], .missingHeader), (" \n\n", [nil], .empty),
            ("\n", [nil], .empty),
        ]
    )
    func headers(_ text: String, _ columns: [String?], _ kind: DataProblemKind) {
        let found = problems(text)
        #expect(found.map(\.column) == columns)
        #expect(found.allSatisfy { $0.kind == kind })
        #expect(found.allSatisfy { $0.line == 1 && !$0.remedy.isEmpty })
        #expect(!found.isEmpty)
    }

    @Test
    func aMisspeltColumnGetsAHint() {
        #expect(
            problems("timestamp,open,high,low,closse,volume\n").first?.remedy.contains("'closse'") == true
        )
        #expect(problems("timestamp;open;high;low;close;volume\n").first?.remedy.contains("commas") == true)
    }

    @Test
    func aliasesOfTheStamp() throws {
        for name in ["Date", "datetime", "TIME", "timestamp"] {
            let text = "\(name),open,high,low,close,volume\n2024-01-01,10,12,9,11,1\n"
            #expect(try files.load(text).tape.series[0].count == 1)
        }
        let both = "time,timestamp,open,high,low,close,volume\nx,2024-01-01,10,12,9,11,1\n"
        #expect(try files.load(both).tape.series[0].count == 1)
    }

    @Test
    func everyProblemOfARowAndOfManyRowsUpToTwenty() {
        let bad = "x,nan,-1,0,,-5\n"
        let found = problems(BarFiles.header + bad)
        #expect(found.map(\.column) == ["timestamp", "open", "high", "low", "close", "volume"])
        #expect(
            found.map(\.kind) == [
                .badTimestamp, .notAFiniteNumber, .nonPositivePrice, .nonPositivePrice, .notAFiniteNumber,
                .negativeVolume,
            ]
        )
        #expect(problems(BarFiles.header + String(repeating: bad, count: 100)).count == 20)
    }

    @Test(
        arguments: [
            ("10,12,9,11,-0", true), ("10,12,9,12.000001,1", true), ("10,12,9,12.0001,1", false),
            ("8.999995,12,9,11,1", true), ("8.99,12,9,11,1", false), ("9,9,9,9,0", true),
            ("10,8.9999999,9,10,1", false), ("10,12,9,11,-1", false), ("0,12,9,11,1", false),
            ("10,12,9,11,1e3", true), ("10,12,9,11,1_000", false), ("1e1,1.2e1,9,11,1", true),
        ]
    )
    func boundsOfARow(_ fields: String, _ isGood: Bool) {
        #expect(problems(BarFiles.header + "2024-01-01,\(fields)\n").isEmpty == isGood)
    }

    @Test
    func toleranceIsAnOption() {
        let text = BarFiles.header + "2024-01-01,10,12,9,12.05,1\n"
        #expect(problems(text).first?.column == "close")
        #expect(problems(text) { $0.tolerance = 0.01 }.isEmpty)
        let dust = BarFiles.header + "2024-01-01,10,12,9,12.0000001,1\n"
        #expect(problems(dust) { $0.tolerance = 0 }.count == 1)
    }

    @Test
    func rowsLongerThanTheBufferAreRefused() {
        let long = String(repeating: "x", count: 1 << 20)
        let found = problems("note," + BarFiles.header + long + ",2024-01-01,10,12,9,11,1\n")
        #expect(found.map(\.kind) == [.rowTooLong])
        #expect(found.first?.line == 2)
    }

    /// Rows of all lengths around the edges of the reader's pieces, quoted and not.
    @Test
    func rowsAcrossTheBuffersEdges() throws {
        var text = "note," + BarFiles.header
        var random = SeededGenerator(seed: 5)
        let count = 6_000
        for index in 0..<count {
            let note = String(repeating: "n", count: Int.random(in: 0...700, using: &random))
            let quoted = Bool.random(using: &random) ? "\"\(note)\"\"\n,\"" : note
            text += "\(quoted),\(1_700_000_000 + index),10,12,9,11,\(index)\n"
        }
        let loaded = try files.load(text)
        #expect(loaded.tape.series[0].volume.array == (0..<count).map(Double.init))
        #expect(loaded.files[0].byteCount == text.utf8.count)
    }

    @Test
    func pathsThatCannotBeRead() {
        var options = DataOptions()
        options.bars = [
            BarSource(symbol: "A", path: "/nowhere/a.csv"), BarSource(symbol: "B", path: files.folder.path),
            BarSource(symbol: "C", path: "/dev/null"), BarSource(symbol: "D", path: "d.parquet"),
        ]
        let load = files.problems { () throws(MarketDataError) in try TapeLoader.load(options, jobs: 2) }
        #expect(load.map(\.kind) == [.cannotOpen, .cannotOpen, .cannotOpen, .cannotOpen])
        #expect(load.map(\.file) == options.bars.map(\.path))
        #expect(load[0].message.contains("No such file"))
        #expect(load[1].message.contains("folder"))
        let error = #expect(throws: MarketDataError.self) { try TapeLoader.check(options) }
        #expect(error?.problems == load)
    }

    @Test
    func checkLooksAtTheHeaderAlone() throws {
        var options = DataOptions()
        options.bars = [
            BarSource(symbol: "A", path: files.folder.write(BarFiles.header + "garbage\n", to: "a"))
        ]
        try TapeLoader.check(options)
        options.bars[0].path = files.folder.write("timestamp,open\n", to: "b")
        #expect(throws: MarketDataError.self) { try TapeLoader.check(options) }
    }
}
