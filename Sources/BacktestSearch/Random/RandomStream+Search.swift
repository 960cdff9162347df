import BacktestRandom

extension RandomStream {
    /// The words of a generator and a number.
    init(_ generator: Philox, _ number: Int) { self.init(generator, number: UInt64(number)) }

    /// The words of a seed, a label and a number.
    init(seed: UInt64, label: String, _ number: Int) {
        self.init(seed: seed, label: label, number: UInt64(number))
    }

    /// Passes over words, so that each attempt at a trial has words of its own.
    mutating func skip(_ count: Int) { seek(to: position + UInt64(count)) }

    /// The next draw from the standard normal distribution, by inversion: one word.
    mutating func normal() -> Double {
        // The middle of the interval that the word stands for, so that neither 0 nor 1 is drawn.
        Normal.quantile(uniform() + 0x1p-54)
    }
}
