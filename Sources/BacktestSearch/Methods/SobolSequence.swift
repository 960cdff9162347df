import BacktestRandom

/// A low-discrepancy sequence in Gray-code order, with Owen's nested scrambling (rule V17).
///
/// Sobol, "On the distribution of points in a cube", 1967; Antonov and Saleev 1979 for the order; Owen, "Randomly permuted
/// (t,m,s)-nets and (t,s)-sequences", 1995, for the scrambling.
struct SobolSequence: SearchMethod {
    /// Greatest number of parameters.
    static var mostDimensions: Int { SobolDirections.table.count }

    private let space: SearchSpace
    private let generator: Philox?
    /// Direction numbers of each dimension, 32 bits, the first bit the highest.
    private let directions: [[UInt32]]
    private var index: UInt64 = 0
    private var position: [UInt32]

    /// Makes the sequence of a space of at most `mostDimensions` parameters.
    init(_ space: SearchSpace, seed: UInt64, scramble: Bool, suffix: String = "") {
        self.init(space, scramble ? Philox(seed: seed, label: "sweep.sobol" + suffix) : nil)
    }

    /// Makes the sequence of a space, scrambled by the words of a generator, or plain.
    init(_ space: SearchSpace, _ generator: Philox?) {
        precondition(space.count <= SobolSequence.mostDimensions)
        self.space = space
        self.generator = generator
        directions = SobolDirections.table.prefix(space.count).map(SobolSequence.directions)
        position = [UInt32](repeating: 0, count: space.count)
    }

    var generation: Int? { nil }

    mutating func propose(trial: Int, attempt: Int) -> ParameterSet? { nextPoint().map { space.set(at: $0) } }

    /// The next point of the unit cube; `nil` after 2^32 of them.
    mutating func nextPoint() -> [Double]? {
        guard index < 1 << 32 else { return nil }
        let point = position.enumerated().map { dimension, bits in
            Double(scrambled(bits, dimension)) * 0x1p-32
        }
        let changed = (~index).trailingZeroBitCount
        if changed < 32 {
            for dimension in position.indices { position[dimension] ^= directions[dimension][changed] }
        }
        index += 1
        return point
    }

    /// Each bit is flipped by a word that the bits above it choose.
    private func scrambled(_ bits: UInt32, _ dimension: Int) -> UInt32 {
        guard let generator else { return bits }
        var result: UInt32 = 0
        for place in 0..<32 {
            let above = place == 0 ? 0 : UInt64(bits >> UInt32(32 - place))
            let flip = UInt32(generator.word(above, UInt64(place), UInt64(dimension)) & 1)
            result |= ((bits >> UInt32(31 - place)) & 1 ^ flip) << UInt32(31 - place)
        }
        return result
    }

    private static func directions(_ row: [UInt32]) -> [UInt32] {
        let polynomial = row[0]
        let degree = 31 - polynomial.leadingZeroBitCount
        var numbers = [UInt32](repeating: 0, count: 32)
        for place in 0..<32 {
            if degree == 0 {
                numbers[place] = 1 << UInt32(31 - place)
            } else if place < degree {
                numbers[place] = row[1 + place] << UInt32(31 - place)
            } else {
                var number = numbers[place - degree] ^ (numbers[place - degree] >> UInt32(degree))
                for power in 1..<max(degree, 1) where polynomial >> UInt32(degree - power) & 1 == 1 {
                    number ^= numbers[place - power]
                }
                numbers[place] = number
            }
        }
        return numbers
    }
}
