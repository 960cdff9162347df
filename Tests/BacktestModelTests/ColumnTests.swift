import BacktestModel
import Synchronization
import Testing

/// Memory of columns: contents, alignment, the readable end, and who frees it.
struct ColumnTests {
    @Test(arguments: [0, 1, 7, 8, 9, 1_000])
    func contentsAndPadding(_ count: Int) {
        let column = Column<Double>((0..<count).map(Double.init))
        #expect(column.count == count)
        #expect(column.array == (0..<count).map(Double.init))
        #expect(Int(bitPattern: column.pointer) % 64 == 0)
        for index in count..<(count + 8) { #expect(column.pointer[index] == 0) }
        if count > 0 { #expect(column[count - 1] == Double(count - 1)) }
    }

    private struct Broken: Error {}

    @Test
    func aFailingFillFails() {
        #expect(throws: Broken.self) {
            try Column<Int64>(count: 10) { (_: UnsafeMutableBufferPointer<Int64>) throws(Broken) in
                throw Broken()
            }
        }
    }

    @Test
    func adoptedMemoryIsReleasedOnceAtTheEnd() {
        let releases = Mutex(0)
        let memory = UnsafeMutablePointer<Int32>.allocate(capacity: 20)
        memory.initialize(repeating: 5, count: 20)
        let counter = ReleaseCounter()
        var column: Column<Int32>? = Column(adopting: memory, count: 4) { counter.add() }
        #expect(column?.array == [5, 5, 5, 5])
        let second = column
        column = nil
        #expect(counter.count == 0)
        #expect(second?.count == 4)
        withExtendedLifetime(second) {}
        releases.withLock { $0 = counter.count }
        memory.deallocate()
    }

    /// A class because the release closure and the test count the same calls.
    private final class ReleaseCounter: Sendable {
        private let calls = Mutex(0)
        var count: Int { calls.withLock { $0 } }
        func add() { calls.withLock { $0 += 1 } }
    }

    @Test
    func releaseHappens() {
        let counter = ReleaseCounter()
        let memory = UnsafeMutablePointer<Int32>.allocate(capacity: 20)
        do {
            let column = Column(adopting: UnsafePointer(memory), count: 0) { counter.add() }
            #expect(column.array.isEmpty)
        }
        #expect(counter.count == 1)
        memory.deallocate()
    }
}
