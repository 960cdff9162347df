extension FuzzTarget {
    /// Parsers with a planted fault each; a fuzzer that does not find them finds nothing.
    static let canaries: [FuzzTarget] = [
        FuzzTarget(name: "canary-crash", corpus: ["count: 12", "count: 7"], words: ["-", "count"]) { input in
            // Traps on a negative count, as an array index made from unchecked input would.
            let digits = input.filter { $0 >= 0x30 && $0 <= 0x39 }.prefix(4)
            let value = digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
            precondition(!input.contains(0x2D) || value == 0, "the canary sings")
            return nil
        },
        FuzzTarget(name: "canary-wrong-answer", corpus: ["abc"], words: []) { input in
            input.contains(0x00) ? "a zero byte was accepted" : nil
        },
        FuzzTarget(name: "canary-hang", corpus: ["abc"], words: ["loop"]) { input in
            var value = input.count
            while input.starts(with: [0x61, 0x62, 0x63, 0x6C]) { value &+= 1 }
            return value < 0 ? "never" : nil
        },
    ]
}
