import BacktestModel
import Testing

@testable import BacktestReports
@testable import BacktestResults

@Suite struct BreakdownTests {
    private static func time(_ text: String) -> Timestamp {
        Timestamp(printed: text) ?? Timestamp(nanoseconds: 0)
    }

    private static func trade(
        _ side: String,
        _ entry: String,
        _ exit: String,
        _ profit: Double,
        _ reason: String
    ) -> StoredTrade {
        StoredTrade(
            strategyID: "s",
            symbol: "X",
            side: side,
            entryTime: time(entry),
            entryPrice: 10,
            exitTime: time(exit),
            exitPrice: 11,
            netProfit: profit,
            barsHeld: 3,
            exitReason: reason
        )
    }

    /// Hours around the turn of a year, 100 to start with.
    private let breakdown = ContainerBreakdown(
        clock: .utc,
        equity: [
            ("2023-12-31T22:00:00Z", 110), ("2023-12-31T23:00:00Z", 99), ("2024-01-01T00:00:00Z", 198),
            ("2024-04-01T23:00:00Z", 99),
        ].map { (Self.time($0.0), $0.1) },
        start: 100,
        trades: [
            trade("long", "2023-12-31T22:00:00Z", "2024-01-01T00:00:00Z", 50, "signal"),
            trade("short", "2023-12-31T23:00:00Z", "2024-04-01T23:00:00Z", -20, "stop_loss"),
            trade("long", "2024-01-01T00:00:00Z", "2024-04-01T23:00:00Z", 0, "signal"),
        ]
    )

    @Test func `periods multiply to the whole and count the trades that were closed in them`() {
        let years = breakdown.rows(by: .year)
        #expect(years.map(\.label) == ["2023", "2024"])
        #expect(years[0].change == 99.0 / 100 - 1)
        #expect(years[1].change == 0)
        #expect(years.map(\.trades) == [0, 3])
        #expect(years[1].profit == 30)
        #expect(years[0].drawdown == 1 - 99.0 / 110)
        #expect(years[1].drawdown == 0.5)
        #expect(breakdown.rows(by: .quarter).map(\.label) == ["2023 Q4", "2024 Q1", "2024 Q2"])
        let months = breakdown.rows(by: .month)
        #expect(months.map(\.label) == ["2023-12", "2024-01", "2024-04"])
        let changes = months.map { $0.change ?? 0 }
        let expected: [Double] = [99.0 / 100 - 1, 1, -0.5]
        #expect(changes == expected)
        let growth = changes.reduce(1.0) { $0 * (1 + $1) }
        #expect(abs(growth - 0.99) < 1e-12)
    }

    @Test func `weekdays and hours are those of the entry and of the bars`() {
        let days = breakdown.rowsByWeekday()
        #expect(days.map(\.label) == ["Monday", "Sunday"])
        #expect(days.map(\.trades) == [1, 2])
        #expect(abs((days[0].change ?? 0) - (1 - 0.5)) < 1e-12)
        let hours = breakdown.rowsByHour()
        #expect(hours.map(\.label) == ["00:00", "22:00", "23:00"])
        #expect(hours.map(\.winners) == [0, 1, 0])
    }

    @Test func `the zone of the data counts`() {
        let clock = PageClock(name: "Berlin") { _ in 3_600 }
        let local = ContainerBreakdown(
            clock: clock,
            equity: breakdown.equity,
            start: 100,
            trades: breakdown.trades
        )
        let changes = local.rows(by: .year).map { $0.change ?? 0 }
        let expected: [Double] = [110.0 / 100 - 1, 99.0 / 110 - 1]
        #expect(changes == expected)
        #expect(local.rowsByHour().map(\.label) == ["00:00", "01:00", "23:00"])
    }

    @Test func `sides and reasons add up to all trades`() {
        #expect(breakdown.rowsBySide().map(\.label) == ["long", "short"])
        #expect(breakdown.rowsBySide().map(\.profit) == [50, -20])
        #expect(breakdown.rowsByReason().map(\.label) == ["signal", "stop_loss"])
        #expect(breakdown.rowsByReason().map(\.trades) == [2, 1])
    }

    @Test func `daily bars have no hours, nothing has no rows`() {
        let daily = ContainerBreakdown(
            clock: .utc,
            equity: [(Self.time("2024-01-01T00:00:00Z"), 1), (Self.time("2024-01-02T00:00:00Z"), 2)],
            start: 1,
            trades: []
        )
        #expect(daily.rowsByHour().isEmpty)
        let none = ContainerBreakdown(clock: .utc, equity: [], start: 0, trades: [])
        var json = CompactJSON()
        none.write(&json)
        #expect(json.out.text == "{}")
        #expect(none.rowsByWeekday().isEmpty && none.rows(by: .month).isEmpty)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 3), ("1969-12-31T23:59:59Z", 2), ("2024-04-01T00:00:00Z", 0),
        ("1700-01-03T00:00:00Z", 6),
    ])
    func `weekdays from Monday`(text: String, weekday: Int) {
        #expect(PageClock.utc.local(Self.time(text)).weekday == weekday)
    }
}
