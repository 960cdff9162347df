/// A run of bytes in the text of an expression.
public struct TextPlace: Sendable, Hashable {
    /// UTF-8 offset of the first byte, from 0.
    public var offset: Int
    /// Number of bytes, 0 only at the end of the text.
    public var length: Int

    /// Makes a place.
    public init(offset: Int, length: Int) {
        self.offset = offset
        self.length = length
    }

    /// The offset after the last byte.
    public var end: Int { offset + length }

    /// The smallest place that covers both.
    public func joined(with other: TextPlace) -> TextPlace {
        let start = min(offset, other.offset)
        return TextPlace(offset: start, length: max(end, other.end) - start)
    }
}
