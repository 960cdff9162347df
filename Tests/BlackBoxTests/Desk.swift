import Foundation
import ProgramTestKit

/// A folder in which a user writes a config and runs the program on it.
struct Desk {
    let folder: URL

    /// Folder of another target's fixtures, used in place.
    static let trades = Program.top.appendingPathComponent("Tests/ReferenceEngineTests/Fixtures/trades")
    static let traps = Program.top.appendingPathComponent("Tests/BacktestMarketDataTests/Fixtures/traps")

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    /// Runs `admf run` on a config named `desk`; results go to `out`.
    func attempt(_ yaml: String, _ options: [String] = ["--quiet"]) throws -> Program.Outcome {
        try write("desk.yaml", yaml)
        return try Program.run(["run", "desk.yaml", "--output", "out"] + options, in: folder)
    }

    /// Runs a config that must work and reads its tree; the tree is removed, so that the next run stands alone.
    func tree(_ yaml: String, _ options: [String] = ["--quiet"]) throws -> ResultsTree {
        let outcome = try attempt(yaml, options)
        guard outcome.status == 0 else { throw DeskProblem(text: "\(outcome)") }
        let output = folder.appendingPathComponent("out")
        let tree = try ResultsTree.only("desk", in: output)
        try FileManager.default.removeItem(at: output)
        return tree
    }

    /// Whether a run has left anything.
    var hasResults: Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent("out").path)
    }

    static func with<Result>(_ body: (Desk) throws -> Result) throws -> Result {
        try withScratchFolder { try body(Desk(folder: $0)) }
    }
}

/// A run that failed where a test needs it.
struct DeskProblem: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}

extension ResultsTree {
    /// Rows of a CSV file of the tree by column; none of our files quotes a field that tests read.
    func rows(_ name: String) throws -> [[String: String]] {
        guard let data = files[name] else { throw DeskProblem(text: "no \(name)") }
        var lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        let header = lines.removeFirst().split(separator: ",", omittingEmptySubsequences: false)
        return lines.map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(uniqueKeysWithValues: zip(header.map(String.init), fields))
        }
    }

    /// `metrics` of one container; what is null is missing.
    func metrics(_ container: String) throws -> [String: Double] {
        let document = try object("\(container)/metrics.json")
        return (document["metrics"] as? [String: Any] ?? [:]).compactMapValues { $0 as? Double }
    }
}

extension [String: String] {
    /// A field as a number; not a number where it is none, so that every comparison fails.
    func number(_ name: String) -> Double { self[name].flatMap(Double.init) ?? .nan }
}

/// Equal to a relative tolerance, absolute below 1.
func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9, scale: Double = 1) -> Bool {
    abs(a - b) <= tolerance * max(scale, abs(a), abs(b))
}
