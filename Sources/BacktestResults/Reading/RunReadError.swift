/// Why a folder cannot be read as a run of admf.
public struct RunReadError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of trouble.
    public enum Code: Sendable, Equatable {
        /// Nothing is at that path.
        case notFound
        /// Something is there, but no run of admf.
        case notARun
        /// A file that this needs is not there (yet), as in a run that was interrupted.
        case incomplete
        /// A file is cut short or garbled.
        case damaged
        /// A later version of admf wrote it.
        case newerSchema
        /// An earlier version of admf wrote it, in a layout that is no longer read.
        case olderSchema
        /// The system would not let it be read.
        case unreadable
    }

    /// The kind of trouble.
    public var code: Code
    /// The file or folder.
    public var path: String
    /// What is wrong.
    public var reason: String
    /// What the user can do about it.
    public var remedy: String

    /// Makes an error.
    public init(_ code: Code, _ path: String, _ reason: String, remedy: String) {
        self.code = code
        self.path = path
        self.reason = reason
        self.remedy = remedy
    }

    init(_ error: DocumentError, _ path: String) {
        switch error {
        case .damaged(let syntax):
            // Without its manifest nobody knows what a run was; everything else can be made again.
            let isManifest = path.hasSuffix("/manifest.json")
            self.init(
                .damaged,
                path,
                "damaged (\(syntax))",
                remedy: isManifest
                    ? "restore it from a copy, or run the config.yaml beside it again"
                    : "`admf resume` the run to write it again"
            )
        case .newerSchema(let found, let known):
            self.init(
                .newerSchema,
                path,
                "schema_version is \(found), this admf knows \(known)",
                remedy: "read it with the version of admf that wrote it, or a later one"
            )
        case .olderSchema(let found, let known):
            self.init(
                .olderSchema,
                path,
                "schema_version is \(found), this admf knows \(known)",
                remedy: "run the config.yaml beside it again"
            )
        }
    }

    init(_ error: StorageError) { self.init(.unreadable, error.path, error.reason, remedy: error.remedy) }

    /// `results/a: no run is there; try …`.
    public var description: String { "\(path): \(reason); \(remedy)" }
}
