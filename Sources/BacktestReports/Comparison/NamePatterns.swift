import BacktestModel

/// Patterns over the names of metrics and parameters, `compare --keep` and `--drop`.
///
/// As in DVC a pattern is a regular expression that fits from the start of a name: `sharpe`, `max_.*|cagr`, `(?!total).*`. One
/// with `*` or `?` and nothing else but letters, digits, `_` and `-` is a shell's, and fits the whole name: `*_ratio`.
public struct NamePatterns: Sendable, Equatable {
    /// One pattern each.
    public let texts: [String]

    /// Whether there is none.
    public var isEmpty: Bool { texts.isEmpty }

    /// Takes lists of patterns apart, at commas that stand in no bracket; refuses what is no regular expression.
    public init(_ lists: [String]) throws(ReportError) {
        texts = lists.flatMap { NamePatterns.split($0) }
        for text in texts { _ = try NamePatterns.matcher(text) }
    }

    /// The names that a pattern fits, in the order of `names`; refuses a pattern that fits none, as it is mistyped.
    public func select(from names: [String]) throws(ReportError) -> Set<String> {
        var chosen: Set<String> = []
        for text in texts {
            let matches = try NamePatterns.matcher(text)
            let found = names.filter(matches)
            guard !found.isEmpty else {
                let near = nearestWord(to: text, among: names)
                throw ReportError(
                    "'\(text)' fits no metric and no swept parameter; "
                        + (near.map { "did you mean '\($0)'?" } ?? "`admf metrics` lists the metrics")
                )
            }
            chosen.formUnion(found)
        }
        return chosen
    }

    private static func matcher(_ text: String) throws(ReportError) -> (String) -> Bool {
        if isOfShell(text) {
            let pattern = WildcardPattern(text)
            return { pattern.matches($0) }
        }
        do {
            let expression = try Regex(text)
            return { name in
                // A name that the engine gives up on is a name that does not fit.
                guard let match = try? expression.prefixMatch(in: name) else { return false }
                return match.range.lowerBound == name.startIndex
            }
        } catch {
            throw ReportError("'\(text)' is no pattern: \(error)")
        }
    }

    /// `c*` means names that begin with c: as a regular expression it would fit every name.
    private static func isOfShell(_ text: String) -> Bool {
        text.contains { "*?".contains($0) }
            && text.allSatisfy { "*?_-".contains($0) || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
    }

    private static func split(_ list: String) -> [String] {
        var parts: [String] = [""]
        var depth = 0
        for character in list {
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth -= 1 }
            if character == ",", depth <= 0 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map { part in
            var rest = part[...]
            while rest.first == " " { rest.removeFirst() }
            while rest.last == " " { rest.removeLast() }
            return String(rest)
        }
        .filter { !$0.isEmpty }
    }
}
