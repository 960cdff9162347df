import CISAL
import Glibc
import Synchronization

/// ISA-L's description of a compression, at one address in every process, used by one thread at a time.
///
/// The library's fast levels (its loop `hash_hist` for x86-64, up to 2.31 at least) begin by hashing the address of this
/// description where the third byte of the input is meant. So which of two matches is found now and then, and with it the
/// bytes that are written, depends on the address: about one in four hundred was different. Compressing takes a third of what
/// writing an event costs, so threads seldom wait for one another here.
enum SharedGzipStream {
    /// Wherever nothing else is mapped by itself: far from the program, its heap and its libraries.
    private static let address = 0x2000_0000_0000

    /// A pointer's owner.
    ///
    /// `@unchecked Sendable`: the memory is reached through the lock alone, and never freed.
    private struct Place: @unchecked Sendable {
        let stream: UnsafeMutablePointer<isal_zstream>
    }

    private static let place = Mutex(makePlace())

    private static func makePlace() -> Place {
        let size = MemoryLayout<isal_zstream>.size
        let wanted = UnsafeMutableRawPointer(bitPattern: address)
        // 0x100000 is MAP_FIXED_NOREPLACE, which the overlay does not show.
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | 0x100000
        if let memory = mmap(wanted, size, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED {
            return Place(stream: memory.bindMemory(to: isal_zstream.self, capacity: 1))
        }
        // The address is taken (by a sanitizer, say): whatever is compressed is right all the same.
        return Place(stream: .allocate(capacity: 1))
    }

    /// Calls `body` with the description, every byte of it zero.
    static func withStream<Value: Sendable>(_ body: (UnsafeMutablePointer<isal_zstream>) -> Value) -> Value {
        place.withLock { place in
            memset(place.stream, 0, MemoryLayout<isal_zstream>.size)
            return body(place.stream)
        }
    }
}
