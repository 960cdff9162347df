/// The trace and span ids of one container: the same for the same run, whoever runs it and whenever.
///
/// A trace is a trade, a span an event. Ids are the container's seed mixed with the number of the trade or event by a
/// bijection (the finaliser of SplitMix64), so no two spans of a container share one.
public struct SpanIdentity: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    /// Makes the ids of a container from 16 bytes that tell it from every other one, such as a hash of run and container.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The trace of a trade, 32 hex digits, never all zero.
    public func trace(ofTrade number: UInt32) -> String {
        let first = SpanIdentity.mixed(high &+ UInt64(number))
        let second = SpanIdentity.mixed(low &+ UInt64(number))
        return SpanIdentity.hex(first) + SpanIdentity.hex(second == 0 ? 1 : second)
    }

    /// The span of an event, 16 hex digits, never all zero.
    public func span(ofEvent sequence: UInt32) -> String {
        let mixed = SpanIdentity.mixed((high ^ low) &+ UInt64(sequence))
        // One event in 2^64 would get the id that means none.
        return SpanIdentity.hex(mixed == 0 ? UInt64.max : mixed)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
