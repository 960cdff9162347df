import BacktestConcurrency

/// Reads the files of `data.bars` into a tape.
public enum TapeLoader {
    /// Reads and checks every file, up to `jobs` of them at once; the result does not depend on `jobs`.
    ///
    /// Files that the cache knows are not parsed again, which changes nothing but the time; `nil` for no cache. Throws the first
    /// problems (up to 20) of every file that has any, in the order of `data.bars`.
    public static func load(
        _ options: DataOptions,
        jobs: Int,
        cache: BarCache? = nil
    ) throws(MarketDataError) -> LoadedTape {
        let sources = options.bars
        typealias Outcome = Result<BarFileLoader.Loaded, MarketDataError>
        let outcomes = WorkerPool.map(sources.count, threads: jobs) { index -> Outcome in
            do throws(MarketDataError) {
                return .success(
                    try BarFileLoader(source: sources[index], options: options, cache: cache).load()
                )
            } catch {
                return .failure(error)
            }
        }
        var series: [Series] = []
        var files: [LoadedFile] = []
        var problems: [DataProblem] = []
        for outcome in outcomes {
            switch outcome {
            case .success(let loaded):
                series.append(loaded.series)
                files.append(loaded.file)
            case .failure(let error): problems += error.problems
            }
        }
        if !problems.isEmpty { throw MarketDataError(problems: problems) }
        series = try MixedTimeframes.joined(series, files, options)
        return LoadedTape(
            tape: Tape(series: series, timeZone: options.timeZone, staleAfter: options.staleAfter),
            files: files
        )
    }

    /// Looks whether every file is there, may be read, and has a header with the columns of a bar; reads no more than that.
    public static func check(_ options: DataOptions) throws(MarketDataError) {
        var problems: [DataProblem] = []
        for source in options.bars {
            do throws(MarketDataError) {
                try BarFileReader.check(path: source.path)
            } catch {
                problems += error.problems
            }
        }
        if !problems.isEmpty { throw MarketDataError(problems: problems) }
    }
}
