import CDeflate
import CZstd

/// Compresses chunks, each into a whole gzip member or zstd frame, so that whatever was written can be read.
///
/// A class because both libraries' contexts are C objects that are freed with their one owner.
final class MemberCompressor {
    /// How hard to try.
    enum Effort {
        /// The fastest levels that keep an event under 60 bytes (measured: docs/tracing.md, "Figures").
        case stream
        /// Levels for what is written once and kept.
        case archive

        fileprivate var gzip: Int32 { self == .stream ? 1 : 9 }
        fileprivate var zstd: Int32 { self == .stream ? 1 : 15 }
    }

    private let compression: TraceCompression
    private let deflater: OpaquePointer?
    private let context: OpaquePointer?

    init(_ compression: TraceCompression, effort: Effort = .stream) {
        self.compression = compression
        switch compression {
        case .none:
            deflater = nil
            context = nil
        case .gzip:
            // A whole member at a time is all that is needed, and what libdeflate does at a third of zlib's cost. It
            // writes no time and no name into the header, so bytes repeat.
            deflater = libdeflate_alloc_compressor(effort.gzip)
            precondition(deflater != nil, "libdeflate refuses its own level, or memory is out")
            context = nil
        case .zstd:
            deflater = nil
            context = ZSTD_createCCtx()
            precondition(context != nil, "out of memory")
            ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, effort.zstd)
            ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        }
    }

    deinit {
        libdeflate_free_compressor(deflater)
        ZSTD_freeCCtx(context)
    }

    /// Appends the compressed form of some bytes to a buffer.
    func compress(_ bytes: UnsafeBufferPointer<UInt8>, into buffer: inout ByteBuffer) {
        switch compression {
        case .none: buffer.append(bytes)
        case .gzip: gzip(bytes, into: &buffer)
        case .zstd: zstd(bytes, into: &buffer)
        }
    }

    private func gzip(_ bytes: UnsafeBufferPointer<UInt8>, into buffer: inout ByteBuffer) {
        buffer.append(room: libdeflate_gzip_compress_bound(deflater, bytes.count)) { room in
            let written = libdeflate_gzip_compress(
                deflater,
                bytes.baseAddress,
                bytes.count,
                room.baseAddress,
                room.count
            )
            precondition(written > 0, "libdeflate_gzip_compress_bound gave too little room")
            return written
        }
    }

    private func zstd(_ bytes: UnsafeBufferPointer<UInt8>, into buffer: inout ByteBuffer) {
        buffer.append(room: ZSTD_compressBound(bytes.count)) { room in
            let written = ZSTD_compress2(
                context,
                room.baseAddress,
                room.count,
                bytes.baseAddress,
                bytes.count
            )
            precondition(
                ZSTD_isError(written) == 0,
                "ZSTD_compressBound gave too little room, or memory is out"
            )
            return written
        }
    }
}
