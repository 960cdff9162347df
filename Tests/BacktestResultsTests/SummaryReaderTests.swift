import BacktestMetrics
import BacktestModel
import Foundation
import Testing

@testable import BacktestResults

/// A summary that is read in pieces says what it says as a whole, wherever the pieces end.
@Suite struct SummaryReaderTests {
    private static let text = """
        container_id,portfolio_id,status,a.mode,sharpe_ratio,total_trades
        p_0000,p,completed,"one
        ""two"", three",1.5,3
        p_0001,p,failed,,,
        "p,2",p,completed,5,-0.25,7

        """

    private static let expected: [(String, Scalar, Double?)] = [
        ("p_0000", .text("one\n\"two\", three"), 1.5), ("p_0001", .null, nil), ("p,2", .number(5), -0.25),
    ]

    @Test func `every way to cut it gives the same rows`() throws {
        let bytes = Array(Self.text.utf8)
        for size in 1...bytes.count {
            var reader = SummaryReader()
            var buffer = ByteBuffer()
            for start in stride(from: 0, to: bytes.count, by: size) {
                buffer.append(bytes: Array(bytes[start..<min(start + size, bytes.count)]))
                let end = buffer.withBytes { SummaryReader.wholeRows($0) }
                try buffer.withBytes { bytes in try reader.take(UnsafeBufferPointer(rebasing: bytes[..<end]))
                }
                buffer.removeFirst(end)
            }
            #expect(buffer.isEmpty)
            let summary = try reader.finish()
            #expect(summary.parameterPaths == ["a.mode"])
            #expect(summary.rows.map(\.containerID) == Self.expected.map(\.0), "pieces of \(size)")
            #expect(summary.rows.map { $0.parameters[0] } == Self.expected.map(\.1))
            #expect(summary.rows.map { $0.metrics[.sharpeRatio] } == Self.expected.map(\.2))
        }
    }

    @Test func `a file of several pieces, with the line of what is wrong`() throws {
        let folder = try TemporaryFolder()
        let fixture = RunFixture()
        let run = try fixture.create(in: folder)
        try fixture.write(to: run)
        // A run that goes on may have any number of rows.
        try run.write(fixture.manifest)
        let lines = try String(contentsOfFile: "\(run.path)/summary.csv", encoding: .utf8).split(
            separator: "\n"
        )
        let count = 3_000
        var text = String(lines[0]) + "\n"
        for index in 0..<count { text += lines[2].replacing("p_0001", with: "p_\(index)") + "\n" }
        #expect(text.utf8.count > 1 << 19)
        func write(_ text: String) throws {
            try text.write(toFile: "\(run.path)/summary.csv", atomically: false, encoding: .utf8)
        }
        try write(text)
        let reader = try RunReader.open(run.path)
        let summary = try reader.summary()
        #expect(summary.rows.count == count)
        #expect(summary.rows[count - 1].containerID == "p_\(count - 1)")
        #expect(summary.rows.allSatisfy { $0.metrics == fixture.record(1).metrics })
        try write(text + "p_x,p,completed\n")
        #expect(throws: RunReadError.self) { try reader.summary() }
        do {
            _ = try reader.summary()
        } catch {
            #expect(error.reason.contains("line \(count + 2): "))
        }
        try write(String(text.dropLast()))
        do {
            _ = try reader.summary()
            Issue.record("a cut file was read")
        } catch {
            #expect(error.reason == "damaged (the last line is cut short)")
        }
        try write("")
        do {
            _ = try reader.summary()
            Issue.record("an empty file was read")
        } catch {
            #expect(error.reason.contains("the header is not that of a summary"))
        }
    }
}
