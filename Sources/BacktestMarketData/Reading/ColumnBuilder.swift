import BacktestModel
import Glibc

/// A column that grows at its end while a file is read, or one that lies whole in memory that somebody else filled.
struct ColumnBuilder<Element: BitwiseCopyable & Sendable>: ~Copyable {
    private(set) var count = 0
    private var memory: UnsafeMutablePointer<Element>
    private var capacity: Int
    private var block: MemoryBlock

    /// An empty column with room for `capacity` elements; untouched room costs no memory.
    init(capacity: Int) {
        self.capacity = max(capacity, 1_024)
        (block, memory) = ColumnBuilder.allocate(self.capacity)
    }

    /// The `count` elements at a place of a block that is not written to, with 64 zeros behind them.
    init(_ block: MemoryBlock, offset: Int, count: Int) {
        self.block = block
        self.count = count
        capacity = count
        memory = block.start.advanced(by: offset).bindMemory(to: Element.self, capacity: count)
    }

    /// Room for the 64 readable bytes behind a column's end is part of every block.
    private static func allocate(_ capacity: Int) -> (MemoryBlock, UnsafeMutablePointer<Element>) {
        let block = MemoryBlock(allocating: capacity * MemoryLayout<Element>.stride + Column<Element>.padding)
        return (block, block.start.bindMemory(to: Element.self, capacity: capacity))
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity { grow() }
        memory[count] = element
        count &+= 1
    }

    subscript(index: Int) -> Element { memory[index] }

    /// Turns the elements round.
    mutating func reverse() {
        var elements = UnsafeMutableBufferPointer(start: memory, count: count)
        elements.reverse()
    }

    private mutating func grow() {
        let size = max(capacity * 2, 1_024)
        let (larger, start) = ColumnBuilder.allocate(size)
        start.update(from: memory, count: count)
        block = larger
        memory = start
        capacity = size
    }

    /// Some of the elements as a column: all of them without a copy, a part of them copied, because columns are aligned.
    ///
    /// Nothing is appended afterwards.
    func column(_ range: Range<Int>) -> Column<Element> {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        if range == 0..<count, count > 0 {
            if !block.isShared {
                memset(memory + count, 0, Column<Element>.padding)
            }
            return Column(adopting: memory, count: count) { [block] in withExtendedLifetime(block) {} }
        }
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

extension Column {
    /// Readable bytes behind the last element.
    static var padding: Int { 64 }
}
