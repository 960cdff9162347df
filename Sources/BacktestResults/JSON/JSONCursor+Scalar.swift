import BacktestModel

extension JSONCursor {
    /// Reads a value that is neither object nor array.
    mutating func scalar() throws(JSONSyntaxError) -> Scalar {
        switch peek() {
        case UInt8(ascii: "\""): return .text(string(try text()))
        case UInt8(ascii: "t"):
            try word("true")
            return .boolean(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .boolean(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default: return .number(try number())
        }
    }
}
