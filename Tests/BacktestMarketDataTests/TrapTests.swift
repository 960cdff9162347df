import BacktestMarketData
import BacktestModel
import BacktestTestKit
import Foundation
import Testing

/// Damaged and odd files with the verdict that is right for each, from the project's trap set.
struct TrapTests {
    struct Bad: Decodable, Sendable, CustomTestStringConvertible {
        var file: String
        var expect: String
        var line: Int
        var column: String?
        var kind: String
        var accepted_columns: [String]?

        var testDescription: String { file }
    }

    struct Good: Decodable, Sendable, CustomTestStringConvertible {
        var file: String
        var bars: Int
        var first_close: Double?
        var last_close: Double?

        var testDescription: String { file }
    }

    struct Expected: Decodable {
        var bad: [Bad]
        var ok: [Good]
    }

    static let expected: Expected = {
        let bytes = Fixtures.bytes(ofFile: Fixtures.path("traps/bad/expected.json"))
        guard let decoded = try? JSONDecoder().decode(Expected.self, from: Data(bytes)) else {
            preconditionFailure("expected.json has another form")
        }
        return decoded
    }()

    private func load(_ file: String, onBadRow: BadRowPolicy = .refuse) throws(MarketDataError) -> LoadedTape
    {
        var options = DataOptions()
        options.bars = [BarSource(symbol: "X", path: Fixtures.path("traps/" + file))]
        options.onBadRow = onBadRow
        return try TapeLoader.load(options, jobs: 1)
    }

    @Test(arguments: expected.bad.filter { $0.expect == "refuse" })
    func refuses(_ trap: Bad) throws {
        let error = #expect(throws: MarketDataError.self) { try load(trap.file) }
        let problem = try #require(error?.problems.first)
        #expect(error?.problems.count == 1)
        #expect(problem.kind.rawValue == trap.kind)
        #expect(problem.line == trap.line)
        #expect(problem.file.hasSuffix(trap.file))
        if let columns = trap.accepted_columns {
            #expect(columns.contains(problem.column ?? ""))
        } else {
            #expect(problem.column == trap.column)
        }
        #expect(!problem.remedy.isEmpty)
    }

    @Test(arguments: expected.bad.filter { $0.expect == "refuse_or_report" })
    func reports(_ trap: Bad) throws {
        let file = try #require(try load(trap.file).files.first)
        let warning = try #require(file.warnings.first)
        #expect(file.warnings.count == 1)
        #expect(warning.kind.rawValue == trap.kind)
        #expect(warning.line == trap.line)
        #expect(warning.column == trap.column)
        #expect(warning.message.contains("3 bars"))
        #expect(warning.message.contains("2024-01-01T15:00:00Z"))
    }

    @Test(arguments: expected.ok)
    func accepts(_ trap: Good) throws {
        let loaded = try load(trap.file)
        let series = try #require(loaded.tape.series.first)
        #expect(series.count == trap.bars)
        if let close = trap.first_close { #expect(series.close[0] == close) }
        if let close = trap.last_close { #expect(series.close[series.count - 1] == close) }
        let plain = try #require(try load("good/ok_plain.csv").tape.series.first)
        #expect(series.timestamps.array == plain.timestamps.array)
        #expect(loaded.files[0].warnings.isEmpty)
    }

    /// Files whose one bad row can be dropped: one bar less, the place remembered.
    @Test(arguments: expected.bad.filter { $0.expect == "refuse" && $0.line > 1 })
    func dropsTheBadRow(_ trap: Bad) throws {
        let loaded = try load(trap.file, onBadRow: .drop)
        let file = try #require(loaded.files.first)
        #expect(file.droppedRows == 1)
        #expect(file.droppedPlaces.map(\.line) == [trap.line])
        #expect(loaded.tape.series[0].count == file.rows)
        #expect(file.rows == 23 || trap.kind == "duplicate_timestamp")
    }

    @Test
    func zeroVolumeBarsAreCounted() throws {
        #expect(try load("good/ok_zero_volume_bar.csv").files[0].zeroVolumeBars == 1)
        #expect(try load("good/ok_plain.csv").files[0].zeroVolumeBars == 0)
    }
}
