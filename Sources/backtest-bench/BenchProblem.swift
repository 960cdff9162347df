import Glibc

/// What kept the benchmark from measuring, in one sentence.
struct BenchProblem: Error {
    var text: String

    /// A problem in plain words.
    init(_ text: String) { self.text = text }

    /// A call of the system that failed: the thing, then what the system says of it.
    static func system(_ thing: String, _ code: Int32 = errno) -> BenchProblem {
        BenchProblem("\(thing): \(String(cString: strerror(code)))")
    }
}
