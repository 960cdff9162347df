import Foundation
import Testing

/// Files beside these tests.
enum Fixture {
    static func data(_ path: String) throws -> Data {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try Data(contentsOf: folder.appendingPathComponent("Fixtures").appendingPathComponent(path))
    }

    static func decoded<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: data(path))
    }

    /// Bars of a plain daily CSV: `timestamp,open,high,low,close,volume`; a bar a day, numbered from 0.
    static func bars(_ path: String) throws -> [Reference.Bar] {
        let lines = String(decoding: try data(path), as: UTF8.self).split(whereSeparator: \.isNewline)
        return try lines.dropFirst().enumerated().map { index, line in
            let fields = try line.split(separator: ",").dropFirst().map { try #require(Double($0)) }
            return Reference.Bar(
                time: index,
                day: index,
                open: fields[0],
                high: fields[1],
                low: fields[2],
                close: fields[3],
                volume: fields[4]
            )
        }
    }
}

/// Whether two numbers agree to a relative tolerance.
func agree(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
    a == b || abs(a - b) <= tolerance * max(abs(a), abs(b))
}
