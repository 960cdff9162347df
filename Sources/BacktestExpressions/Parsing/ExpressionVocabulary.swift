/// Names that a parser could not recognise by their shape, such as `BTC-USD` or `10_day.fast`.
///
/// A name of letters, digits, `_` and dots that starts with a letter or `_` is always read as a whole and need not be known.
public struct ExpressionVocabulary: Sendable, Hashable {
    /// Odd names, longest first, as UTF-8.
    let oddNames: [[UInt8]]
    /// Odd names that are only meant before a dot and a field, longest first, as UTF-8.
    let oddPrefixes: [[UInt8]]

    /// Keeps the odd ones among `names`, and among `prefixes` (which stand before `.field`).
    public init(names: [String] = [], prefixes: [String] = []) {
        oddNames = ExpressionVocabulary.odd(names)
        oddPrefixes = ExpressionVocabulary.odd(prefixes)
    }

    private static func odd(_ names: [String]) -> [[UInt8]] {
        names.map { Array($0.utf8) }.filter { !$0.isEmpty && !isPlain($0) }
            .sorted { ($0.count, $1) > ($1.count, $0) }
    }

    private static func isPlain(_ name: [UInt8]) -> Bool {
        guard isNameStart(name[0]), name.last != UInt8(ascii: ".") else { return false }
        var previous: UInt8 = 0
        for byte in name {
            guard isNameByte(byte) || (byte == UInt8(ascii: ".") && byte != previous) else { return false }
            previous = byte
        }
        return true
    }
}

private func > (a: (Int, [UInt8]), b: (Int, [UInt8])) -> Bool {
    a.0 != b.0 ? a.0 > b.0 : a.1.lexicographicallyPrecedes(b.1)
}
