/// The numbers for people, a line a workload, written as they come.
struct BenchTable {
    private static let titles = [
        "workload", "bars", "containers", "median s", "spread s", "user s", "sys s", "M bar-evals/s/core",
        "peak MiB", "MiB out", "M instructions", "allocations",
    ]

    private static let widths = [15, 9, 10, 9, 9, 8, 8, 18, 9, 8, 14, 11]

    /// The titles.
    static var header: String { aligned(titles) }

    /// One workload.
    static func line(_ measurement: Measurement) -> String {
        aligned([
            measurement.workload.name,
            "\(measurement.workload.bars)",
            "\(measurement.workload.containers)",
            fixed(measurement.wall, 3),
            fixed(measurement.spread, 3),
            fixed(measurement.user, 3),
            fixed(measurement.system, 3),
            fixed(measurement.rate / 1e6, 1),
            fixed(Double(measurement.peakBytes) / 1_048_576, 1),
            fixed(Double(measurement.tree.bytes) / 1_048_576, 1),
            measurement.instructions.map { fixed(Double($0) / 1e6, 1) } ?? "-",
            measurement.allocations.map { "\($0)" } ?? "-",
        ])
    }

    /// A number that is not negative, with so many decimals.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        var unit = 1
        for _ in 0..<decimals { unit *= 10 }
        let scaled = Int((value * Double(unit)).rounded())
        let fraction = String(scaled % unit)
        return "\(scaled / unit)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    /// The name to the left, numbers to the right.
    private static func aligned(_ cells: [String]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let blanks = String(repeating: " ", count: max(0, widths[index] - cell.count))
            line += index == 0 ? cell + blanks : " " + blanks + cell
        }
        return line
    }
}
