/// A curve drawn in one line of text.
public enum Sparkline {
    private static let blocks = Array("▁▂▃▄▅▆▇█")
    private static let letters = Array("_.-~=+*#")

    /// The curve in at most `width` characters, lowest to highest; each stands for the last value of its stretch.
    ///
    /// With `isASCII` in letters of growing height. A flat curve is drawn in the middle; without values, or without room, the text is empty.
    public static func text(_ values: [Double], width: Int, isASCII: Bool = false) -> String {
        let blocks = isASCII ? letters : blocks
        let finite = values.filter(\.isFinite)
        guard width > 0, let lowest = finite.min(), let highest = finite.max() else { return "" }
        let columns = min(width, finite.count)
        var text = ""
        for column in 0..<columns {
            let value = finite[(column + 1) * finite.count / columns - 1]
            guard highest > lowest else {
                text.append(blocks[blocks.count / 2])
                continue
            }
            // Halved before the subtraction, which could leave the range of doubles.
            let share = (value / 2 - lowest / 2) / (highest / 2 - lowest / 2)
            text.append(blocks[min(blocks.count - 1, Int(share * Double(blocks.count)))])
        }
        return text
    }
}
