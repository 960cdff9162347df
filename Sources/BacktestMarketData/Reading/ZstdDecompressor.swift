import CZstd

/// libzstd's decompressor over the frames of a file, one after another.
struct ZstdDecompressor: ~Copyable {
    /// What a call did.
    struct Step {
        var consumed: Int
        var produced: Int
        /// Whether a frame has just ended and no other has begun.
        var isAtFrameEnd: Bool
        /// What is wrong with the stream, `nil` for nothing.
        var damage: String?
    }

    private let stream: OpaquePointer
    private var isAtFrameEnd = true

    init() {
        guard let stream = ZSTD_createDStream() else { preconditionFailure("libzstd: no memory") }
        self.stream = stream
    }

    deinit { ZSTD_freeDStream(stream) }

    /// Unpacks; with empty input it flushes what the stream still holds back.
    mutating func step(_ input: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Step {
        if input.isEmpty && isAtFrameEnd {
            return Step(consumed: 0, produced: 0, isAtFrameEnd: true, damage: nil)
        }
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var sink = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let wasAtFrameEnd = isAtFrameEnd
        let result = ZSTD_decompressStream(stream, &sink, &source)
        var damage: String?
        if ZSTD_isError(result) != 0 {
            let reason = String(cString: ZSTD_getErrorName(result))
            damage =
                wasAtFrameEnd
                ? "something that is not zstd follows the last zstd frame"
                : "the zstd stream is damaged: \(reason)"
        } else {
            isAtFrameEnd = result == 0
        }
        return Step(consumed: source.pos, produced: sink.pos, isAtFrameEnd: isAtFrameEnd, damage: damage)
    }
}
