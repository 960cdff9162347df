import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Testing

/// Signals made elsewhere (rule R39).
struct SignalFileTests {
    private let folder = TemporaryFolder()

    /// Hourly bars of SPY and QQQ on 1 January 2024, from 02:00 on where `start` says so.
    private func tape(start: DateBound? = nil, end: DateBound? = nil, warmup: Int = 0) throws -> Tape {
        let path = folder.write(BarFiles.grid(from: "2024-01-01", count: 10, step: 3_600), to: "bars.csv")
        var options = DataOptions()
        options.bars = [BarSource(symbol: "SPY", path: path), BarSource(symbol: "QQQ", path: path)]
        options.start = start
        options.end = end
        options.warmup = warmup
        return try TapeLoader.load(options, jobs: 1).tape
    }

    private func load(
        _ text: String,
        timeFormat: String? = nil,
        tape: Tape? = nil,
        symbols: [Int] = [0, 1]
    ) throws -> LoadedSignals {
        try SignalFile.load(
            path: folder.write(text, to: "signals.csv"),
            timeFormat: timeFormat.flatMap { TimeFormat($0) },
            tape: try tape ?? self.tape(),
            symbols: symbols
        )
    }

    private func problems(_ text: String) throws -> [DataProblem] {
        let error = #expect(throws: MarketDataError.self) { try load(text) }
        return error?.problems ?? []
    }

    @Test(arguments: [
        ("excel", "45292.125"), ("epoch_ms", "1704078000000"), ("%d/%m/%Y %H:%M", "01/01/2024 03:00"),
        ("iso", "2024-01-01 03:00"),
    ])
    func stampsAreWrittenAsTheConfigurationSays(format: String, stamp: String) throws {
        let text = "timestamp,symbol,action\n\(stamp),SPY,enter_long\n"
        #expect(try load(text, timeFormat: format).lists[0] == SignalList(bars: [3], masks: [0b0100]))
    }

    /// Stamps of a form that cannot be read are one problem, which names the key of signal files.
    @Test func aFormThatCannotBeReadIsOneProblem() throws {
        let rows = (44_000..<44_060).map { "\($0).123456789012,SPY,enter_long\n" }.joined()
        let found = try problems("timestamp,symbol,action\n" + rows)
        #expect(found.map(\.kind) == [.badTimestamp])
        #expect(found[0].remedy.contains("signals.time_format: excel"))
    }

    @Test func whatStandsAboveTheHeaderIsPassedOver() throws {
        let text = "# predictions of model 7\n\ndate,symbol,action\n2024-01-01T03:00:00Z,SPY,enter_long\n"
        let loaded = try load(text)
        #expect(loaded.lists[0] == SignalList(bars: [3], masks: [0b0100]))
        #expect(loaded.warnings.map(\.kind) == [.preamble])
    }

    /// A row from before the first bar acts on none (rule R39): it was not decided for what came so much later.
    @Test
    func rowsBelongToTheFirstBarAtOrAfterThem() throws {
        let loaded = try load(
            """
            timestamp,symbol,action
            2023-12-31T20:00:00Z,SPY,enter_long
            2024-01-01T01:00:00Z,QQQ,enter_short
            2024-01-01T01:00:01Z,SPY,exit_long
            2024-01-01T02:00:00Z,SPY,enter_short
            2024-01-01T09:00:00Z,QQQ,exit_short
            2024-01-01T09:00:01Z,QQQ,enter_long
            """
        )
        #expect(loaded.lists[0] == SignalList(bars: [2], masks: [0b1001]))
        #expect(loaded.lists[1] == SignalList(bars: [1, 9], masks: [0b1000, 0b0010]))
        #expect(loaded.rows == 6)
        #expect(loaded.rowsAfterEnd == 1)
        #expect(loaded.rowsBeforeStart == 1)
        #expect(loaded.warnings.count == 2)
        #expect(loaded.sha256.count == 64)
    }

    /// A model that signals more often than bars come, as over a weekend: the first row of a bar acts, and it is said.
    @Test
    func rowsOfOneBarAreNoDuplicates() throws {
        let loaded = try load(
            """
            timestamp,symbol,action,quantity
            2024-01-01T01:10,SPY,enter_long,7
            2024-01-01T01:40,SPY,enter_long,9
            2024-01-01T02:00,SPY,exit_short,
            2024-01-01T03:00,SPY,enter_long,5
            """
        )
        #expect(loaded.lists[0].bars == [2, 3])
        #expect(loaded.lists[0].overrides.map(\.quantity) == [7, 5])
        #expect(loaded.warnings.map(\.line) == [3])
        #expect(loaded.warnings.first?.message.hasPrefix("1 row repeats") == true)
    }

    @Test
    func optionalColumnsBecomeOverrides() throws {
        let loaded = try load(
            """
            action,limit,SYMBOL,Date,strength,quantity,stop,target,comment
            enter_long,99.5,SPY,2024-01-01T01:00,0.25,10,90,120,x
            exit_long,,SPY,2024-01-01T02:00,,,,,
            enter_long,,SPY,2024-01-01T03:00,,,,,"a, b"
            """
        )
        let list = loaded.lists[0]
        #expect(list.bars == [1, 2, 3])
        #expect(list.strengths == [0.25, 1, 1])
        #expect(
            list.overrides == [
                SignalList.Override(
                    row: 0,
                    action: .enterLong,
                    quantity: 10,
                    stop: 90,
                    target: 120,
                    limit: 99.5,
                    strength: 0.25
                )
            ]
        )
        #expect(loaded.lists[1].count == 0)
    }

    @Test
    func rowsOutsideTheRangeActOnNothing() throws {
        let two = DateBound.instant(Timestamp(seconds: 1_704_067_200 + 7_200))
        let text = """
            timestamp,symbol,action
            2024-01-01T00:30:00Z,SPY,enter_long
            2024-01-01T01:00:00Z,SPY,exit_long
            2024-01-01T01:30:00Z,SPY,enter_long
            2024-01-01T02:00:00Z,SPY,enter_short
            """
        // Rows before 02:00 were decided before anything was traded (rule R39).
        let cut = try load(text, tape: try tape(start: two))
        #expect(cut.lists[0] == SignalList(bars: [0], masks: [0b1000]))
        #expect(cut.rowsBeforeStart == 3)
        // A warm-up bar hears nothing either.
        let warm = try load(text, tape: try tape(start: two, warmup: 1))
        #expect(warm.lists[0] == SignalList(bars: [1], masks: [0b1000]))
        #expect(warm.rowsBeforeStart == 3)
        let early = try load(text, tape: try tape(end: .instant(Timestamp(seconds: 1_704_067_200 + 3_600))))
        #expect(early.lists[0].bars == [1])
        #expect(early.rowsAfterEnd == 2)
    }

    @Test
    func symbolsThatAreNotAskedForAreLeftOut() throws {
        let loaded = try load(
            "timestamp,symbol,action\n2024-01-01,QQQ,enter_long\n2024-01-01,SPY,enter_long\n",
            symbols: [0]
        )
        #expect(loaded.lists.map(\.count) == [1])
        #expect(loaded.warnings.map(\.line) == [2])
    }

    @Test(
        arguments: [
            ("2024-01-01,SPX,enter_long,1,,", "symbol", DataProblemKind.unknownSymbol, "'SPY'"),
            ("2024-01-01,SPY,enter_lon,1,,", "action", .unknownAction, "'enter_long'"),
            ("2024-01-01,SPY,buy,1,,", "action", .unknownAction, "exit_short"),
            ("2024-01-01,SPY,enter_long,1.5,,", "strength", .outOfRange, ""),
            ("2024-01-01,SPY,enter_long,-0.1,,", "strength", .outOfRange, ""),
            ("2024-01-01,SPY,enter_long,x,,", "strength", .notAFiniteNumber, ""),
            ("2024-01-01,SPY,enter_long,,0,", "quantity", .outOfRange, ""),
            ("2024-01-01,SPY,enter_long,,,-5", "stop", .outOfRange, ""),
            ("2024-01-01,SPY,enter_long,,,nan", "stop", .notAFiniteNumber, ""),
            ("01/02/2024,SPY,enter_long,,,", "timestamp", .badTimestamp, "ISO"),
            (",SPY,enter_long,,,", "timestamp", .badTimestamp, ""),
        ]
    )
    func badRows(_ row: String, _ column: String, _ kind: DataProblemKind, _ remedy: String) throws {
        let found = try problems("timestamp,symbol,action,strength,quantity,stop\n\(row)\n")
        #expect(found.map(\.kind) == [kind])
        #expect(found.first?.line == 2)
        #expect(found.first?.column == column)
        #expect(remedy.isEmpty || found.first?.remedy.contains(remedy) == true)
    }

    @Test
    func orderCountsAndDuplicatesDoNot() throws {
        let header = "timestamp,symbol,action\n"
        let unsorted = try problems(
            header + "2024-01-01T02:00,SPY,exit_long\n2024-01-01T01:00,SPY,enter_long\n"
        )
        #expect(unsorted.map(\.kind) == [.unsortedTimestamp])
        #expect(unsorted.first?.line == 3)
        let twice = try problems(
            header + "2024-01-01T01:30,SPY,exit_long\n2024-01-01T01:30,QQQ,exit_long\n"
                + "2024-01-01T01:30,SPY,enter_long\n2024-01-01T01:30,SPY,exit_long\n"
        )
        #expect(twice.map(\.kind) == [.duplicateSignal])
        #expect(twice.first?.line == 5)
        #expect(twice.first?.message.contains("line 2") == true)
        #expect(try problems(header + "2024-01-01T01:30,SPY\n").map(\.kind) == [.wrongFieldCount])
    }

    @Test(
        arguments: [
            ("", DataProblemKind.empty), ("timestamp,symbol\n", .missingColumn),
            ("2024-01-01,SPY,enter_long\n", .missingHeader),
            ("timestamp,symbol,action,stop,stop\n", .duplicateColumn),
        ]
    )
    func badHeaders(_ text: String, _ kind: DataProblemKind) throws {
        #expect(try problems(text).map(\.kind) == [kind])
        let path = folder.path("signals.csv")
        #expect(throws: MarketDataError.self) { try SignalFile.check(path: path) }
    }

    @Test
    func whatHasNoEffectIsReported() throws {
        let empty = try load("timestamp,symbol,action\n")
        #expect(empty.warnings.map(\.kind) == [.ignored])
        let typo = try load("timestamp,symbol,action,strenght\n2024-01-01,SPY,enter_long,0.5\n")
        #expect(typo.warnings.first?.remedy.contains("'strength'") == true)
        let exit = try load("timestamp,symbol,action,stop\n2024-01-01,SPY,exit_long,5\n")
        #expect(exit.warnings.map(\.line) == [2])
        #expect(exit.lists[0].overrides.isEmpty)
    }
}
