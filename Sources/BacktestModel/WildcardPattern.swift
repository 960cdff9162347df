/// A pattern over the bytes of an id.
///
/// `*` stands for any run of characters, also none, `?` for any one, `[0-3x]` for one of a set, `[!0-3]` for one that is not in
/// it, anything else for itself; so does a bracket that is never closed.
package struct WildcardPattern: Sendable, Hashable {
    /// What stands for one character or for a run of them.
    private enum Part: Sendable, Hashable {
        case literal(UInt8)
        case any
        case run
        case set([ClosedRange<UInt8>], isNegated: Bool)

        func matches(_ byte: UInt8) -> Bool {
            switch self {
            case .literal(let own): own == byte
            case .any: true
            case .run: false
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
            }
        }
    }

    private let parts: [Part]

    /// Makes a pattern from its text.
    package init(_ text: String) {
        let bytes = Array(text.utf8)
        var parts: [Part] = []
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "*"): parts.append(.run)
            case UInt8(ascii: "?"): parts.append(.any)
            case UInt8(ascii: "["):
                guard let (part, end) = WildcardPattern.set(bytes, from: index + 1) else { fallthrough }
                parts.append(part)
                index = end
            default: parts.append(.literal(bytes[index]))
            }
            index += 1
        }
        self.parts = parts
    }

    /// The set that begins behind a bracket and the place of the bracket that closes it.
    private static func set(_ bytes: [UInt8], from start: Int) -> (Part, end: Int)? {
        let isNegated = start < bytes.count && bytes[start] == UInt8(ascii: "!")
        var index = isNegated ? start + 1 : start
        var ranges: [ClosedRange<UInt8>] = []
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "]"), !ranges.isEmpty {
                return (.set(ranges, isNegated: isNegated), index)
            }
            let low = bytes[index]
            let spans = index + 2 < bytes.count && bytes[index + 1] == UInt8(ascii: "-")
            let isRange = spans && bytes[index + 2] != UInt8(ascii: "]")
            let high = isRange ? bytes[index + 2] : low
            guard low <= high else { return nil }
            ranges.append(low...high)
            index += isRange ? 3 : 1
        }
        return nil
    }

    /// How many characters the pattern fixes: its specificity.
    package var literalCount: Int {
        parts.reduce(0) { count, part in
            if case .literal = part { return count + 1 }
            return count
        }
    }

    /// Whether the whole text matches; at most pattern length x text length steps.
    package func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var p = 0
        var t = 0
        // The last star met, and the text position up to which it has been stretched.
        var star = -1
        var stretched = 0
        while t < text.count {
            if p < parts.count, parts[p] == .run {
                star = p
                stretched = t
                p += 1
            } else if p < parts.count, parts[p].matches(text[t]) {
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
        while p < parts.count, parts[p] == .run { p += 1 }
        return p == parts.count
    }

    /// Whether the whole text matches.
    package func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches($0) }
    }
}
