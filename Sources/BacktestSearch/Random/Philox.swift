/// Philox4x64-10, a counter-based generator: each word is a function of key and counter, without state.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The words are those of NumPy's
/// `Philox(key: [k0, k1], counter: [0, 0, r, 0]).random_raw()`.
public struct Philox: Sendable {
    private let key: (UInt64, UInt64)

    /// Makes the generator of a seed and a label.
    public init(seed: UInt64, label: String) {
        key = (seed, Philox.hash(label))
    }

    /// FNV-1a, 64 bits, of a label's bytes.
    static func hash(_ label: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in label.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return hash
    }

    /// The four words of a counter.
    public func block(_ a: UInt64, _ b: UInt64, _ c: UInt64) -> (UInt64, UInt64, UInt64, UInt64) {
        var x = (a, b, c, UInt64(0))
        var k = key
        for round in 0..<10 {
            if round > 0 {
                k.0 &+= 0x9E37_79B9_7F4A_7C15
                k.1 &+= 0xBB67_AE85_84CA_A73B
            }
            let first = UInt64(0xD2E7_470E_E14C_6C93).multipliedFullWidth(by: x.0)
            let second = UInt64(0xCA5A_8263_9512_1157).multipliedFullWidth(by: x.2)
            x = (second.high ^ x.1 ^ k.0, second.low, first.high ^ x.3 ^ k.1, first.low)
        }
        return x
    }
}

/// The words of one stream, in order.
public struct RandomStream: Sendable {
    private let generator: Philox
    private let number: UInt64
    private var index: UInt64 = 0
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// Makes stream `number` of a label.
    public init(_ generator: Philox, _ number: Int) {
        self.generator = generator
        self.number = UInt64(number)
    }

    /// Makes stream `number` of a label.
    public init(seed: UInt64, label: String, _ number: Int) {
        self.init(Philox(seed: seed, label: label), number)
    }

    /// The word at a place, whatever has been taken so far.
    public func word(_ place: Int) -> UInt64 {
        let block = generator.block(1 + UInt64(place) / 4, 0, number)
        return [block.0, block.1, block.2, block.3][place % 4]
    }

    /// The next word.
    public mutating func next() -> UInt64 {
        if index % 4 == 0 { words = generator.block(1 + index / 4, 0, number) }
        defer { index += 1 }
        switch index % 4 {
        case 0: return words.0
        case 1: return words.1
        case 2: return words.2
        default: return words.3
        }
    }

    /// The next number in [0, 1), a multiple of 2^-53.
    public mutating func uniform() -> Double { RandomStream.uniform(next()) }

    /// A word as a number in [0, 1).
    public static func uniform(_ word: UInt64) -> Double { Double(word >> 11) * 0x1p-53 }

    /// The next whole number in 0..<count; 0 for an empty range.
    public mutating func below(_ count: Int) -> Int {
        count > 0 ? min(Int(uniform() * Double(count)), count - 1) : 0
    }

    /// 0..<count in a random order (Fisher and Yates, from the last place down).
    public mutating func shuffled(_ count: Int) -> [Int] {
        var places = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) { places.swapAt(last, below(last + 1)) }
        return places
    }

    /// The next draw from the standard normal distribution, by inversion.
    public mutating func normal() -> Double {
        // The middle of the interval that the word stands for, so that neither 0 nor 1 is drawn.
        Normal.quantile(uniform() + 0x1p-54)
    }
}
