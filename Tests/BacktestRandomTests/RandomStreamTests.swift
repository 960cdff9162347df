import BacktestRandom
import Foundation
import Testing

@Suite struct RandomStreamTests {
    /// What `numpy.random.Philox(key=uint64[2], counter=uint64[4]).random_raw` gives.
    private static func oracle() throws -> [String: Any] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/philox.json")
        return try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        )
    }

    @Test func `words are those of NumPy`() throws {
        let streams = try #require(try Self.oracle()["streams"] as? [[String: Any]])
        #expect(streams.count >= 4)
        for stream in streams {
            let seed = try #require((stream["seed"] as? String).flatMap { UInt64($0) })
            let label = try #require(stream["label"] as? String)
            let number = try #require((stream["number"] as? String).flatMap { UInt64($0) })
            let words = try #require(stream["words"] as? [String]).map { UInt64($0) }
            var found = RandomStream(seed: seed, label: label, number: number)
            #expect(words == words.map { _ in found.next() }, "\(label)")
            #expect(words == words.indices.map { found.word(UInt64($0)) }, "\(label)")
            found.seek(to: 3)
            #expect(found.next() == words[3])
            #expect(found.position == 4)
        }
    }

    @Test func `a word of three numbers is the first of the block there`() throws {
        let blocks = try #require(try Self.oracle()["blocks"] as? [[String: Any]])
        #expect(!blocks.isEmpty)
        for block in blocks {
            let seed = try #require((block["seed"] as? String).flatMap { UInt64($0) })
            let counter = try #require(block["counter"] as? [String]).compactMap { UInt64($0) }
            let found = Philox(seed: seed, label: try #require(block["label"] as? String))
            #expect(String(found.word(counter[0], counter[1], counter[2])) == block["word"] as? String)
        }
    }

    @Test func `hashes of labels are FNV-1a's`() {
        // http://www.isthe.com/chongo/src/fnv/test_fnv.c
        #expect(Philox.hash("") == 0xCBF2_9CE4_8422_2325)
        #expect(Philox.hash("a") == 0xAF63_DC4C_8601_EC8C)
        #expect(Philox.hash("foobar") == 0x8594_4171_F739_67E8)
    }

    @Test func `uniform numbers fill the unit interval evenly`() {
        var stream = RandomStream(seed: 7, label: "test")
        var counts = [Int](repeating: 0, count: 10)
        for _ in 0..<10_000 {
            let u = stream.uniform()
            #expect(u >= 0 && u < 1)
            counts[Int(u * 10)] += 1
        }
        // 1,000 +- 4.2 deviations of 30.
        #expect(counts.allSatisfy { abs($0 - 1_000) < 126 }, "\(counts)")
    }

    @Test func `a shuffle is a permutation and puts every number everywhere`() {
        var places = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 5)
        for number in 0..<2_000 as Range<UInt64> {
            var stream = RandomStream(seed: 1, label: "test", number: number)
            let order = stream.permutation(5)
            #expect(order.sorted() == [0, 1, 2, 3, 4])
            #expect(stream.position == 4, "a word for each place but the first")
            for (place, value) in order.enumerated() { places[value][place] += 1 }
        }
        // 400 +- 4.2 deviations of 18.
        #expect(places.joined().allSatisfy { abs($0 - 400) < 76 }, "\(places)")
        var stream = RandomStream(seed: 1, label: "test")
        #expect(stream.permutation(0).isEmpty)
        #expect(stream.permutation(1) == [0])
    }

    @Test func `normal numbers have mean 0 and deviation 1`() {
        var stream = RandomStream(seed: 3, label: "test")
        var (sum, squares) = (0.0, 0.0)
        for _ in 0..<5_000 {
            let (a, b) = stream.normals()
            sum += a + b
            squares += a * a + b * b
        }
        #expect(abs(sum / 10_000) < 0.042)
        #expect(abs(squares / 10_000 - 1) < 0.06)
    }
}
