import Foundation
import ProgramTestKit
import Testing

/// The checked-in thresholds, thresholds.json: by what is counted and workload.
enum Thresholds {
    private static let file = Program.top.appendingPathComponent("Tests/GateTests/thresholds.json")
    /// What a change may cost before somebody must look at it.
    private static let headroom = 1.1

    /// Holds what is counted against its threshold, or writes the threshold down.
    ///
    /// A run that takes more than a second of a busy machine writes progress.json, which costs something too: a count that
    /// is too high is taken again, twice at most.
    static func check(_ what: String, _ workload: String, counting cost: () throws -> Double) throws {
        var least = try cost()
        for _ in 0..<2 {
            guard let threshold = try read()[what]?[workload], least > threshold else { break }
            least = min(least, try cost())
        }
        try check(what, workload, least)
    }

    /// Holds a cost against its threshold, or writes the threshold down.
    static func check(_ what: String, _ workload: String, _ cost: Double) throws {
        var all = try read()
        if ProcessInfo.processInfo.environment["ADMF_RECORD"] != nil {
            let digits = cost < 100 ? 100.0 : 1.0
            all[what, default: [:]][workload] = (cost * headroom * digits).rounded(.up) / digits
            try write(all)
            return
        }
        let threshold = try #require(all[what]?[workload], "thresholds.json has no \(what) of \(workload)")
        #expect(cost <= threshold, "\(what) of \(workload)")
        // A threshold that is twice what is needed watches nothing.
        #expect(cost >= threshold / 2, "\(what) of \(workload) is far better: record the thresholds anew")
        print("gate: \(what) of \(workload): \(cost), at most \(threshold)")
    }

    private static func read() throws -> [String: [String: Double]] {
        guard FileManager.default.fileExists(atPath: file.path) else { return [:] }
        return try JSONDecoder().decode([String: [String: Double]].self, from: Data(contentsOf: file))
    }

    private static func write(_ all: [String: [String: Double]]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(all).write(to: file)
    }
}
