import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Testing

/// Missing bars are reported once a file; the hours in which markets close are not.
struct GapTests {
    private let files = BarFiles()

    /// Prices of the grid begin with 1, 2 and 3, which look like splits.
    private func warnings(_ text: String) throws -> [DataProblem] {
        try files.load(text).files[0].warnings.filter { $0.kind != .splitLikeJump }
    }

    @Test
    func manyGapsAreOneWarning() throws {
        let text = BarFiles.grid(from: "2024-01-01", count: 300, step: 3_600, skipping: [20, 21, 100, 250])
        let found = try warnings(text)
        #expect(found.count == 1)
        #expect(found.first?.line == 22)
        #expect(found.first?.message.contains("2 bars are missing between 2024-01-01T19:00:00Z") == true)
        #expect(found.first?.message.contains("the first of 3 gaps, 4 bars in all") == true)
    }

    @Test
    func sessionsNightsAndWeekendsAreNoGaps() throws {
        // Two weeks from a Monday, 09:00 to 16:00 without the hour of 12:00, closed at the weekend.
        var closed: Set<Int> = []
        for bar in 0..<336 {
            let hour = bar % 24
            let isOpen = hour >= 9 && hour < 16 && hour != 12 && bar / 24 % 7 < 5
            if !isOpen { closed.insert(bar) }
        }
        #expect(
            try warnings(BarFiles.grid(from: "2024-01-01", count: 336, step: 3_600, skipping: closed)).isEmpty
        )
        let missing = closed.union([3 * 24 + 14])
        let found = try warnings(
            BarFiles.grid(from: "2024-01-01", count: 336, step: 3_600, skipping: missing)
        )
        #expect(found.map(\.kind) == [.gap])
        #expect(found.first?.message.hasPrefix("1 bar is missing between 2024-01-04T13:00:00Z") == true)
    }

    @Test
    func aRoundTheClockMarketThatClosesAtTheWeekend() throws {
        // Friday 22:00 to Sunday 22:00 closed, as currencies are.
        let weekend = (4 * 24 + 22)..<(6 * 24 + 22)
        let closed = Set((0..<672).filter { weekend.contains($0 % 168) })
        #expect(
            try warnings(BarFiles.grid(from: "2024-01-01", count: 672, step: 3_600, skipping: closed)).isEmpty
        )
        let missing = closed.union([23, 24, 25])
        #expect(
            try warnings(BarFiles.grid(from: "2024-01-01", count: 672, step: 3_600, skipping: missing)).count
                == 1
        )
    }

    @Test
    func dailyHolidaysAreNoGapsButAMissingWeekIs() throws {
        let weekends = Set((0..<60).filter { $0 % 7 >= 5 })
        let holidays = weekends.union([10, 14, 15])
        #expect(
            try warnings(BarFiles.grid(from: "2024-01-01", count: 60, step: 86_400, skipping: holidays))
                .isEmpty
        )
        let week = weekends.union([14, 15, 16, 17, 18])
        let found = try warnings(BarFiles.grid(from: "2024-01-01", count: 60, step: 86_400, skipping: week))
        #expect(found.first?.message.hasPrefix("5 bars are missing") == true)
        // Where weekends trade, every day counts.
        #expect(
            try warnings(BarFiles.grid(from: "2024-01-01", count: 60, step: 86_400, skipping: [30])).count
                == 1
        )
    }

    @Test
    func droppedRowsLeaveAGapWithTheRightLine() throws {
        let text = BarFiles.grid(from: "2024-01-01", count: 40, step: 3_600)
            .replacing("2024-01-01T10:00:00Z,11", with: "2024-01-01T10:00:00Z,oops")
        let loaded = try files.load(text) { $0.onBadRow = .drop }
        #expect(loaded.files[0].droppedRows == 1)
        #expect(loaded.files[0].warnings.map(\.line) == [13])
    }
}
