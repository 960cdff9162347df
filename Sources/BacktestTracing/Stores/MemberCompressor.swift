import CZlib
import CZstd

/// Compresses chunks, each into a whole gzip member or zstd frame, so that whatever was written can be read.
///
/// A class because zlib's stream points at itself and zstd's context is a C object: both are freed with their one owner.
final class MemberCompressor {
    private let compression: TraceCompression
    private let stream: UnsafeMutablePointer<z_stream>?
    private let context: OpaquePointer?

    /// Fastest levels that keep an event under 60 bytes (measured, Documentation.docc/TraceFormat.md).
    static let gzipLevel: Int32 = 1
    static let zstdLevel: Int32 = 1

    init(_ compression: TraceCompression) {
        self.compression = compression
        switch compression {
        case .none:
            stream = nil
            context = nil
        case .gzip:
            let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            stream.initialize(to: z_stream())
            // 15 window bits, + 16 for a gzip header; zlib writes no time and no name there, so bytes repeat.
            let status = deflateInit2_(
                stream,
                MemberCompressor.gzipLevel,
                Z_DEFLATED,
                15 + 16,
                8,
                Z_DEFAULT_STRATEGY,
                ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)
            )
            precondition(status == Z_OK, "zlib refuses its own defaults, or memory is out")
            self.stream = stream
            context = nil
        case .zstd:
            stream = nil
            context = ZSTD_createCCtx()
            precondition(context != nil, "out of memory")
            ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, MemberCompressor.zstdLevel)
            ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        }
    }

    deinit {
        if let stream {
            deflateEnd(stream)
            stream.deallocate()
        }
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
        guard let stream else { return }
        precondition(bytes.count < Int(UInt32.max))
        deflateReset(stream)
        buffer.append(room: Int(deflateBound(stream, UInt(bytes.count)))) { room in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            stream.pointee.avail_in = UInt32(bytes.count)
            stream.pointee.next_out = room.baseAddress
            stream.pointee.avail_out = UInt32(room.count)
            let status = deflate(stream, Z_FINISH)
            precondition(status == Z_STREAM_END, "deflateBound gave too little room")
            return room.count - Int(stream.pointee.avail_out)
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
