/// Damages an input the way people, editors and disks do.
struct Mutator {
    /// Pieces that a format gives a meaning to; put in at random they reach deeper than random bytes.
    let words: [String]

    /// The input of one iteration: a member of the corpus with a few changes, once in sixteen plain random bytes.
    func input(from corpus: [[UInt8]], using random: inout SplitMix64) -> [UInt8] {
        if corpus.isEmpty || random.oneIn(16) {
            return (0..<random.below(200)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        var bytes = corpus[random.below(corpus.count)]
        // One in eight passes unchanged: the untouched corpus must be accepted.
        for _ in 0..<random.below(8) { change(&bytes, corpus: corpus, using: &random) }
        return bytes
    }

    private func change(_ bytes: inout [UInt8], corpus: [[UInt8]], using random: inout SplitMix64) {
        let place = random.below(bytes.count + 1)
        switch random.below(9) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
        case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + random.below(12)))
        case 3: bytes.removeLast(min(bytes.count, random.below(40)))
        case 4 where !words.isEmpty:
            bytes.insert(contentsOf: Array(words[random.below(words.count)].utf8), at: place)
        case 5:
            // Repeats a stretch: duplicate keys, deep nesting, long lines.
            let stretch = Array(bytes[place..<min(bytes.count, place + random.below(60))])
            for _ in 0..<(1 << random.below(7)) where bytes.count < 100_000 {
                bytes.insert(contentsOf: stretch, at: place)
            }
        case 6:
            let other = corpus[random.below(corpus.count)]
            let start = random.below(other.count)
            bytes.insert(contentsOf: other[start..<min(other.count, start + random.below(80))], at: place)
        case 7: bytes.insert(contentsOf: Mutator.numbers[random.below(Mutator.numbers.count)].utf8, at: place)
        case 8 where bytes.count > 1:
            let other = random.below(bytes.count)
            if place < bytes.count { bytes.swapAt(place, other) }
        default: bytes.insert(UInt8(random.below(128)), at: place)
        }
    }

    /// Numbers at the edges of what fits.
    private static let numbers = [
        "0", "-0", "1e308", "1e309", "-1e-320", "9223372036854775807", "9223372036854775808", "-1", "NaN",
        "inf",
        "0x10", "1_000", "1.0.0", "99999999999999999999999999", "0.1%", "10bps", ".5", "5.", "1e", "١",
    ]
}
