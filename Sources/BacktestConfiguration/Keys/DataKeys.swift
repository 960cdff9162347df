import BacktestMarketData
import BacktestYAML

extension Section<WrittenData> {
    /// The map `data:`.
    static let data = Section(
        title: "'data'",
        fields: [
            Field(
                "directory",
                ValueType<String>.text.located.optional,
                \.directory,
                "Folder of the files, relative to the config file."
            ),
            Field(
                "bars",
                schema: { .array(of: Section<WrittenData.Bars>.bars.schema(), minimum: 1) },
                isRequired: true,
                "The files: {symbol, file, timeframe, resample}.",
                decode: { node, data, findings in
                    data.barsPlace = Located((), at: node)
                    data.bars = node.decodedList(of: "bars", &findings) { item, findings in
                        var bars = WrittenData.Bars(place: Located((), at: item))
                        Section<WrittenData.Bars>.bars.decode(item, into: &bars, &findings)
                        return bars
                    }
                }
            ),
            Field("start", ValueType<WrittenBound>.bound.located.optional, \.start, "First bar, inclusive."),
            Field(
                "end",
                ValueType<WrittenBound>.bound.located.optional,
                \.end,
                "Last bar, inclusive; a date takes its whole day."
            ),
            Field("warmup", .whole(), \.warmup, "Bars before start that rules see and trading does not."),
            Field(
                "timezone",
                ValueType<String>.text.located.optional,
                \.timeZone,
                "Zone of naive stamps, calendar days and hours, such as America/New_York."
            ),
            Field(
                "tolerance",
                .number(NumberRange(low: 0, high: 1, highIsOpen: true)),
                \.tolerance,
                "Relative slack of open and close outside [low, high]."
            ),
            Field("on_bad_row", .word, \.onBadRow, "What happens to a row that breaks a rule."),
            Field(
                "timestamp",
                .word,
                \.timestampMeaning,
                "Whether stamps are the opening or the close of bars."
            ),
            Field(
                "resample",
                ValueType<BarLength>.timeframe.optional,
                \.resample,
                "Larger bar length that every file is aggregated to."
            ),
            Field("csv", section: { .csv }, \.csv, "How the files are written, where they do not tell."),
            Field(
                "stale_after",
                ValueType<Int64>.duration.optional,
                \.staleAfter,
                "Age beyond which rules no longer see another symbol's last bar."
            ),
        ]
    )
}

extension Section<WrittenData.CSV> {
    /// The map `data.csv`.
    static let csv = Section(
        title: "'csv'",
        fields: [
            Field(
                "time_format",
                ValueType<TimeFormat>.timeFormat.optional,
                \.timeFormat,
                "How stamps are written: iso, epoch_s, epoch_ms, epoch_us, epoch_ns, excel, or a pattern such as %d.%m.%Y %H:%M."
            )
        ]
    )
}

extension Section<WrittenData.Bars> {
    /// An entry of `data.bars`.
    static let bars = Section(
        title: "an entry of 'bars'",
        fields: [
            Field(
                "symbol",
                ValueType<String>.text.located.optional,
                \.symbol,
                isRequired: true,
                "Name used in rules, signals and results."
            ),
            Field(
                "file",
                ValueType<String>.text.located.optional,
                \.file,
                isRequired: true,
                "A .csv, .csv.gz, .csv.zst or .parquet file, relative to data.directory."
            ),
            Field(
                "timeframe",
                ValueType<BarLength>.timeframe.optional,
                \.timeframe,
                "Bar length: 5m, 1h, 1d, 1w, 1M, 1y."
            ),
            Field(
                "resample",
                ValueType<BarLength>.timeframe.optional,
                \.resample,
                "Larger bar length to aggregate to."
            ),
            Field(
                "time_format",
                ValueType<TimeFormat>.timeFormat.optional,
                \.timeFormat,
                "How stamps of this file are written; else data.csv.time_format."
            ),
        ]
    )
}

extension YAMLNode {
    /// Reads every item of a list that is not empty.
    func decodedList<Item>(
        of name: String,
        _ findings: inout Findings,
        item decode: (YAMLNode, inout Findings) -> Item?
    ) -> [Item] {
        guard let items else {
            findings.wrongType(expected: "a list in '\(name)'", at: self)
            return []
        }
        if items.isEmpty {
            findings.error("empty", "'\(name)' is empty", hint: "name at least one item", at: self)
        }
        return items.compactMap { decode($0, &findings) }
    }
}
