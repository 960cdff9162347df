/// How often a metric takes which values, drawn with text.
public struct Histogram: Sendable, Equatable {
    /// Lower limits of the bins, ascending, of equal width; the last bin contains the highest value.
    public let limits: [Double]
    /// Values per bin.
    public let counts: [Int]
    /// Width of a bin.
    public let step: Double

    /// Sorts values into bins, as many as the square root of their number, 5 to 20; `nil` without values.
    public init?(_ values: [Double]) {
        guard let low = values.min(), let high = values.max() else { return nil }
        let bins = low == high ? 1 : min(20, max(5, Int(Double(values.count).squareRoot().rounded(.up))))
        // Halved before the subtraction, which could leave the range of doubles.
        let step = (high / 2 - low / 2) / Double(bins) * 2
        var counts = [Int](repeating: 0, count: bins)
        for value in values {
            let bin = low == high ? 0 : Int((value / 2 - low / 2) / (high / 2 - low / 2) * Double(bins))
            counts[min(bins - 1, max(0, bin))] += 1
        }
        self.step = step
        self.counts = counts
        limits = (0..<bins).map { low + Double($0) * step }
    }

    /// A line per bin: its lower limit, a bar and its count.
    public func text(_ format: NumberFormat, style: TextStyle, isASCII: Bool) -> String {
        let labels = limits.map { format.text($0) }
        let widest = labels.reduce(0) { max($0, $1.displayWidth) }
        let most = max(1, counts.max() ?? 1)
        let numbers = counts.map { NumberFormat.integer.text(Double($0)) }
        let numberWidth = numbers.reduce(0) { max($0, $1.displayWidth) }
        let room = max(10, min(style.width ?? 80, 100) - widest - numberWidth - 4)
        var text = ""
        for (index, label) in labels.enumerated() {
            let eighths = (counts[index] * room * 8 + most - 1) / most
            text += String(repeating: " ", count: widest - label.displayWidth) + label + "  "
            text += style.mark(Histogram.bar(eighths, isASCII: isASCII), .green)
            text += (counts[index] > 0 ? " " : "") + numbers[index] + "\n"
        }
        return text
    }

    private static func bar(_ eighths: Int, isASCII: Bool) -> String {
        guard !isASCII else { return String(repeating: "#", count: (eighths + 7) / 8) }
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }
}
