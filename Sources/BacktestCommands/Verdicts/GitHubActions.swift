import Glibc

/// What GitHub Actions shows of a verdict: annotations on the job and a page in its summary.
enum GitHubActions {
    /// Annotates what did not pass, where the workflow listens, and adds Markdown to the step summary.
    ///
    /// A summary that cannot be written earns a warning, since it must not change the outcome.
    ///
    /// The Markdown is made only where somebody wants it.
    static func publish(_ verdict: Verdict, markdown: @autoclosure () -> String, _ log: Log) {
        if Environment.value("GITHUB_ACTIONS") == "true" {
            for row in verdict.requirements where row.outcome != .pass {
                let level = row.outcome == .fail ? "error" : "warning"
                let title = property("admf \(verdict.command): \(row.outcome.words)")
                log.put("::\(level) title=\(title)::\(message("\(row.expression): \(row.reason)"))\n")
            }
        }
        guard let path = Environment.value("GITHUB_STEP_SUMMARY") else { return }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            return log.warning("\(path) cannot be written: \(systemMessage(errno))")
        }
        let failure = writeAll(Array((markdown() + "\n").utf8), to: descriptor)
        close(descriptor)
        if failure != 0 { log.warning("\(path) cannot be written: \(systemMessage(failure))") }
    }

    /// `%`, line ends and, in properties, `:` and `,` have a meaning in a workflow command.
    private static func message(_ text: String) -> String {
        replaced(text, ["%": "%25", "\r": "%0D", "\n": "%0A"])
    }

    private static func property(_ text: String) -> String {
        replaced(text, ["%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"])
    }

    private static func replaced(_ text: String, _ table: [Unicode.Scalar: String]) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if let words = table[scalar] { result += words } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }
}
