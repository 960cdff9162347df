import Foundation
import Testing

/// A run's folder with thousands of containers, made from a small run's header and rows, as a sweep would leave it.
enum WideRun {
    /// Writes `results/demo/<name>` of `count` containers of a project whose `demo` has run; answers its path.
    ///
    /// Values differ from container to container by seeded factors; `change` may put others into a row, by column name.
    static func make(
        _ scratch: Scratch,
        _ name: String,
        count: Int,
        change: (Int, inout [String: Double]) -> Void = { _, _ in }
    ) throws -> String {
        let source = "results/demo/latest"
        let lines = try scratch.read("\(source)/summary.csv").split(separator: "\n").map(String.init)
        let header = lines[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let models = lines.dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        var state: UInt64 = 2_026
        func factor() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return 0.9 + 0.2 * Double(state >> 11) / 9_007_199_254_740_992
        }
        let wide = Int(Double(count).squareRoot().rounded(.up))
        var text = lines[0] + "\n"
        for index in 0..<count {
            var fields = models[index % models.count]
            var values: [String: Double] = [:]
            for (column, key) in header.enumerated().dropFirst(5) where !fields[column].isEmpty {
                guard let value = Double(fields[column]) else { continue }
                values[key] = fields[column].contains(".") ? value * factor() : value
            }
            change(index, &values)
            let digits = String(index)
            fields[0] = "trend_" + String(repeating: "0", count: 5 - digits.count) + digits
            fields[1] = "trend"
            fields[3] = String(index % wide + 1)
            fields[4] = String(index / wide + 1_000)
            for (column, key) in header.enumerated().dropFirst(5) {
                fields[column] = values[key].map { $0 == $0.rounded() ? String(Int($0)) : String($0) } ?? ""
            }
            text += fields.joined(separator: ",") + "\n"
        }
        let folder = "results/demo/\(name)"
        try scratch.write("\(folder)/summary.csv", text)
        try scratch.write("\(folder)/config.yaml", try scratch.read("\(source)/config.yaml"))
        try scratch.write(
            "\(folder)/manifest.json",
            manifest(try scratch.read("\(source)/manifest.json"), of: count)
        )
        return folder
    }

    /// The manifest of a run whose containers have all one status, as that of a run with another number of them.
    static func manifest(_ text: String, of count: Int) -> String {
        text.replacing(/"count": \d+/, with: "\"count\": \(count)")
    }
}
