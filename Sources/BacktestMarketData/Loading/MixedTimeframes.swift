import BacktestModel

/// Lets bars of different lengths join the timeline when they end (rule R12).
enum MixedTimeframes {
    /// The series with `known` set to each bar's close where the timeframes differ; unchanged where they are all the same.
    ///
    /// A resampled bar ends with its bucket, which clock changes and midnight may shorten or lengthen.
    static func joined(
        _ series: [Series],
        _ files: [LoadedFile],
        _ options: DataOptions
    ) throws(MarketDataError) -> [Series] {
        let lengths = Set(files.map(\.timeframe).filter { $0 > 0 })
        guard lengths.count > 1, options.timestampMeaning == .open else { return series }
        let unknown = files.filter { $0.timeframe == 0 }
        if !unknown.isEmpty {
            throw MarketDataError(
                problems: unknown.map { file in
                    DataProblem(
                        file: file.path,
                        kind: .timeframeMismatch,
                        message:
                            "the bars keep no regular distance, and the other files have different timeframes",
                        remedy: "give data.bars[].timeframe for \(file.symbol)"
                    )
                }
            )
        }
        let longest = 366 * Timestamp.nanosecondsPerDay
        if let file = files.first(where: { $0.timeframe > longest }) {
            throw MarketDataError(
                DataProblem(
                    file: file.path,
                    kind: .timeframeMismatch,
                    message: "timeframe \(BarDistance.text(file.timeframe)) is longer than 366 days",
                    remedy: "correct data.bars[].timeframe"
                )
            )
        }
        return series.indices.map { index in
            let stamps = series[index].timestamps
            let length = files[index].timeframe
            let isResampled = options.bars[index].resample != nil
            var grid = BucketGrid(length: length, zone: options.timeZone)
            let known = Column<Int64>(count: stamps.count) { buffer in
                for bar in 0..<stamps.count {
                    let stamp = stamps.pointer[bar]
                    buffer[bar] = isResampled ? grid.bucket(of: stamp).upperBound : stamp + length
                }
            }
            return series[index].known(at: known)
        }
    }
}

extension Series {
    fileprivate func known(at known: Column<Int64>) -> Series {
        Series(
            symbol: symbol,
            timeframe: timeframe,
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
