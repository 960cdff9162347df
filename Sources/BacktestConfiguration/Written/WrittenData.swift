import BacktestMarketData
import BacktestYAML

/// `data:` as written.
struct WrittenData: Sendable {
    /// One entry of `data.bars`.
    struct Bars: Sendable {
        var symbol: Located<String>?
        var file: Located<String>?
        var timeframe: BarLength?
        var resample: BarLength?
        var timeFormat: TimeFormat?
        var place: Located<Void>
    }

    /// `data.csv` as written.
    struct CSV: Sendable {
        var timeFormat: TimeFormat?
    }

    var csv = CSV()
    var directory: Located<String>?
    var bars: [Bars] = []
    var barsPlace: Located<Void>?
    var start: Located<WrittenBound>?
    var end: Located<WrittenBound>?
    var warmup = 0
    var timeZone: Located<String>?
    var tolerance = 1e-6
    var onBadRow = BadRowPolicy.refuse
    var timestampMeaning = TimestampMeaning.open
    var resample: BarLength?
    var staleAfter: Int64?
}
