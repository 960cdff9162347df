/// A verdict as JUnit XML: a test case per requirement, one that cannot be told as an error.
enum JUnitReport {
    /// The document.
    static func text(_ verdict: Verdict, name: String) -> String {
        let rows = verdict.requirements
        let failures = rows.count { $0.outcome == .fail }
        let errors = rows.count { $0.outcome == .cannotTell }
        let counts = "tests=\"\(rows.count)\" failures=\"\(failures)\" errors=\"\(errors)\""
        let suite = escaped("admf \(verdict.command) \(name)")
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites \(counts)>\n"
        text += "  <testsuite name=\"\(suite)\" \(counts) skipped=\"0\">\n"
        for row in rows {
            text += "    <testcase classname=\"\(escaped("admf.\(verdict.command).\(name)"))\""
            text += " name=\"\(escaped(row.expression))\""
            let kind = row.outcome == .fail ? "failure" : "error"
            text +=
                row.outcome == .pass
                ? "/>\n"
                : ">\n      <\(kind) type=\"\(escaped(row.outcome.words))\" message=\"\(escaped(row.reason))\">"
                    + "\(escaped("\(row.expression): \(row.reason)"))</\(kind)>\n    </testcase>\n"
        }
        return text + "  </testsuite>\n</testsuites>\n"
    }

    /// XML 1.0 has no control characters but tab and line ends, not even escaped.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t", "\r": result += "&#\(scalar.value);"
            default:
                result.unicodeScalars.append(
                    scalar.value < 0x20 || scalar.value >= 0xFFFE && scalar.value <= 0xFFFF
                        ? "\u{FFFD}" : scalar
                )
            }
        }
        return result
    }
}
