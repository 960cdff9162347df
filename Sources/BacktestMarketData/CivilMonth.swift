import BacktestModel

/// A month of the calendar, counted from January of the year 0.
struct CivilMonth {
    var index: Int

    /// The month of a day, given as days since 1970-01-01.
    init(ofDay day: Int) {
        let date = CivilDate(daysSinceEpoch: day)
        index = date.year * 12 + date.month - 1
    }

    private init(index: Int) { self.index = index }

    /// The month so many months later.
    func moved(by months: Int) -> CivilMonth { CivilMonth(index: index + months) }

    /// The first month of the group of `count` months that holds this one; groups are counted from January of the year 0.
    func grouped(by count: Int) -> CivilMonth {
        CivilMonth(index: Int(floorDivide(Int64(index), Int64(count))) * count)
    }

    /// Its first day.
    var firstDate: CivilDate {
        let year = Int(floorDivide(Int64(index), 12))
        return CivilDate(year: year, month: index - year * 12 + 1, day: 1)
    }
}
