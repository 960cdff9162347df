import CDuckDB
import Glibc

/// DuckDB, loaded into the process; it stays there until the process ends.
///
/// A class because a loaded library is one thing that everybody refers to. `@unchecked`, because the table of its functions
/// is written once in `init` and never again, and the functions may be called from any thread.
public final class DuckDBLibrary: @unchecked Sendable {
    /// Path of the library, or its bare name where the system's loader found it.
    public let path: String
    /// How it was found.
    public let origin: String
    /// Its version, such as `v1.4.1`.
    public let version: String
    let functions: UnsafeMutablePointer<duckdb_functions>

    /// The library of this process, loaded when it is first asked for.
    public static func shared() throws(ColumnarError) -> DuckDBLibrary { try process.get() }

    private static let process: Result<DuckDBLibrary, ColumnarError> = {
        do throws(ColumnarError) {
            return .success(try load(DuckDBPlaces.ofThisProcess()))
        } catch {
            return .failure(error)
        }
    }()

    /// Loads the first library that is there.
    public static func load(_ places: DuckDBPlaces) throws(ColumnarError) -> DuckDBLibrary {
        var reasons: [String] = []
        for candidate in places.candidates {
            do throws(ColumnarError) {
                return try DuckDBLibrary(candidate)
            } catch {
                if candidate.isBinding { throw error }
                // A file that is there and does not load is worth a word; a bare name that nobody knows is not.
                if candidate.library.hasPrefix("/") { reasons.append(error.message) }
            }
        }
        guard reasons.isEmpty else {
            throw ColumnarError(
                .notLoadable,
                reasons.joined(separator: "; "),
                remedy: DuckDBPlaces.remedy
            )
        }
        throw ColumnarError(.notFound, "DuckDB is not there", remedy: DuckDBPlaces.remedy)
    }

    private init(_ candidate: DuckDBPlaces.Candidate) throws(ColumnarError) {
        path = candidate.library
        origin = candidate.origin
        if let slash = path.lastIndex(of: "/") {
            // What comes from a Python wheel wants Python's library to be there, and calls nothing of it.
            let stubs = "\(path[..<slash])/\(DuckDBPlaces.stubsName)"
            if access(stubs, R_OK) == 0 { _ = dlopen(stubs, RTLD_NOW | RTLD_GLOBAL) }
        }
        guard let handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL) else {
            let reason = dlerror().map { String(cString: $0) } ?? "the loader says nothing"
            throw ColumnarError(
                .notLoadable,
                "\(path) cannot be loaded: \(reason)",
                remedy: DuckDBPlaces.remedy
            )
        }
        functions = .allocate(capacity: 1)
        if let missing = admf_duckdb_bind(handle, functions) {
            functions.deallocate()
            throw ColumnarError(
                .notLoadable,
                "\(path) is no DuckDB that admf knows: it lacks \(String(cString: missing))",
                remedy: DuckDBPlaces.remedy
            )
        }
        version = functions.pointee.library_version().map { String(cString: $0) } ?? "unknown"
    }

    deinit { functions.deallocate() }
}
