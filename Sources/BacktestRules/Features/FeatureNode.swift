/// A sub-expression bound to numbers and to a symbol; operands are node ids of the same graph, -1 for none.
struct FeatureNode: Sendable, Equatable {
    var operation: FeatureOperation
    /// Index of the symbol on the tape whose bars the node runs on.
    var symbol: Int32
    var a: Int32 = -1
    var b: Int32 = -1
    var c: Int32 = -1
    /// Windows, steps back, stream.
    var n: Int32 = 0
    var m: Int32 = 0
    /// Bits of a constant, a multiplier or a seed.
    var bits: UInt64 = 0

    var number: Double { Double(bitPattern: bits) }

    // Multiply and fold: enough for a table whose size is a power of two, and much cheaper than SipHash.
    var hash: Int {
        var mixed =
            (UInt64(operation.rawValue) << 32 | UInt64(UInt32(bitPattern: symbol))) &* 0x9E37_79B9_7F4A_7C15
        mixed = fold(mixed, UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b)))
        mixed = fold(mixed, UInt64(UInt32(bitPattern: n)) << 32 | UInt64(UInt32(bitPattern: m)))
        mixed = fold(mixed, bits ^ UInt64(UInt32(bitPattern: c)))
        return Int(truncatingIfNeeded: mixed ^ (mixed >> 29))
    }

    @inline(__always)
    private func fold(_ state: UInt64, _ value: UInt64) -> UInt64 {
        let product = (state ^ value).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}
