import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Testing

/// Files as vendors, spreadsheets and data frames write them: read as they are meant, or refused with the remedy, never guessed.
struct VendorFileTests {
    private let files = BarFiles()

    private static func rows(_ count: Int, price: (Int) -> Double = { 100 + Double($0) / 10 }) -> [String] {
        (0..<count).map { index in
            let date = CivilDate(daysSinceEpoch: 19_700 + index).iso8601
            let price = price(index)
            return "\(date),\(price),\(price + 1),\(price - 1),\(price),\(index)"
        }
    }

    private func text(_ rows: [String], header: String = BarFiles.header) -> String {
        header + rows.map { $0 + "\n" }.joined()
    }

    private func kinds(_ loaded: LoadedTape) -> [DataProblemKind] { loaded.files[0].warnings.map(\.kind) }

    // MARK: - Order

    @Test(arguments: [BadRowPolicy.refuse, .drop])
    func aFileThatRunsBackwardsIsReadTheOtherWayRound(policy: BadRowPolicy) throws {
        let forward = try files.load(text(Self.rows(120)))
        let backward = try files.load(text(Self.rows(120).reversed())) { $0.onBadRow = policy }
        let (a, b) = (forward.tape.series[0], backward.tape.series[0])
        for column in [\Series.open, \.high, \.low, \.close, \.volume] {
            #expect(a[keyPath: column].array == b[keyPath: column].array)
        }
        #expect(a.timestamps.array == b.timestamps.array)
        #expect(kinds(backward) == [.newestFirst])
        #expect(backward.files[0].droppedRows == 0)
    }

    /// Both readings of the hour that clocks repeat, and the offset that stamps carry, survive the turn.
    @Test(.enabled(if: TimeZoneTests.hasDatabase, "needs tzdata"))
    func whatDependsOnTheOrderIsTheSameBackwards() throws {
        let zone = try #require(TimeZoneRules(named: "America/New_York"))
        let local = ["2024-11-03 00:30", "2024-11-03 01:30", "2024-11-03 01:30", "2024-11-03 02:30"]
        let forward = try files.load(stamps: local) { $0.timeZone = zone }
        let backward = try files.load(stamps: local.reversed()) { $0.timeZone = zone }
        #expect(files.stamps(forward) == files.stamps(backward))
        #expect(files.stamps(backward).count == 4)
        // Midnight in New York on either side of the change: days are those that the stamps name.
        let carried = [
            "2024-11-02T00:00:00-04:00", "2024-11-03T00:00:00-04:00", "2024-11-04T00:00:00-05:00",
            "2024-11-05T00:00:00-05:00",
        ]
        let days = try [carried, carried.reversed()].map { stamps in
            Timeline(tape: try files.load(stamps: stamps).tape, symbols: [0]).days.array
        }
        #expect(days[0] == days[1])
        #expect(days[0] == (0..<4).map { 20_029 + $0 })
    }

    @Test func aStrayRowIsNoDirection() {
        // Two rows swapped at the start, in the middle, in a file that runs backwards.
        var early = Self.rows(30)
        early.swapAt(0, 1)
        var middle = Self.rows(30)
        middle.swapAt(14, 15)
        var backward = Array(Self.rows(30).reversed())
        backward.swapAt(14, 15)
        let found = [early, middle, backward].map { rows in
            files.problems { () throws(MarketDataError) in try files.load(text(rows)) }
        }
        #expect(
            found.map { $0.map(\.kind) } == [
                [.unsortedTimestamp], [.unsortedTimestamp], [.unsortedTimestamp],
            ]
        )
        #expect(found.map { $0.first?.line } == [3, 17, 17])
        #expect(found[2].first?.message.contains("later than the row before") == true)
    }

    @Test func anErrorInABackwardFileNamesItsLine() throws {
        let loaded = try files.load(text(Array(Self.rows(30, price: { $0 == 12 ? 40 : 100 }).reversed())))
        // The jump down is on the row of bar 12, which stands on line 30 - 12 + 1.
        #expect(loaded.files[0].warnings.first { $0.kind == .splitLikeJump }?.line == 19)
    }

    // MARK: - Rows that are dropped

    @Test(
        arguments: [
            (1_000, 10, true), (1_000, 11, false), (5_000, 50, true), (5_000, 51, false), (12, 9, true),
        ]
    )
    func droppingIsForSingleRows(count: Int, bad: Int, isRead: Bool) {
        var rows = Self.rows(count)
        for index in 0..<bad { rows[index * (count / bad)] += "x" }
        let problems = files.problems { () throws(MarketDataError) in
            try files.load(text(rows)) { $0.onBadRow = .drop }
        }
        #expect(problems.isEmpty == isRead)
        if !isRead { #expect(problems[0].kind == .tooManyBadRows && problems.count > 1) }
    }

    // MARK: - Several symbols

    private static func tagged(_ names: [String], column: String = "Ticker") -> String {
        let rows = rows(40).enumerated().map { index, row in "\(row),\(names[index % names.count])" }
        return "timestamp,open,high,low,close,volume,\(column)\n" + rows.map { $0 + "\n" }.joined()
    }

    @Test(arguments: ["symbol", "Ticker", "INSTRUMENT", "act_symbol", "Pair", "code"])
    func theRowsOfTheConfiguredSymbolAlone(column: String) throws {
        for names in [["X", "Y"], ["Y", "X"], ["Y", "Y", "X", "Z"]] {
            let loaded = try files.load(Self.tagged(names, column: column))
            let own = (0..<40).filter { names[$0 % names.count] == "X" }
            #expect(loaded.tape.series[0].volume.array == own.map(Double.init))
            #expect(kinds(loaded).contains(.otherSymbol))
            let notice = loaded.files[0].warnings.first { $0.kind == .otherSymbol }
            #expect(notice?.message.contains("\(40 - own.count) rows of other symbols left out: 'Y'") == true)
        }
    }

    /// The same days for every symbol are no duplicates, and a file sorted by symbol first is in order.
    @Test func symbolsOneAfterTheOther() throws {
        let days = Self.rows(20)
        let both = days.map { $0 + ",AAA" } + days.map { $0 + ",X" } + days.map { $0 + ",ZZZ" }
        let loaded = try files.load(text(both, header: "date,open,high,low,close,volume,symbol\n"))
        #expect(loaded.tape.series[0].count == 20)
        let mixed = days.flatMap { [$0 + ",AAA", $0 + ",X"] }
        #expect(
            try files.load(text(mixed, header: "date,open,high,low,close,volume,symbol\n")).tape.series[0]
                .count == 20
        )
    }

    /// What is wrong with rows of another symbol is not our file's fault, also where they come first.
    @Test(arguments: BadRowPolicy.allCases)
    func faultsOfOtherSymbolsAreNone(policy: BadRowPolicy) throws {
        let bad = (0..<60).map { _ in "2024-01-01,1,1,1,none,1,Y" }
        let rows = bad + Self.rows(20).map { $0 + ",X" }
        let header = "timestamp,open,high,low,close,volume,Ticker\n"
        let loaded = try files.load(text(rows, header: header)) { $0.onBadRow = policy }
        #expect(loaded.tape.series[0].count == 20 && loaded.files[0].droppedRows == 0)
        // Without a row of ours they are what the file has.
        let problems = files.problems { () throws(MarketDataError) in
            try files.load(text(bad, header: header))
        }
        #expect(problems.count == 20 && problems[0].kind == .notAFiniteNumber)
    }

    @Test func aColumnOfSymbolsIsCalledByItsName() {
        let problems = files.problems { () throws(MarketDataError) in
            try files.load(Self.tagged(["A", "B"], column: "Pair"))
        }
        #expect(problems.map(\.column) == ["Pair"])
    }

    @Test func noneOfSeveralSymbolsIsTheConfiguredOne() {
        let problems = files.problems { () throws(MarketDataError) in
            try files.load(Self.tagged(["A", "B", "x"]))
        }
        #expect(problems.map(\.kind) == [.unknownSymbol])
        #expect(problems[0].message.contains("'A', 'B', 'x'"))
    }

    @Test func oneSymbolIsReadWhateverItIsCalled() throws {
        let loaded = try files.load(Self.tagged(["X US Equity"]))
        #expect(loaded.tape.series[0].count == 40)
        #expect(kinds(loaded) == [.otherSymbol])
        #expect(kinds(try files.load(Self.tagged(["X"]))).isEmpty)
    }

    // MARK: - Above the header

    @Test(
        arguments: [
            "# made by somebody\n", "sep=,\n", "https://www.example.com\n", "Prices of X,,,,,\nDaily bars\n",
            "# one\n# two, three\n#\n",
        ]
    )
    func whatStandsAboveTheHeaderIsPassedOver(preamble: String) throws {
        let loaded = try files.load(preamble + text(Self.rows(10)))
        #expect(loaded.tape.series[0].count == 10)
        #expect(kinds(loaded) == [.preamble])
        // Lines are counted as an editor does.
        let lines = preamble.filter { $0 == "\n" }.count
        let problems = files.problems { () throws(MarketDataError) in
            try files.load(preamble + text(Self.rows(5) + ["2030-01-01,1,1,1"]))
        }
        #expect(problems.map(\.line) == [lines + 7])
    }

    @Test func anotherSeparatorIsSaidInOneMessage() {
        let problems = files.problems { () throws(MarketDataError) in
            try files.load("sep=;\n" + text(Self.rows(3)).replacingOccurrences(of: ",", with: ";"))
        }
        #expect(problems.count == 1 && problems[0].message.contains("';'"))
    }

    // MARK: - Times that a file does not tell

    @Test(
        arguments: [
            ("epoch_s", "86400", "1970-01-02T00:00:00Z"), ("epoch_ms", "86400000", "1970-01-02T00:00:00Z"),
            ("epoch_us", "2024013109", "1970-01-01T00:33:44.013109Z"),
            ("epoch_ns", "1", "1970-01-01T00:00:00.000000001Z"),
            ("epoch_s", "2024013109", "2034-02-20T01:51:49Z"), ("excel", "44564", "2022-01-03T00:00:00Z"),
            ("excel", "44564.5", "2022-01-03T12:00:00Z"),
            ("excel", "44564.3958333333", "2022-01-03T09:30:00Z"),
            ("iso", "2024-01-31", "2024-01-31T00:00:00Z"),
            ("iso", "2024-01-31 09:30+02:00", "2024-01-31T07:30:00Z"),
            ("%Y%m%d", "20240131", "2024-01-31T00:00:00Z"),
            ("%Y%m%d%H%M%S", "20240131093015", "2024-01-31T09:30:15Z"),
            ("%d.%m.%Y %H:%M", "31.1.2024 9:30", "2024-01-31T09:30:00Z"),
            ("%m/%d/%y %I:%M %p", "01/31/24 12:05 AM", "2024-01-31T00:05:00Z"),
            ("%m/%d/%Y %I:%M:%S %p", "1/31/2024 1:05:09 pm", "2024-01-31T13:05:09Z"),
            ("%d %b %Y", "31 Jan 2024", "2024-01-31T00:00:00Z"),
            ("%B %d, %Y", "\"January 31, 2024\"", "2024-01-31T00:00:00Z"),
            ("%Y-%m-%dT%H:%M:%S.%f%z", "2024-01-31T09:30:15.25+0530", "2024-01-31T04:00:15.250Z"),
        ]
    )
    func timeFormats(format: String, stamp: String, expected: String) throws {
        let timeFormat = try #require(TimeFormat(format))
        #expect(timeFormat.text == format)
        let loaded = try files.load(stamps: [stamp]) { $0.bars[0].timeFormat = timeFormat }
        #expect(files.stamps(loaded) == [expected])
    }

    @Test(arguments: ["", "%", "%Q", "%H:%M", "%Y-%m", "epoch", "excel2", "%Y-%m-%d %"])
    func whatIsNoFormat(text: String) { #expect(TimeFormat(text) == nil) }

    @Test(
        arguments: [
            ("%Y%m%d", "2024013"), ("%Y%m%d", "20241301"), ("%d.%m.%Y", "31.01.2024 "),
            ("excel", "2024-01-31"), ("iso", "31.01.2024"), ("iso", "1704067200"), ("iso", "20240131"),
            ("epoch_s", "2024-01-31"), ("excel", "0"), ("%Y-%m-%d %I %p", "2024-01-31 13 PM"),
            ("%d %b %Y", "31 Ja 2024"),
        ]
    )
    func stampsThatAreNotSo(format: String, stamp: String) {
        let problems = files.problems { () throws(MarketDataError) in
            try files.load(stamps: ["\"\(stamp)\""]) { $0.bars[0].timeFormat = TimeFormat(format) }
        }
        // A blank at the end is taken off before the stamp is looked at.
        if stamp.hasSuffix(" ") {
            #expect(problems.isEmpty)
        } else {
            #expect(problems.map(\.kind) == [.badTimestamp])
        }
    }

    @Test func aColumnThatIsNoTimeIsOneProblem() {
        for numbers in [Array(0..<60), Array(44_564..<44_624), (0..<60).map { 20_240_100 + $0 }] {
            for policy in BadRowPolicy.allCases {
                let problems = files.problems { () throws(MarketDataError) in
                    try files.load(stamps: numbers.map(String.init)) { $0.onBadRow = policy }
                }
                #expect(problems.map(\.kind) == [.badTimestamp])
                #expect(
                    problems[0].remedy.contains(numbers[0] == 0 ? "time of each bar" : "data.csv.time_format")
                )
            }
        }
    }

    /// Day numbers as programs write them, with more decimals than an epoch has nanoseconds.
    @Test func aDayNumberWithAllItsDigits() {
        let problems = files.problems { () throws(MarketDataError) in
            try files.load(stamps: ["44564.395833333336", "44564.437500000000"])
        }
        #expect(problems.map(\.kind) == [.badTimestamp])
        #expect(problems[0].message.contains("2022-01-03") && problems[0].remedy.contains("excel"))
    }

    /// Features see the bars of the warm-up.
    @Test func jumpsInTheWarmUpAreTold() throws {
        let rows = text(Self.rows(60, price: { $0 < 25 ? 100 : 50 }))
        for (warmup, isTold) in [(0, false), (4, false), (6, true)] {
            let loaded = try files.load(rows) {
                $0.start = .day(CivilDate(daysSinceEpoch: 19_730))
                $0.warmup = warmup
            }
            #expect(kinds(loaded).contains(.splitLikeJump) == isTold, "\(warmup)")
        }
    }

    @Test func withAndWithoutOffsets() {
        let forms = [
            ["2024-01-01T00:00:00Z", "2024-01-02T00:00:00", "2024-01-03T00:00:00Z"],
            ["2024-01-01", "2024-01-02", "2024-01-03T00:00:00+01:00"],
        ]
        for (stamps, line) in zip(forms, [3, 4]) {
            let problems = files.problems { () throws(MarketDataError) in try files.load(stamps: stamps) }
            #expect(problems.map(\.line) == [line])
            #expect(problems[0].message.contains("offset"))
        }
    }

    // MARK: - Splits

    @Test(
        arguments: [
            (0.5, "1/2"), (0.3333, "1/3"), (0.66, "2/3"), (0.2, "1/5"), (0.1, "1/10"), (2, "2"), (3.02, "3"),
            (10, "10"),
            (0.45, ""), (1.6, ""),
        ]
    )
    func aSplitLikeJumpIsSaidOnce(ratio: Double, fraction: String) throws {
        let loaded = try files.load(text(Self.rows(40) { $0 < 20 ? 100 : 100 * ratio }))
        let warnings = loaded.files[0].warnings
        #expect(warnings.map(\.kind) == [.splitLikeJump])
        #expect(warnings[0].line == 22)
        #expect(warnings[0].message.contains("near") == !fraction.isEmpty)
        if !fraction.isEmpty { #expect(warnings[0].message.hasSuffix("near \(fraction)")) }
        #expect(warnings[0].message.contains(CivilDate(daysSinceEpoch: 19_720).iso8601))
    }

    @Test(arguments: [0.75, 1.3, 1.44, 0.56])
    func anOrdinaryMoveIsNoSplit(ratio: Double) throws {
        #expect(kinds(try files.load(text(Self.rows(40) { $0 < 20 ? 100 : 100 * ratio }))).isEmpty)
    }

    @Test func manyJumpsAreOneWarning() throws {
        let loaded = try files.load(text(Self.rows(60) { $0 / 20 % 2 == 0 ? 100 : 50 }))
        #expect(loaded.files[0].warnings.count == 1)
        #expect(loaded.files[0].warnings[0].message.hasSuffix("(the first of 2 such jumps)"))
    }
}

extension String {
    /// Foundation's, for a test without it.
    fileprivate func replacingOccurrences(of old: String, with new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
