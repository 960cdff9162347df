import BacktestModel

extension InvalidValue {
    /// The error of a word that is not in a list, with the nearest one that is.
    package static func notOne(of words: [String], _ text: String) -> InvalidValue {
        let shown = words.count <= 8 ? words.joined(separator: ", ") : "a known name"
        return InvalidValue(
            expected: words.count <= 8 ? "one of \(shown)" : shown,
            suggestion: nearestWord(to: text, among: words)
        )
    }
}
