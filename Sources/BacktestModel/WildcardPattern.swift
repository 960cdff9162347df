/// A pattern of literal characters, `*` (any run, also none) and `?` (any one character), over the bytes of an id.
package struct WildcardPattern: Sendable, Hashable {
    private let bytes: [UInt8]

    private static let star = UInt8(ascii: "*")
    private static let question = UInt8(ascii: "?")

    /// Makes a pattern from its text.
    package init(_ text: String) { bytes = Array(text.utf8) }

    /// How many characters the pattern fixes: its specificity.
    package var literalCount: Int {
        bytes.reduce(0) { $0 + ($1 == WildcardPattern.star || $1 == WildcardPattern.question ? 0 : 1) }
    }

    /// Whether the whole text matches; at most pattern length x text length steps.
    package func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var p = 0
        var t = 0
        // The last star met, and the text position up to which it has been stretched.
        var star = -1
        var stretched = 0
        while t < text.count {
            if p < bytes.count, bytes[p] == WildcardPattern.star {
                star = p
                stretched = t
                p += 1
            } else if p < bytes.count, bytes[p] == WildcardPattern.question || bytes[p] == text[t] {
                p += 1
                t += 1
            } else if star >= 0 {
                stretched += 1
                t = stretched
                p = star + 1
            } else {
                return false
            }
        }
        while p < bytes.count, bytes[p] == WildcardPattern.star { p += 1 }
        return p == bytes.count
    }

    /// Whether the whole text matches.
    package func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches($0) }
    }
}
