import BacktestConcurrency
import BacktestResults
import BacktestTestKit
import Testing

@testable import BacktestSweep

/// Rows of the summary come back as they went, from memory and from the file without a name.
@Suite struct RowSpillTests {
    static func pieces() -> [IndexedPiece] {
        (0..<20).map { index in
            let rows = (0..<3).map { template in
                var buffer = ByteBuffer()
                buffer.append(text: String(repeating: "row \(index) \(template)\n", count: index * template))
                return buffer
            }
            let piece = Piece(chunk: index, sets: index..<index + 1, templates: 0..<3)
            let result = PieceResult(
                piece: piece,
                rows: rows,
                totals: [],
                failures: [[], [], []],
                done: [1, 1, 1]
            )
            return IndexedPiece(index: index, result: result)
        }
    }

    static func text(_ spill: RowSpill, _ pieces: [IndexedPiece]) throws -> [String] {
        try pieces.flatMap { piece in
            try (0..<3).map { place in
                var text = ""
                try spill.withRows(of: piece.result, place: place) { bytes in
                    text = String(decoding: bytes, as: UTF8.self)
                }
                return text
            }
        }
    }

    @Test(arguments: [0, 1_000, 1 << 20])
    func `rows are the same wherever they wait`(bound: Int) throws {
        let folder = TemporaryFolder()
        let spill = RowSpill(folder: folder.path, keptBytesMax: bound)
        let before = Self.pieces()
        let plain = try Self.text(spill, before)
        var first = Array(before[..<8])
        var second = Array(before[8...])
        spill.take(&first)
        spill.take(&second)
        #expect(try Self.text(spill, first + second) == plain)
        let kept = (first + second).reduce(0) { $0 + $1.result.rowByteCount }
        #expect(kept <= bound)
    }

    @Test func `without a file they stay in memory`() throws {
        let spill = RowSpill(folder: "/proc/nowhere", keptBytesMax: 0)
        var pieces = Self.pieces()
        let plain = try Self.text(spill, pieces)
        spill.take(&pieces)
        #expect(try Self.text(spill, pieces) == plain)
    }
}
