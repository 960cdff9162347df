import BacktestModel

/// Turns one entry of `data.bars` into a series: read, resample, cut to the range.
enum BarFileLoader {
    static func load(
        _ source: BarSource,
        options: DataOptions
    ) throws(MarketDataError) -> (series: Series, file: LoadedFile) {
        if source.path.lowercased().hasSuffix(".parquet") {
            throw MarketDataError(UnsupportedFormat.parquet.problem(file: source.path))
        }
        let raw = try BarFileReader.read(path: source.path, options: options)
        let range = DateRange(options)
        let end = raw.lowerBound(of: range.limit)
        let begin = raw.lowerBound(of: range.first)
        guard begin < end else {
            throw emptyRange(source, first: raw.timestamps[0], raw.timestamps[raw.count - 1])
        }
        let first = max(0, begin - options.warmup)
        var file = LoadedFile(
            symbol: source.symbol,
            path: source.path,
            sha256: raw.sha256,
            byteCount: raw.byteCount,
            compression: raw.compression,
            rows: raw.count,
            bars: end - first,
            droppedRows: raw.droppedRows,
            droppedPlaces: raw.dropped.problems,
            warnings: [],
            zeroVolumeBars: 0,
            timeframe: source.timeframe
        )
        let preceding = first > 0 ? raw.timestamps[first - 1] : nil
        let stamps = raw.timestamps.column(first..<end)
        let volume = raw.volume.column(first..<end)
        file.zeroVolumeBars = volume.buffer.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        let series = Series(
            symbol: source.symbol,
            timeframe: source.timeframe,
            timestamps: stamps,
            known: stamps,
            open: raw.open.column(first..<end),
            high: raw.high.column(first..<end),
            low: raw.low.column(first..<end),
            close: raw.close.column(first..<end),
            volume: volume,
            vwap: raw.hasVWAP ? raw.vwap.column(first..<end) : nil,
            firstTradable: begin - first,
            precedingTimestamp: preceding
        )
        return (series, file)
    }

    static func emptyRange(_ source: BarSource, first: Int64, _ last: Int64) -> MarketDataError {
        let from = Timestamp(nanoseconds: first).iso8601
        let to = Timestamp(nanoseconds: last).iso8601
        return MarketDataError(
            DataProblem(
                file: source.path,
                kind: .emptyRange,
                message: "no bar of \(source.symbol) lies between data.start and data.end",
                remedy: "the file has bars from \(from) to \(to)"
            )
        )
    }
}

extension RawBars {
    /// Index of the first bar at or after a time.
    func lowerBound(of time: Int64) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if timestamps[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
