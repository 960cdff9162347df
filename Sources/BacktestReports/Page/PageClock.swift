public import BacktestModel

/// The zone in which a page counts hours, weekdays and months: that of the run's data.
public struct PageClock: Sendable {
    /// Its name, as in `data.timezone`.
    public let name: String
    private let offset: @Sendable (Timestamp) -> Int

    /// Makes a clock.
    ///
    /// - Parameters:
    ///   - name: The zone's name.
    ///   - offset: Seconds that local time is ahead of UTC at an instant.
    public init(name: String, offset: @escaping @Sendable (Timestamp) -> Int) {
        self.name = name
        self.offset = offset
    }

    /// Coordinated universal time.
    public static let utc = PageClock(name: "UTC") { _ in 0 }

    /// Seconds that local time is ahead of UTC at an instant.
    public func secondsAhead(at time: Timestamp) -> Int { offset(time) }

    /// The local day and hour, 0 to 23, of an instant.
    func local(_ time: Timestamp) -> (date: CivilDate, weekday: Int, hour: Int) {
        let seconds = time.secondsFloor + Int64(offset(time))
        let days = floorDivide(seconds, 86_400)
        // 1970-01-01 was a Thursday; Monday is 0.
        let weekday = Int(days - floorDivide(days + 3, 7) * 7) + 3
        return (CivilDate(daysSinceEpoch: Int(days)), weekday, Int(seconds - days * 86_400) / 3_600)
    }
}
