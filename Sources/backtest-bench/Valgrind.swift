/// A tool of valgrind that counts what a run does.
enum Valgrind: String, CaseIterable {
    /// Instructions.
    case callgrind
    /// Calls of malloc and its kin.
    case memcheck

    /// The words before those of the program; `log` gets what valgrind says.
    func command(log: String) -> [String] {
        let options =
            switch self {
            case .callgrind: ["--callgrind-out-file=/dev/null"]
            // What its checks would cost is not wanted, only the count.
            case .memcheck: ["--leak-check=no", "--undef-value-errors=no"]
            }
        return ["valgrind", "--tool=\(rawValue)", "--log-file=" + log] + options
    }

    /// The total in a log; `nil` where there is none.
    func total(in log: String) -> Int? {
        for line in log.split(separator: "\n") {
            let words = line.split(separator: " ")
            switch self {
            case .callgrind:
                if line.contains("Collected :") { return words.last.flatMap { Int($0) } }
            case .memcheck:
                // total heap usage: 1,234 allocs, 1,230 frees, 56,789 bytes allocated
                guard line.contains("total heap usage:"), let place = words.firstIndex(of: "usage:") else {
                    continue
                }
                return Int(words[place + 1].filter { $0 != "," })
            }
        }
        return nil
    }
}
