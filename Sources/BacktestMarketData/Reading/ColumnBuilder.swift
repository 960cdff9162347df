import BacktestModel
import Glibc

/// A column that grows at its end while a file is read.
struct ColumnBuilder<Element: BitwiseCopyable & Sendable>: ~Copyable {
    private(set) var count = 0
    private var memory: UnsafeMutablePointer<Element>
    private var capacity: Int

    /// An empty column with room for `capacity` elements; untouched room costs no memory.
    init(capacity: Int) {
        self.capacity = max(capacity, 1_024)
        memory = ColumnBuilder.allocate(self.capacity)
    }

    deinit { memory.deallocate() }

    /// Room for the 64 readable bytes behind a column's end is part of every block.
    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Element> {
        UnsafeMutableRawPointer.allocate(
            byteCount: capacity * MemoryLayout<Element>.stride + 64,
            alignment: 64
        ).bindMemory(to: Element.self, capacity: capacity)
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity { grow() }
        memory[count] = element
        count &+= 1
    }

    subscript(index: Int) -> Element { memory[index] }

    private mutating func grow() {
        let larger = ColumnBuilder.allocate(capacity * 2)
        larger.update(from: memory, count: count)
        memory.deallocate()
        memory = larger
        capacity *= 2
    }

    /// Some of the elements as a column.
    func column(_ range: Range<Int>) -> Column<Element> {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return Column(count: range.count) { buffer in
            if let start = buffer.baseAddress {
                start.update(from: memory + range.lowerBound, count: range.count)
            }
        }
    }

    /// Lends some of the elements for the length of a call.
    func withElements<Result>(
        _ range: Range<Int>,
        _ body: (UnsafeBufferPointer<Element>) -> Result
    ) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return body(UnsafeBufferPointer(start: memory + range.lowerBound, count: range.count))
    }
}
