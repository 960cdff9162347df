import BacktestResults

/// A number as results print it: the shortest text that reads back as the same number.
func numberText(_ value: Double) -> String {
    var buffer = ByteBuffer(capacity: 64)
    buffer.append(value)
    return buffer.text
}
