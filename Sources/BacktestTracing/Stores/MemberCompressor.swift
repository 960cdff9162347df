import CISAL
import CZlib
import CZstd

/// Compresses chunks, each into a whole gzip member or zstd frame, so that whatever was written can be read.
///
/// A class because the libraries' contexts are C objects, one of which points at itself, that are freed with their one owner.
package final class MemberCompressor {
    /// How hard to try.
    package enum Effort {
        /// As a run writes: the fastest that keeps an event well under 60 bytes (docs/tracing.md, "Figures").
        case stream
        /// As what is kept is written: zlib's highest level, or zstd's 15.
        case archive
    }

    /// The context of the compression.
    private enum Context {
        case none
        /// ISA-L and the memory of its level 1: 2.6 times as fast as libdeflate at the same size, four times as zlib.
        case fastGzip(level: UnsafeMutablePointer<UInt8>)
        case denseGzip(UnsafeMutablePointer<z_stream>)
        case zstd(OpaquePointer)
    }

    private let context: Context

    package init(_ compression: TraceCompression, effort: Effort = .stream) {
        switch (compression, effort) {
        case (.none, _): context = .none
        case (.gzip, .stream):
            context = .fastGzip(level: .allocate(capacity: admf_isal_level1_bytes))
        case (.gzip, .archive): context = .denseGzip(MemberCompressor.zlibStream())
        case (.zstd, _):
            guard let zstd = ZSTD_createCCtx() else { preconditionFailure("out of memory") }
            ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, effort == .stream ? 1 : 15)
            ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1)
            context = .zstd(zstd)
        }
    }

    private static func zlibStream() -> UnsafeMutablePointer<z_stream> {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 window bits, + 16 for a gzip header; zlib writes no time and no name there, so bytes repeat.
        let size = Int32(MemoryLayout<z_stream>.size)
        let status = deflateInit2_(stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        precondition(status == Z_OK, "zlib refuses its own defaults, or memory is out")
        return stream
    }

    deinit {
        switch context {
        case .none: break
        case .fastGzip(let level): level.deallocate()
        case .denseGzip(let stream):
            deflateEnd(stream)
            stream.deallocate()
        case .zstd(let zstd): ZSTD_freeCCtx(zstd)
        }
    }

    /// Appends the compressed form of some bytes to a buffer.
    package func compress(_ bytes: UnsafeBufferPointer<UInt8>, into buffer: inout ByteBuffer) {
        precondition(bytes.count < Int(UInt32.max) / 4, "a member is a batch, not a file")
        switch context {
        case .none: buffer.append(bytes)
        case .fastGzip(let level): fastGzip(bytes, level, into: &buffer)
        case .denseGzip(let stream): denseGzip(bytes, stream, into: &buffer)
        case .zstd(let context): zstd(bytes, context, into: &buffer)
        }
    }

    private func fastGzip(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ level: UnsafeMutablePointer<UInt8>,
        into buffer: inout ByteBuffer
    ) {
        // Twice the input is more than anything becomes by being compressed, headers aside.
        buffer.append(room: bytes.count * 2 + 1_024) { room in
            SharedGzipStream.withStream { stream in
                isal_deflate_stateless_init(stream)
                stream.pointee.level = 1
                stream.pointee.level_buf = level
                stream.pointee.level_buf_size = UInt32(admf_isal_level1_bytes)
                // A header without time and name, so bytes repeat.
                stream.pointee.gzip_flag = UInt16(IGZIP_GZIP)
                stream.pointee.end_of_stream = 1
                stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
                stream.pointee.avail_in = UInt32(bytes.count)
                stream.pointee.next_out = room.baseAddress
                stream.pointee.avail_out = UInt32(room.count)
                precondition(isal_deflate_stateless(stream) == COMP_OK, "twice the input was too little room")
                return room.count - Int(stream.pointee.avail_out)
            }
        }
    }

    private func denseGzip(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ stream: UnsafeMutablePointer<z_stream>,
        into buffer: inout ByteBuffer
    ) {
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

    private func zstd(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ context: OpaquePointer,
        into buffer: inout ByteBuffer
    ) {
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
