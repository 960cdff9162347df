/// A random number generator without state: 256 random bits are a function of a key and a counter.
///
/// Philox4x64-10 (Salmon, Moraes, Dror, Shaw, Parallel random numbers: as easy as 1, 2, 3, 2011), the same as NumPy's
/// `Philox`. Nobody has to hand a generator from worker to worker, and number i costs no more than number 0.
public struct Philox: Sendable, Equatable {
    /// 128 bits that choose the sequence.
    public let key: (UInt64, UInt64)

    /// A generator of its own for every key.
    public init(key: (UInt64, UInt64)) { self.key = key }

    /// A generator of its own for every seed and label.
    public init(seed: UInt64, label: String) { self.init(key: (seed, Philox.hash(label))) }

    /// The four words at a counter, whose first word counts fastest.
    public func words(at counter: SIMD4<UInt64>) -> SIMD4<UInt64> {
        var state = counter
        var (low, high) = key
        for round in 0..<10 {
            if round > 0 {
                low &+= 0x9E37_79B9_7F4A_7C15
                high &+= 0xBB67_AE85_84CA_A73B
            }
            let first = state.x.multipliedFullWidth(by: 0xD2E7_470E_E14C_6C93)
            let second = state.z.multipliedFullWidth(by: 0xCA5A_8263_9512_1157)
            state = SIMD4(
                second.high ^ state.y ^ low,
                second.low,
                first.high ^ state.w ^ high,
                first.low
            )
        }
        return state
    }

    /// A word that belongs to three numbers.
    public func word(_ a: UInt64, _ b: UInt64, _ c: UInt64) -> UInt64 { words(at: SIMD4(a, b, c, 0)).x }

    /// The FNV-1a hash of a label's bytes (Fowler, Noll, Vo; 64 bits).
    public static func hash(_ label: String) -> UInt64 {
        label.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Whether both give the same words.
    public static func == (a: Philox, b: Philox) -> Bool { a.key == b.key }
}
