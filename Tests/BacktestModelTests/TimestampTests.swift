import BacktestModel
import Foundation
import Testing

/// Instants and days against Foundation's Gregorian calendar and against themselves.
struct TimestampTests {
    @Test(
        arguments: [
            (Int64(0), "1970-01-01T00:00:00Z"), (1_711_978_200_000_000_000, "2024-04-01T13:30:00Z"),
            (-1, "1969-12-31T23:59:59.999999999Z"), (1_500_000_000, "1970-01-01T00:00:01.500Z"),
            (1_000_001_000, "1970-01-01T00:00:01.000001Z"), (951_782_400_000_000_000, "2000-02-29T00:00:00Z"),
            (Int64.max, "2262-04-11T23:47:16.854775807Z"), (Int64.min, "1677-09-21T00:12:43.145224192Z"),
        ]
    )
    func text(_ nanoseconds: Int64, _ expected: String) {
        #expect(Timestamp(nanoseconds: nanoseconds).iso8601 == expected)
    }

    @Test
    func daysAgreeWithFoundation() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        // From the reform of the calendar on, which Foundation follows and the proleptic calendar does not know.
        for day in stride(from: -140_000, to: 120_000, by: 137) {
            let date = CivilDate(daysSinceEpoch: day)
            let parts = calendar.dateComponents(
                [.year, .month, .day, .weekday],
                from: Date(timeIntervalSince1970: Double(day) * 86_400)
            )
            #expect(date == CivilDate(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0))
            #expect(date.weekday == ((parts.weekday ?? 0) + 5) % 7)
            #expect(date.daysSinceEpoch == day)
            #expect(date.isValid)
        }
    }

    @Test
    func everyDayOfFourCenturiesFollowsTheOneBefore() {
        var previous = CivilDate(daysSinceEpoch: -200_000)
        for day in -199_999..<(-199_999 + 146_097) {
            let date = CivilDate(daysSinceEpoch: day)
            #expect(date > previous && date.daysSinceEpoch == day)
            previous = date
        }
    }

    @Test(arguments: [
        (2_023, 2, 29), (2_024, 2, 30), (1_900, 2, 29), (2_024, 0, 1), (2_024, 13, 1), (2_024, 4, 31),
    ])
    func daysThatDoNotExist(_ year: Int, _ month: Int, _ day: Int) {
        #expect(!CivilDate(year: year, month: month, day: day).isValid)
    }

    @Test
    func divisionRoundsTowardsThePast() {
        #expect(floorDivide(7, 2) == 3)
        #expect(floorDivide(-7, 2) == -4)
        #expect(floorDivide(-8, 2) == -4)
        #expect(Timestamp(nanoseconds: -1).secondsFloor == -1)
        #expect(Timestamp(seconds: 2) < Timestamp(nanoseconds: 2_000_000_001))
    }
}
