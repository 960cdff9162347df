public import BacktestSweep
import BacktestYAML

/// What reading a configuration gave: a plan that can be run, or everything that is wrong.
public struct ConfigurationOutcome: Sendable {
    /// The plan; `nil` exactly where there is an error.
    public let plan: RunPlan?
    /// Errors and warnings, in the order of the file.
    public let diagnostics: [ConfigurationDiagnostic]

    /// Whether anything is wrong.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Whether the configuration itself is wrong (exit 2); where it is not, an error is one of data (exit 3).
    public var hasConfigurationErrors: Bool {
        diagnostics.contains { $0.severity == .error && $0.kind == .configuration }
    }

    /// 0 where a plan can be run, 2 for a wrong configuration, 3 where only data files are missing or cannot be read.
    public var exitStatus: Int32 { !hasErrors ? 0 : hasConfigurationErrors ? 2 : 3 }

    /// Every diagnostic as people read it, each with its source line and a caret; empty where there is none.
    public func render(color: Bool) -> String {
        diagnostics.map { $0.rendered(color: color) }.joined()
    }

    /// The diagnostics as a JSON array: `[{"file", "line", "column", "severity", "code", "message", "hint"}]`.
    public var json: String { ConfigurationOutcome.json(diagnostics) }

    /// Diagnostics of several configurations as one JSON array.
    public static func json(_ diagnostics: [ConfigurationDiagnostic]) -> String {
        if diagnostics.isEmpty { return "[]" }
        return "[\n" + diagnostics.map { "  " + $0.json }.joined(separator: ",\n") + "\n]"
    }
}

/// Puts file names and source lines to findings.
struct SourceTexts {
    /// Names of the texts: the file, then the `--set` arguments.
    var names: [String]
    /// The lines of each text.
    var lines: [[String]]

    /// The diagnostics in the order of the texts, each once.
    func diagnostics(_ findings: [Finding]) -> [ConfigurationDiagnostic] {
        var seen: Set<Finding> = []
        let distinct = findings.filter { seen.insert($0).inserted }
        let order = distinct.indices.sorted { a, b in
            distinct[a].start == distinct[b].start ? a < b : distinct[a].start < distinct[b].start
        }
        return order.map { diagnostic(distinct[$0]) }
    }

    private func diagnostic(_ finding: Finding) -> ConfigurationDiagnostic {
        let start = finding.start
        let isOneLine = finding.end.line == start.line && finding.end.column > start.column
        let source = line(start)
        let endOfLine = source.unicodeScalars.count + 1
        let end = isOneLine ? finding.end.column : finding.end.line > start.line ? endOfLine : start.column
        return ConfigurationDiagnostic(
            file: names[start.source],
            line: start.line,
            column: start.column,
            endColumn: max(start.column, min(end, max(endOfLine, start.column))),
            severity: finding.severity,
            kind: finding.kind,
            code: finding.code,
            message: finding.message,
            hint: finding.hint,
            sourceLine: source,
            related: finding.related.flatMap { mark in
                guard mark.source == start.source else { return nil }
                return ConfigurationDiagnostic.Place(
                    line: mark.line,
                    column: mark.column,
                    sourceLine: line(mark)
                )
            }
        )
    }

    private func line(_ mark: YAMLMark) -> String {
        let lines = lines[mark.source]
        return lines.indices.contains(mark.line - 1) ? lines[mark.line - 1] : ""
    }

    /// The lines of a text; bad UTF-8 is replaced.
    static func lines(of bytes: [UInt8]) -> [String] {
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        return content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            return String(decoding: line, as: UTF8.self)
        }
    }
}
