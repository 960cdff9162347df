import BacktestStatistics
import Foundation
import Testing

/// Numbers of other programs, read from the fixtures.
enum Oracle {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    static func object(_ name: String) throws -> [String: Any] {
        try #require(json(name) as? [String: Any])
    }

    static func json(_ name: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// The columns of a CSV file with a header.
    static func matrix(_ name: String) throws -> (names: [String], columns: ReturnMatrix) {
        let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        var lines = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        let names = lines.removeFirst()
        let columns = names.indices.map { column in lines.map { Double($0[column]) ?? .nan } }
        return (names, ReturnMatrix(columns: columns))
    }
}

/// Equal to a relative tolerance, or both absent.
func agrees(_ a: Double?, _ b: Any?, _ tolerance: Double = 1e-9) -> Bool {
    let b = (b as? NSNumber)?.doubleValue
    guard let a, let b else { return a == nil && b == nil }
    return a == b || abs(a - b) <= tolerance * max(abs(a), abs(b), 1e-12)
}
