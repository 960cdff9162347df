/// One parser under test.
struct FuzzTarget: Sendable {
    /// What the driver calls it.
    let name: String
    /// Inputs that the parser accepts or refuses for one reason; mutations start from them.
    let corpus: [[UInt8]]
    /// Pieces that the format gives a meaning to.
    let words: [String]
    /// Reads the input and says what is wrong with the answer, `nil` for nothing.
    ///
    /// A crash or a hang is found by the driver.
    let check: @Sendable (_ input: [UInt8]) -> String?

    /// Makes a target from texts.
    init(
        name: String,
        corpus: [String],
        words: [String],
        check: @escaping @Sendable (_ input: [UInt8]) -> String?
    ) {
        self.name = name
        self.corpus = corpus.map { Array($0.utf8) }
        self.words = words
        self.check = check
    }

    /// The input of an iteration: a function of the seed, the target and the iteration alone.
    func input(seed: UInt64, iteration: UInt64) -> [UInt8] {
        var hash = seed
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var random = SplitMix64(seed: hash &+ iteration &* 0xD134_2543_DE82_EF95)
        return Mutator(words: words).input(from: corpus, using: &random)
    }
}
