/// Reusable blocks of memory of one worker: a stack that is emptied, not freed, between variants.
struct ScratchMemory: ~Copyable {
    private var blocks: [UnsafeMutableRawPointer] = []
    private var capacities: [Int] = []
    private var used = 0

    /// Gives every block back for reuse.
    mutating func reset() { used = 0 }

    /// Memory for so many 8-byte elements, uninitialised, aligned to 64 bytes, valid until the next `reset`.
    private mutating func take(_ count: Int) -> UnsafeMutableRawPointer {
        let byteCount = max(count, 1) * 8
        if used == blocks.count {
            blocks.append(UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64))
            capacities.append(byteCount)
        } else if capacities[used] < byteCount {
            blocks[used].deallocate()
            blocks[used] = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
            capacities[used] = byteCount
        }
        used += 1
        return blocks[used - 1]
    }

    mutating func doubles(_ count: Int) -> MutableDoubles {
        take(count).bindMemory(to: Double.self, capacity: max(count, 1))
    }

    mutating func words(_ count: Int) -> MutableWords {
        take(count).bindMemory(to: UInt64.self, capacity: max(count, 1))
    }

    mutating func memory<Element: BitwiseCopyable>(
        of type: Element.Type,
        _ count: Int
    ) -> UnsafeMutablePointer<Element> {
        let words = (count * MemoryLayout<Element>.stride + 7) / 8
        return take(words).bindMemory(to: Element.self, capacity: max(count, 1))
    }

    deinit { for block in blocks { block.deallocate() } }
}
