import Glibc

/// Where DuckDB's library is looked for.
public struct DuckDBPlaces: Sendable, Hashable {
    /// One place.
    public struct Candidate: Sendable, Hashable {
        /// A path, or a bare name that the system's loader looks for.
        public var library: String
        /// How the place came to be looked at, as `doctor` says it.
        public var origin: String
        /// Whether nothing after it is tried: the user has named it.
        public var isBinding: Bool
    }

    /// The environment variable that names the library, or the folder that holds it.
    public static let variable = "ADMF_DUCKDB"
    /// The library's file name.
    public static let fileName = "libduckdb.so"
    /// The library that answers for Python's, beside one that came from a wheel.
    public static let stubsName = "python-stubs.so"
    /// What to do where DuckDB is not to be had.
    public static let remedy = "run 'make setup' in admf's folder, or set \(variable) to a libduckdb.so"

    /// The places in the order in which they are tried.
    public var candidates: [Candidate]

    /// Looks in the given places.
    public init(_ candidates: [Candidate]) { self.candidates = candidates }

    /// The places of a program.
    ///
    /// - Parameters:
    ///   - named: What `ADMF_DUCKDB` says: a file or folder, then nothing else is tried; `nil` or empty for nothing.
    ///   - executable: Absolute path of the program, links followed; empty where it is not known.
    ///   - dataHome: `XDG_DATA_HOME`, or what it stands for; empty where there is none.
    public init(named: String?, executable: String, dataHome: String) {
        if let named, !named.isEmpty {
            let path = DuckDBPlaces.isFolder(named) ? "\(named)/\(DuckDBPlaces.fileName)" : named
            candidates = [Candidate(library: path, origin: DuckDBPlaces.variable, isBinding: true)]
            return
        }
        candidates = [
            Candidate(library: DuckDBPlaces.fileName, origin: "the system's libraries", isBinding: false)
        ]
        // A built program lies in .build/<platform>/<configuration>, an installed one in bin beside share.
        var folders = executable.split(separator: "/", omittingEmptySubsequences: true).dropLast()
        if folders.last == "bin" {
            let above = "/" + folders.dropLast().joined(separator: "/")
            add("\(above)/share/admf/duckdb", "installed with admf")
        }
        for _ in 0..<5 where !folders.isEmpty {
            add("/" + folders.joined(separator: "/") + "/.deps/duckdb", "fetched by make setup")
            folders = folders.dropLast()
        }
        if !dataHome.isEmpty { add("\(dataHome)/admf/duckdb", "installed for the user") }
    }

    private mutating func add(_ folder: String, _ origin: String) {
        let path = "\(folder)/\(DuckDBPlaces.fileName)"
        guard access(path, R_OK) == 0 else { return }
        candidates.append(Candidate(library: path, origin: origin, isBinding: false))
    }

    /// The places of this process.
    public static func ofThisProcess() -> DuckDBPlaces {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
        var executable = ""
        if let path = realpath("/proc/self/exe", nil) {
            executable = String(cString: path)
            free(path)
        }
        let home = variable("HOME").map { $0.isEmpty ? "" : "\($0)/.local/share" } ?? ""
        let dataHome = variable("XDG_DATA_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home
        return DuckDBPlaces(
            named: variable(DuckDBPlaces.variable),
            executable: executable,
            dataHome: dataHome
        )
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
