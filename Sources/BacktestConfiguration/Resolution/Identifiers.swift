import BacktestModel
import BacktestYAML

/// Rules for ids, which become folder names of the results tree.
enum Identifiers {
    /// Names that the results tree uses itself.
    static let reserved: Set<String> = [
        "root_container", "latest", "manifest.json", "config.yaml", "summary.csv", "summary.parquet",
        "progress.json", "alerts.jsonl",
        "verdict.json", "metrics.json", "trades.csv", "equity.csv", "events", "events.jsonl",
        "events.jsonl.gz",
        "events.jsonl.zst",
    ]

    /// Whether a text is `[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}`.
    static func isWellFormed(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 200, isWord(first) else { return false }
        return text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Adds to the findings what is wrong with an id.
    static func check(_ id: Located<String>, of noun: String, _ findings: inout Findings) {
        if !isWellFormed(id.value) {
            findings.error(
                "invalid_id",
                "'\(id.value)' cannot be the id of \(noun)",
                hint: "use 1 to 200 letters, digits, '_', '.' and '-', the first a letter, digit or '_'",
                at: id
            )
        } else if reserved.contains(id.value) {
            findings.error(
                "invalid_id",
                "'\(id.value)' is a name that the results tree uses itself",
                hint: "choose another id",
                at: id
            )
        }
    }

    /// A folder name made of a file's name: its stem, other characters replaced by `_`.
    static func name(fromFile path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        var stem = file
        for ending in [".yaml", ".yml"] where stem.hasSuffix(ending) {
            stem = String(stem.dropLast(ending.count))
        }
        var result = ""
        for scalar in stem.unicodeScalars {
            let isAllowed = scalar.isASCII && isWellFormed("_" + String(scalar))
            result += isAllowed ? String(scalar) : "_"
        }
        if result.first == "." || result.first == "-" || result.isEmpty { result = "_" + result }
        return String(result.prefix(200))
    }
}
