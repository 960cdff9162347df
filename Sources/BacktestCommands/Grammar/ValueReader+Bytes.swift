extension ValueReader where Value == Int {
    /// A number of bytes: `4G`, `512M`, `1.5GiB` or plain; the letters stand for powers of 1,024.
    package static let byteCount = ValueReader { text throws(InvalidValue) in
        let expected = InvalidValue(expected: "a size of at least 1M, such as 512M or 4G")
        var digits = Substring(text.uppercased())
        if let unit = ["IB", "B"].first(where: { digits.hasSuffix($0) }) {
            digits = digits.dropLast(unit.count)
        }
        var factor = 1.0
        if let letter = digits.last, let power = Array("KMGT").firstIndex(of: letter) {
            for _ in 0...power { factor *= 1_024 }
            digits = digits.dropLast()
        }
        let isPlain = digits.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard isPlain, let number = Double(String(digits)), number.isFinite else { throw expected }
        let bytes = number * factor
        guard bytes >= 1_048_576, bytes < 1e18 else { throw expected }
        return Int(bytes)
    }
}
