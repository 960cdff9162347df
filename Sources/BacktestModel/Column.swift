/// An immutable run of numbers in memory, aligned to 64 bytes, shared read-only by every worker.
///
/// A class because a column is one block of memory with one owner that frees it, and thousands of containers refer to it.
/// At least 64 readable bytes follow the last element (zeros), so vector code may load a whole vector at the end.
///
/// `@unchecked Sendable`: the memory is written before the initializer returns and never afterwards, and freed only when
/// the last reference has gone; there is no way to write through the public interface.
public final class Column<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    /// The elements, oldest first; valid as long as the column is.
    public let pointer: UnsafePointer<Element>
    /// Number of elements.
    public let count: Int
    private let release: (@Sendable () -> Void)?

    /// Makes a column of `count` elements that `fill` writes; memory starts as zeros.
    ///
    /// `fill` gets the whole buffer and must not keep it.
    public init<Failure: Error>(
        count: Int,
        fill: (UnsafeMutableBufferPointer<Element>) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(count >= 0)
        let byteCount = (count * MemoryLayout<Element>.stride + 64 + 63) / 64 * 64
        let raw = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        let typed = raw.bindMemory(to: Element.self, capacity: count)
        do {
            try fill(UnsafeMutableBufferPointer(start: typed, count: count))
        } catch {
            raw.deallocate()
            throw error
        }
        self.pointer = UnsafePointer(typed)
        self.count = count
        self.release = nil
    }

    /// Adopts memory that somebody else owns, such as a mapped file; `release` is called when the column goes.
    ///
    /// The memory must stay valid and unchanged until then and have 64 readable bytes after the last element.
    public init(adopting pointer: UnsafePointer<Element>, count: Int, release: @escaping @Sendable () -> Void)
    {
        self.pointer = pointer
        self.count = count
        self.release = release
    }

    /// Copies an array.
    public convenience init(_ elements: [Element]) {
        self.init(count: elements.count) { buffer in
            for index in elements.indices { buffer[index] = elements[index] }
        }
    }

    deinit {
        if let release { release() } else { UnsafeMutableRawPointer(mutating: pointer).deallocate() }
    }

    /// The element at an index from 0 to `count` - 1.
    @inlinable
    public subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count)
        return pointer[index]
    }

    /// A view of the elements, valid as long as the column is.
    public var buffer: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: pointer, count: count) }

    /// A copy as an array.
    public var array: [Element] { Array(buffer) }
}
