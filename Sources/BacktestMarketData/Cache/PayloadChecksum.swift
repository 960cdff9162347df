/// XXH64 (Collet 2014) with seed 0: tells damaged cache entries from whole ones at the speed of memory.
///
/// It guards against accidents, not against forgery.
enum PayloadChecksum {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    /// The checksum of some bytes.
    static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var rest = bytes[...]
        var hash: UInt64
        if bytes.count >= 32 {
            (hash, rest) = stripes(bytes)
        } else {
            hash = prime5
        }
        hash &+= UInt64(bytes.count)
        while rest.count >= 8 {
            hash ^= round(0, word(rest))
            hash = rotated(hash, 27) &* prime1 &+ prime4
            rest = rest.dropFirst(8)
        }
        if rest.count >= 4 {
            let half = UnsafeRawBufferPointer(rebasing: rest).loadUnaligned(as: UInt32.self)
            hash ^= UInt64(half) &* prime1
            hash = rotated(hash, 23) &* prime2 &+ prime3
            rest = rest.dropFirst(4)
        }
        for byte in rest {
            hash ^= UInt64(byte) &* prime5
            hash = rotated(hash, 11) &* prime1
        }
        hash = (hash ^ hash >> 33) &* prime2
        hash = (hash ^ hash >> 29) &* prime3
        return hash ^ hash >> 32
    }

    /// What whole stripes of 32 bytes come to, and what is left behind them.
    private static func stripes(_ bytes: UnsafeRawBufferPointer) -> (UInt64, Slice<UnsafeRawBufferPointer>) {
        let whole = bytes.count / 32 * 32
        var a = prime1 &+ prime2
        var b = prime2
        var c: UInt64 = 0
        var d = 0 &- prime1
        if let start = bytes.baseAddress {
            var place = 0
            while place < whole {
                a = round(a, start.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                b = round(b, start.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self))
                c = round(c, start.loadUnaligned(fromByteOffset: place + 16, as: UInt64.self))
                d = round(d, start.loadUnaligned(fromByteOffset: place + 24, as: UInt64.self))
                place += 32
            }
        }
        var hash = rotated(a, 1) &+ rotated(b, 7) &+ rotated(c, 12) &+ rotated(d, 18)
        for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
        return (hash, bytes[whole...])
    }

    @inline(__always)
    private static func word(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt64 {
        UnsafeRawBufferPointer(rebasing: bytes).loadUnaligned(as: UInt64.self)
    }

    @inline(__always)
    private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotated(lane &+ input &* prime2, 31) &* prime1
    }

    @inline(__always)
    private static func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }
}
