import Glibc

/// A sequence of random words for one purpose and one number: a trial, a replicate, a repeat.
///
/// A stream belongs to a seed, a label that names the purpose, and a number; streams of other labels and numbers are
/// independent of it. So what is drawn never depends on which worker draws first.
public struct RandomStream: Sendable {
    private let generator: Philox
    private let number: UInt64
    private var block = SIMD4<UInt64>()
    private var blockIndex = UInt64.max
    /// The index of the word that `next` gives.
    public private(set) var position: UInt64 = 0

    /// The words of a seed, a label in ASCII such as `statistics.bootstrap`, and a number.
    public init(seed: UInt64, label: String, number: UInt64 = 0) {
        self.init(Philox(seed: seed, label: label), number: number)
    }

    /// The words of a generator and a number.
    public init(_ generator: Philox, number: UInt64) {
        self.generator = generator
        self.number = number
    }

    /// Word `index` of the stream, without moving in it.
    public func word(_ index: UInt64) -> UInt64 {
        generator.words(at: SIMD4(1 + index / 4, 0, number, 0))[Int(index % 4)]
    }

    /// Goes to a word; the next one given is that of `index`.
    public mutating func seek(to index: UInt64) { position = index }

    /// The next uniform number in [0, 1): 53 bits of the next word.
    public mutating func uniform() -> Double { RandomStream.uniform(next()) }

    /// The next integer in 0..<n, of the next word; 0 < n.
    public mutating func below(_ n: Int) -> Int { Int(uniform() * Double(n)) }

    /// 0..<n in random order: from the last place down, each swaps with a random one at or before it.
    ///
    /// Fisher and Yates 1938, as in Durstenfeld 1964.
    public mutating func permutation(_ n: Int) -> [Int] {
        var order = Array(0..<n)
        var last = n - 1
        while last >= 1 {
            order.swapAt(last, below(last + 1))
            last -= 1
        }
        return order
    }

    /// Two independent normal numbers of mean 0 and deviation 1, of the next two words (Box and Muller 1958).
    public mutating func normals() -> (Double, Double) {
        // 1 - u lies in (0, 1], where the logarithm is finite.
        let radius = (-2 * log(1 - uniform())).squareRoot()
        let angle = 2 * Double.pi * uniform()
        return (radius * cos(angle), radius * sin(angle))
    }

    /// The number in [0, 1) that a word stands for.
    public static func uniform(_ word: UInt64) -> Double { Double(word >> 11) * 0x1p-53 }
}

extension RandomStream: RandomNumberGenerator {
    /// The next word.
    public mutating func next() -> UInt64 {
        if position / 4 != blockIndex {
            blockIndex = position / 4
            block = generator.words(at: SIMD4(1 + blockIndex, 0, number, 0))
        }
        defer { position += 1 }
        return block[Int(position % 4)]
    }
}
