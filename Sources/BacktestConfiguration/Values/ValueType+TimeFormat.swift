import BacktestMarketData
import BacktestModel
import BacktestYAML

extension ValueType<TimeFormat> {
    /// A word or a pattern of `strptime`.
    static let timeFormat = ValueType(
        expected: "iso, epoch_s, epoch_ms, epoch_us, epoch_ns, excel, or a pattern such as '%Y-%m-%d %H:%M'",
        schema: .type("string"),
        decode: { node, findings in
            if let text = node.text, let format = TimeFormat(text) { return format }
            let near = node.text.flatMap { nearestWord(to: $0, among: TimeFormat.words) }
            findings.error(
                "invalid_value",
                "expected iso, epoch_s, epoch_ms, epoch_us, epoch_ns, excel, or a pattern with year, month and day "
                    + "(%Y %y %m %d %H %I %M %S %f %p %b %B %z), found \(node.described)",
                hint: near.map { "did you mean '\($0)'?" },
                at: node
            )
            return nil
        },
        printed: { .text($0.text) }
    )
}
