import BacktestMarketData
import BacktestModel
import BacktestSweep
import BacktestYAML

extension Resolver {
    /// Resolves `data:`: paths, symbols, time zone and bounds.
    mutating func resolveData(root: YAMLNode) {
        guard let data = document.data else {
            if root["data"] == nil {
                missing("data", "data: {bars: [{symbol: SPY, file: SPY.csv, timeframe: 1d}]}", root: root)
            }
            return
        }
        plan.data.warmup = data.warmup
        plan.data.tolerance = data.tolerance
        plan.data.onBadRow = data.onBadRow
        plan.data.timestampMeaning = data.timestampMeaning
        plan.data.staleAfter = data.staleAfter
        resolveBars(data)
        if let zone = data.timeZone {
            if let rules = TimeZoneRules(named: zone.value) {
                plan.data.timeZone = rules
            } else {
                findings.error(
                    "unknown_value",
                    "'\(zone.value)' is no time zone of this machine",
                    hint:
                        "write a name such as UTC, Europe/Berlin or America/New_York (Debian package tzdata)",
                    at: zone
                )
            }
        }
        plan.data.start = bound(data.start)
        plan.data.end = bound(data.end)
        if let start = data.start, let end = data.end,
            instant(plan.data.start) > instant(plan.data.end, isEnd: true)
        {
            findings.error(
                "conflict",
                "'end' is before 'start'",
                at: end,
                related: start.start
            )
        }
    }

    private mutating func resolveBars(_ data: WrittenData) {
        let directory = FilePaths.joined(folder, data.directory?.value ?? "")
        var places: [String: YAMLMark] = [:]
        for bars in data.bars {
            guard let symbol = bars.symbol else { continue }
            if let first = places[symbol.value] {
                findings.error(
                    "duplicate_id",
                    "the symbol '\(symbol.value)' is given twice, first on line \(first.line)",
                    at: symbol,
                    related: first
                )
                continue
            }
            places[symbol.value] = symbol.start
            guard let file = bars.file else { continue }
            let path = FilePaths.joined(directory, file.value)
            checkFile(path, at: file)
            let resample = bars.resample ?? data.resample
            if let resample, let timeframe = bars.timeframe, !resample.isMultiple(of: timeframe) {
                findings.error(
                    "conflict",
                    "'resample' must be a multiple of the timeframe of '\(symbol.value)'",
                    at: bars.place
                )
            }
            symbols.append(symbol.value)
            var source = BarSource(
                symbol: symbol.value,
                path: path,
                timeframe: bars.timeframe ?? .unknown,
                resample: resample
            )
            source.timeFormat = bars.timeFormat
            source.csvTimeFormat = data.csv.timeFormat
            plan.data.bars.append(source)
        }
    }

    /// Adds a data error for a file that cannot be read, with the name that comes nearest to it.
    mutating func checkFile(_ path: String, at place: Located<String>) {
        guard checksFiles, let problem = FilePaths.problem(readingFileAt: path) else { return }
        var hint = problem.hint
        if problem.code == "missing_file" {
            let names = FilePaths.names(inFolder: FilePaths.folder(of: path))
            let wanted = path.split(separator: "/").last.map(String.init) ?? path
            hint = nearestWord(to: wanted, among: names).map { "did you mean '\($0)'?" }
        }
        findings.dataError(problem.code, problem.message, hint: hint, at: place)
    }

    private mutating func bound(_ written: Located<WrittenBound>?) -> DateBound? {
        guard let written else { return nil }
        switch written.value {
        case .day(let date): return .day(date)
        case .instant(let nanoseconds): return .instant(Timestamp(nanoseconds: nanoseconds))
        case .local(let nanoseconds):
            if let instant = plan.data.timeZone.instants(ofLocal: Timestamp(nanoseconds: nanoseconds)).first {
                return .instant(instant)
            }
            findings.error(
                "invalid_value",
                "clocks in \(plan.data.timeZone.name) skip this time",
                hint: "write the offset, such as 2024-03-31T01:30:00Z",
                at: written
            )
            return nil
        }
    }

    /// Nanoseconds of a bound, for comparing the two.
    private func instant(_ bound: DateBound?, isEnd: Bool = false) -> Int64 {
        switch bound {
        case nil: isEnd ? Int64.max : Int64.min
        case .instant(let timestamp): timestamp.nanoseconds
        case .day(let date) where isEnd:
            plan.data.timeZone.startOfDay(date.daysSinceEpoch + 1).nanoseconds - 1
        case .day(let date): plan.data.timeZone.startOfDay(date.daysSinceEpoch).nanoseconds
        }
    }
}
