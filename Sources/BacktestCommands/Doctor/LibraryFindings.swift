import BacktestColumnar
import BacktestHTTP
import CCrypto
import CISAL
import CLibYAML
import CSQLite
import CZlib
import CZstd

/// The C libraries: their versions at run time, and whether each does a small piece of its work right.
enum LibraryFindings {
    static func all() -> [Finding] {
        [yaml(), zlib(), isal(), zstd(), crypto(), sqlite(), duckdb(), curl()]
    }

    /// Loaded when it is first used, so a machine without it can do everything else.
    private static func curl() -> Finding {
        guard let version = HTTPSession.libraryVersion else {
            return Finding(
                "libcurl",
                .limited,
                "not there: spans cannot be posted to a collector; install libcurl4"
            )
        }
        return Finding("libcurl", .fine, version: version, "posts spans to a collector")
    }

    private static func yaml() -> Finding {
        let version = String(cString: yaml_get_version_string())
        // The parser points at itself, so it must not move: it lives on the heap.
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else {
            return Finding("libyaml", .missing, version: version, "no parser can be made; is memory short?")
        }
        defer { yaml_parser_delete(parser) }
        let text = Array("a: 1\n".utf8)
        var scalars = 0
        text.withUnsafeBufferPointer { bytes in
            yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
            var isDone = false
            while !isDone {
                var event = yaml_event_t()
                guard yaml_parser_parse(parser, &event) == 1 else { break }
                if event.type == YAML_SCALAR_EVENT { scalars += 1 }
                isDone = event.type == YAML_STREAM_END_EVENT
                yaml_event_delete(&event)
            }
        }
        return Finding(
            "libyaml",
            scalars == 2 ? .fine : .missing,
            version: version,
            scalars == 2 ? "reads YAML" : "does not read YAML: reinstall libyaml-0-2"
        )
    }

    private static func zlib() -> Finding {
        let version = zlibVersion().map { String(cString: $0) }
        let sample = sampleBytes
        var packed = [UInt8](repeating: 0, count: Int(compressBound(uLong(sample.count))))
        var packedCount = uLongf(packed.count)
        var unpacked = [UInt8](repeating: 0, count: sample.count)
        var unpackedCount = uLongf(unpacked.count)
        let isRight =
            compress(&packed, &packedCount, sample, uLong(sample.count)) == Z_OK
            && uncompress(&unpacked, &unpackedCount, packed, packedCount) == Z_OK && unpacked == sample
        return Finding(
            "zlib",
            isRight ? .fine : .missing,
            version: version,
            isRight ? "packs and unpacks .gz" : "does not unpack what it packed: reinstall zlib1g"
        )
    }

    private static func isal() -> Finding {
        let sample = sampleBytes
        let stream = UnsafeMutablePointer<isal_zstream>.allocate(capacity: 1)
        defer { stream.deallocate() }
        isal_deflate_stateless_init(stream)
        stream.pointee.hist_bits = 0
        var packed = [UInt8](repeating: 0, count: sample.count * 2 + 1_024)
        var unpacked = [UInt8](repeating: 0, count: sample.count)
        var unpackedCount = uLongf(unpacked.count)
        stream.pointee.gzip_flag = UInt16(IGZIP_ZLIB)
        stream.pointee.end_of_stream = 1
        let status = sample.withUnsafeBufferPointer { input in
            packed.withUnsafeMutableBufferPointer { output in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                return isal_deflate_stateless(stream)
            }
        }
        let isRight =
            status == COMP_OK
            && uncompress(&unpacked, &unpackedCount, packed, uLong(stream.pointee.total_out)) == Z_OK
            && unpacked == sample
        return Finding(
            "libisal",
            isRight ? .fine : .missing,
            version: "\(ISAL_MAJOR_VERSION).\(ISAL_MINOR_VERSION).\(ISAL_PATCH_VERSION)",
            isRight ? "packs .gz" : "does not unpack what it packed: reinstall libisal2"
        )
    }

    private static func sqlite() -> Finding {
        var database: OpaquePointer?
        defer { sqlite3_close_v2(database) }
        let isRight =
            sqlite3_open_v2(":memory:", &database, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK
            && sqlite3_exec(database, "CREATE TABLE a (b); INSERT INTO a VALUES (1)", nil, nil, nil)
                == SQLITE_OK
            && sqlite3_total_changes(database) == 1
        return Finding(
            "sqlite",
            isRight ? .fine : .missing,
            version: String(cString: sqlite3_libversion()),
            isRight ? "writes a database" : "does not write a database: reinstall libsqlite3-0"
        )
    }

    private static func zstd() -> Finding {
        let version = ZSTD_versionString().map { String(cString: $0) }
        let sample = sampleBytes
        var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(sample.count))
        var unpacked = [UInt8](repeating: 0, count: sample.count)
        let packedCount = ZSTD_compress(&packed, packed.count, sample, sample.count, 1)
        let isRight =
            ZSTD_isError(packedCount) == 0
            && ZSTD_decompress(&unpacked, unpacked.count, packed, packedCount) == sample.count
            && unpacked == sample
        return Finding(
            "libzstd",
            isRight ? .fine : .missing,
            version: version,
            isRight ? "packs and unpacks .zst" : "does not unpack what it packed: reinstall libzstd1"
        )
    }

    private static func crypto() -> Finding {
        let version = OpenSSL_version(OPENSSL_VERSION_STRING).map { String(cString: $0) }
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        let isDone = EVP_Digest("abc", 3, &digest, &count, EVP_sha256(), nil) == 1
        // FIPS 180-4, the example for "abc" begins ba7816bf.
        let isRight = isDone && count == 32 && digest.starts(with: [0xBA, 0x78, 0x16, 0xBF])
        return Finding(
            "libcrypto",
            isRight ? .fine : .missing,
            version: version,
            isRight ? "computes SHA-256" : "does not compute SHA-256: reinstall libssl3"
        )
    }

    /// Only SQL and Parquet need DuckDB, so its absence is a limit and no more.
    private static func duckdb() -> Finding {
        do throws(ColumnarError) {
            let library = try DuckDBLibrary.shared()
            let answer = try ColumnarDatabase(library).connect().query("SELECT 6 * 7").firstInteger()
            let place = "\(library.path), \(library.origin)"
            return Finding(
                "duckdb",
                answer == 42 ? .fine : .limited,
                version: library.version,
                answer == 42 ? "answers SQL, writes Parquet (\(place))" : "does not answer SQL (\(place))"
            )
        } catch {
            return Finding("duckdb", .limited, "no SQL and no Parquet: \(error.description)")
        }
    }

    private static var sampleBytes: [UInt8] { (0..<4_096).map { UInt8(truncatingIfNeeded: $0 / 7) } }
}
