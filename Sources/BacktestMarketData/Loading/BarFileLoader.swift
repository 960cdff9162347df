import BacktestModel

/// Turns one entry of `data.bars` into a series: read, resample, cut to the range.
struct BarFileLoader {
    let source: BarSource
    let options: DataOptions
    let cache: BarCache?

    /// A series whose bars are known at their stamps, and what the manifest says about its file.
    typealias Loaded = (series: Series, file: LoadedFile)

    /// Reads the file; throws its first problems.
    func load() throws(MarketDataError) -> Loaded {
        let raw = try read()
        let range = DateRange(options)
        let end = raw.lowerBound(of: range.limit)
        let zone = options.writtenTimeZone ?? TimeZoneRules(stamps: raw)
        let step = raw.timestamps.withElements(0..<raw.count) { BarDistance.length($0, zone: zone) }
        var file = LoadedFile(
            symbol: source.symbol,
            path: source.path,
            sha256: raw.sha256,
            byteCount: raw.byteCount,
            compression: raw.compression,
            rows: raw.count,
            bars: 0,
            droppedRows: raw.droppedRows,
            droppedPlaces: raw.dropped.problems,
            warnings: [],
            zeroVolumeBars: 0,
            timeframe: source.timeframe == .unknown ? step : source.timeframe
        )
        guard raw.lowerBound(of: range.first) < end else { throw emptyRange(raw, resampled: false) }
        file.warnings += timeframeWarnings(step)
        file.warnings += raw.notices
        file.warnings += jumpWarnings(raw, from: warmupStart(raw, range), to: end)
        file.warnings += gapWarnings(raw, from: raw.lowerBound(of: range.first), to: end, step, zone)
        guard let length = source.resample else { return try cut(raw, range, end: end, zone, &file) }
        let resampler = Resampler(
            step: file.timeframe,
            length: length,
            zone: zone,
            meaning: options.timestampMeaning
        )
        if let refusal = resampler.refusal {
            throw problem(.badResample, refusal, remedy: "choose a multiple of the file's timeframe")
        }
        file.timeframe = length
        var unfinished = 0
        let larger = resampler.resample(raw, end: end, unfinished: &unfinished)
        if unfinished > 0 { file.warnings.append(unfinishedWarning(raw, end: end, unfinished, length)) }
        return try cut(larger, range, end: larger.count, zone, &file)
    }

    /// The first row that features may see (rule R10); warm-up is counted in the larger bars where the file is resampled.
    private func warmupStart(_ raw: borrowing RawBars, _ range: DateRange) -> Int {
        let begin = raw.lowerBound(of: range.first)
        return source.resample == nil ? max(0, begin - options.warmup) : options.warmup > 0 ? 0 : begin
    }

    /// The file's bars, parsed or as the cache kept them.
    private func read() throws(MarketDataError) -> RawBars {
        guard let cache else { return try BarFileReader.read(source, options: options) }
        if let known = cache.find(source, options: options) { return known }
        let raw = try BarFileReader.read(source, options: options)
        cache.store(raw, source, options: options)
        return raw
    }

    private func cut(
        _ raw: borrowing RawBars,
        _ range: DateRange,
        end: Int,
        _ zone: TimeZoneRules,
        _ file: inout LoadedFile
    ) throws(MarketDataError) -> Loaded {
        let begin = raw.lowerBound(of: range.first)
        guard begin < end else { throw emptyRange(raw, resampled: true) }
        let first = max(0, begin - options.warmup)
        if begin - first < options.warmup {
            file.warnings.append(
                DataProblem(
                    file: source.path,
                    kind: .shortWarmup,
                    message: "\(source.symbol) has \(begin - first) bars before data.start, fewer than "
                        + "data.warmup: \(options.warmup)",
                    remedy: "indicators that need more are undefined on the first bars"
                )
            )
        }
        let stamps = raw.timestamps.column(first..<end)
        let volume = raw.volume.column(first..<end)
        file.bars = end - first
        file.zeroVolumeBars = volume.buffer.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        let series = Series(
            symbol: source.symbol,
            calendar: BarCalendar(
                length: file.timeframe,
                zone: zone,
                meaning: options.timestampMeaning,
                isResampled: source.resample != nil
            ),
            timestamps: stamps,
            known: stamps,
            open: raw.open.column(first..<end),
            high: raw.high.column(first..<end),
            low: raw.low.column(first..<end),
            close: raw.close.column(first..<end),
            volume: volume,
            vwap: raw.hasVWAP ? raw.vwap.column(first..<end) : nil,
            firstTradable: begin - first,
            precedingTimestamp: first > 0 ? raw.timestamps[first - 1] : nil
        )
        return (series, file)
    }

    private func problem(_ kind: DataProblemKind, _ message: String, remedy: String) -> MarketDataError {
        MarketDataError(DataProblem(file: source.path, kind: kind, message: message, remedy: remedy))
    }

    private func emptyRange(_ raw: borrowing RawBars, resampled: Bool) -> MarketDataError {
        let bar = resampled ? "complete resampled bar" : "bar"
        guard raw.count > 0 else {
            return problem(
                .emptyRange,
                "no \(bar) of \(source.symbol) lies between data.start and data.end",
                remedy: "the file ends before the first bucket does"
            )
        }
        let from = Timestamp(nanoseconds: raw.timestamps[0]).iso8601
        let to = Timestamp(nanoseconds: raw.timestamps[raw.count - 1]).iso8601
        return problem(
            .emptyRange,
            "no \(bar) of \(source.symbol) lies between data.start and data.end",
            remedy: "the file has bars from \(from) to \(to)"
        )
    }
}

extension BarFileLoader {
    /// Compares the config's timeframe with the length that the bars keep.
    private func timeframeWarnings(_ step: BarLength) -> [DataProblem] {
        let written = source.timeframe
        guard written != .unknown, step != .unknown, step != written else { return [] }
        return [
            DataProblem(
                file: source.path,
                kind: .timeframeMismatch,
                message: "timeframe is \(written.text), but most bars are "
                    + "\(step.text) apart",
                remedy: "correct data.bars[].timeframe, or use resample"
            )
        ]
    }

    /// Bars at the end that no complete larger bar holds are left out, and that is said.
    private func unfinishedWarning(
        _ raw: borrowing RawBars,
        end: Int,
        _ count: Int,
        _ length: BarLength
    ) -> DataProblem {
        let from = Timestamp(nanoseconds: raw.timestamps[end - count]).iso8601
        let noun = count == 1 ? "bar" : "\(count) bars"
        return DataProblem(
            file: source.path,
            line: raw.line(ofRow: end - count),
            column: "timestamp",
            kind: .ignored,
            message: "the last \(noun), from \(from), \(count == 1 ? "does" : "do") not complete a bar of "
                + "\(length.text) and \(count == 1 ? "is" : "are") left out",
            remedy: "end the data where a larger bar ends to use them"
        )
    }

    private func gapWarnings(
        _ raw: borrowing RawBars,
        from first: Int,
        to end: Int,
        _ step: BarLength,
        _ zone: TimeZoneRules
    ) -> [DataProblem] {
        let written = source.timeframe.nanoseconds
        let found = step.nanoseconds
        let grid = written > 0 && found > 0 ? min(written, found) : max(written, found)
        let gaps = raw.timestamps.withElements(first..<end) { stamps in
            GapSearch(stamps, step: grid, zone: zone).gaps()
        }
        guard let gap = gaps.first else { return [] }
        let row = first + gap.row
        let before = Timestamp(nanoseconds: raw.timestamps[row - 1]).iso8601
        let after = Timestamp(nanoseconds: raw.timestamps[row]).iso8601
        let noun = gap.missing == 1 ? "bar is" : "bars are"
        var message = "\(gap.missing) \(noun) missing between \(before) and \(after)"
        if gaps.count > 1 {
            let all = gaps.reduce(0) { $0 + $1.missing }
            message += " (the first of \(gaps.count) gaps, \(all) bars in all)"
        }
        return [
            DataProblem(
                file: source.path,
                line: raw.line(ofRow: row),
                column: "timestamp",
                kind: .gap,
                message: message,
                remedy: "nothing is filled in; get the missing bars if they were traded"
            )
        ]
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
