import BacktestModel

/// Memory for the signals of one sleeve, reused from container to container.
struct SignalBuffer {
    private(set) var bars: UnsafeMutablePointer<Int32>
    private(set) var masks: UnsafeMutablePointer<UInt8>
    private(set) var strengths: UnsafeMutablePointer<Double>
    private var capacity: Int

    init() {
        capacity = 64
        bars = .allocate(capacity: capacity)
        masks = .allocate(capacity: capacity)
        strengths = .allocate(capacity: capacity)
    }

    /// Frees the memory; the buffer must not be used afterwards.
    func destroy() {
        bars.deallocate()
        masks.deallocate()
        strengths.deallocate()
    }

    /// Copies a list's rows.
    mutating func load(_ list: SignalList) {
        if list.count > capacity {
            destroy()
            capacity = max(list.count, capacity * 2)
            bars = .allocate(capacity: capacity)
            masks = .allocate(capacity: capacity)
            strengths = .allocate(capacity: capacity)
        }
        list.bars.withUnsafeBufferPointer {
            if let base = $0.baseAddress { bars.update(from: base, count: $0.count) }
        }
        list.masks.withUnsafeBufferPointer {
            if let base = $0.baseAddress { masks.update(from: base, count: $0.count) }
        }
        list.strengths.withUnsafeBufferPointer {
            if let base = $0.baseAddress { strengths.update(from: base, count: $0.count) }
        }
    }
}
