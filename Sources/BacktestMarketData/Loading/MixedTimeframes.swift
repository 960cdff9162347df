import BacktestModel

/// Lets bars of different lengths join the timeline when they end (rule R12).
enum MixedTimeframes {
    /// The series with `known` set to each bar's close where the timeframes differ; unchanged where they are all the same.
    ///
    /// A file whose bars' length cannot be told is refused beside one whose length is known: its bars might be longer, and
    /// would then be seen before they have ended.
    static func joined(
        _ series: [Series],
        _ files: [LoadedFile],
        _ options: DataOptions
    ) throws(MarketDataError) -> [Series] {
        let lengths = Set(files.map(\.timeframe).filter { $0 != .unknown })
        guard options.timestampMeaning == .open else { return series }
        // A file of a bar or two tells nothing and is taken to be like the others, as long as those are alike.
        let unknown = files.filter { $0.timeframe == .unknown && (lengths.count > 1 || $0.rows > 2) }
        if !unknown.isEmpty, !lengths.isEmpty {
            throw MarketDataError(
                problems: unknown.map { file in
                    DataProblem(
                        file: file.path,
                        kind: .timeframeMismatch,
                        message:
                            "how long the bars of \(file.symbol) are cannot be told, because they keep no regular "
                            + "distance, and beside other timeframes nobody knows when they end",
                        remedy: "give data.bars[].timeframe for \(file.symbol), such as timeframe: 1d"
                    )
                }
            )
        }
        guard lengths.count > 1 else { return series }
        let longest = 366 * Timestamp.nanosecondsPerDay
        if let file = files.first(where: { $0.timeframe.nanoseconds > longest }) {
            throw MarketDataError(
                DataProblem(
                    file: file.path,
                    kind: .timeframeMismatch,
                    message: "timeframe \(file.timeframe.text) is longer than 366 days",
                    remedy: "correct data.bars[].timeframe"
                )
            )
        }
        return series.map { $0.known(at: $0.calendar.ends(of: $0.timestamps)) }
    }
}

extension Series {
    fileprivate func known(at known: Column<Int64>) -> Series {
        Series(
            symbol: symbol,
            calendar: calendar,
            timestamps: timestamps,
            known: known,
            open: open,
            high: high,
            low: low,
            close: close,
            volume: volume,
            vwap: vwap,
            firstTradable: firstTradable,
            precedingTimestamp: precedingTimestamp
        )
    }
}
