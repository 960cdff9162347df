import Glibc

/// A block of memory that columns share: allocated, or a mapped file; a class because the last of them frees it.
///
/// `@unchecked Sendable`: while a block is written to, one `ColumnBuilder` owns it; columns only read.
final class MemoryBlock: @unchecked Sendable {
    /// The first byte, aligned to 64.
    let start: UnsafeMutableRawPointer
    /// Number of bytes.
    let byteCount: Int
    /// Whether it is a mapped file, which nobody may write to.
    let isShared: Bool

    /// Fresh memory with undefined contents.
    init(allocating byteCount: Int) {
        start = .allocate(byteCount: byteCount, alignment: 64)
        self.byteCount = byteCount
        isShared = false
    }

    /// A whole file, read only; `nil` where it cannot be mapped.
    ///
    /// Its pages are fetched at once, because they are all going to be read.
    init?(mapping descriptor: Int32, byteCount: Int) {
        let flags = MAP_PRIVATE | Int32(MAP_POPULATE)
        guard byteCount > 0, let start = mmap(nil, byteCount, PROT_READ, flags, descriptor, 0),
            start != UnsafeMutableRawPointer(bitPattern: -1)
        else { return nil }
        self.start = start
        self.byteCount = byteCount
        isShared = true
    }

    deinit {
        if isShared { munmap(start, byteCount) } else { start.deallocate() }
    }
}
