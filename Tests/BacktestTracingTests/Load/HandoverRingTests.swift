import BacktestConcurrency
import Synchronization
import Testing

/// What the thread that takes has seen; a class because the thread and the test refer to it.
private final class Taken: Sendable {
    let values = Mutex<[Int]>([])
    let isDone = Atomic<Bool>(false)
}

@Suite struct HandoverRingTests {
    @Test(arguments: [1, 2, 3, 8, 1_000])
    func `everything comes out once and in order`(size: Int) {
        let ring = HandoverRing<Int>(atLeast: size)
        #expect(ring.capacity >= size && ring.capacity < max(2, 2 * size))
        var next = 0
        var expected = 0
        var generator = SeededGenerator(seed: UInt64(size))
        for _ in 0..<2_000 {
            let wanted = Int.random(in: 0...2 * size, using: &generator)
            let put = Array(next..<next + wanted).withUnsafeBufferPointer { ring.put($0) }
            #expect(put <= wanted)
            next += put
            #expect(ring.count == next - expected && ring.count <= ring.capacity)
            _ = ring.take(most: Int.random(in: 1...size, using: &generator)) { values in
                for value in values {
                    #expect(value == expected)
                    expected += 1
                }
            }
        }
        #expect(expected > 0)
    }

    @Test func `a full ring takes nothing more and an empty one gives nothing`() {
        let ring = HandoverRing<Int>(atLeast: 4)
        #expect([1, 2, 3, 4, 5, 6].withUnsafeBufferPointer { ring.put($0) } == 4)
        #expect([7].withUnsafeBufferPointer { ring.put($0) } == 0)
        var found: [Int] = []
        #expect(ring.take(most: 9) { found += $0 } == 4)
        #expect(found == [1, 2, 3, 4])
        #expect(ring.take(most: 9) { _ in Issue.record("nothing is there") } == 0)
    }

    @Test(arguments: [1, 16, 1_024])
    func `two threads lose and double nothing`(size: Int) throws {
        let ring = HandoverRing<Int>(atLeast: size)
        let work = WakeUp()
        let room = WakeUp()
        let taken = Taken()
        let count = 20_000
        let thread = try #require(
            BackgroundThread {
                while true {
                    let number = ring.take(most: 64) { values in
                        taken.values.withLock { $0 += values }
                    }
                    room.call()
                    if number > 0 { continue }
                    if taken.isDone.load(ordering: .acquiring), ring.count == 0 { return }
                    work.sleep { ring.count > 0 || taken.isDone.load(ordering: .acquiring) }
                }
            }
        )
        var next = 0
        while next < count {
            let put = Array(next..<min(next + 37, count)).withUnsafeBufferPointer { ring.put($0) }
            next += put
            work.call()
            if put == 0 { room.sleep { ring.count < ring.capacity } }
        }
        taken.isDone.store(true, ordering: .releasing)
        work.call()
        thread.join()
        #expect(taken.values.withLock { $0 } == Array(0..<count))
    }

    @Test func `a sleeper that nobody calls wakes by itself`() {
        let wake = WakeUp()
        #expect(wake.sleep(atMost: 1_000_000) { false })
        #expect(!wake.sleep(atMost: 1_000_000_000_000) { true }, "what is ready is not waited for")
        wake.call()
        #expect(wake.sleep(atMost: 1) { false }, "a call that nobody waited for wakes nobody later")
    }
}
