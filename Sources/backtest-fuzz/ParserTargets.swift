extension FuzzTarget {
    /// Every parser that reads what people or other programs wrote.
    static let parsers: [FuzzTarget] = []
}
