import Glibc

/// Why a file of the results tree could not be written or read, with its path and a way out.
public struct StorageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What stood in the way.
    public enum Code: Sendable, Equatable {
        case diskFull
        case permissionDenied
        case readOnlyFileSystem
        case notFound
        case nameTooLong
        case tooManyOpenFiles
        case isInTheWay
        case locked
        case input
        case notRegular
        case other
    }

    /// What was being done, such as `write` or `create the folder`.
    public var action: String
    /// The path as far as it is known.
    public var path: String
    /// The system's error number, 0 where it reported none: what is there is no regular file.
    public var systemError: Int32

    /// Makes an error from the system's error number.
    public init(_ action: String, _ path: String, systemError: Int32) {
        self.action = action
        self.path = path
        self.systemError = systemError
    }

    /// What stood in the way.
    public var code: Code {
        switch systemError {
        case ENOSPC, EDQUOT, EFBIG: .diskFull
        case EACCES, EPERM: .permissionDenied
        case EROFS: .readOnlyFileSystem
        case ENOENT: .notFound
        case ENAMETOOLONG: .nameTooLong
        case EMFILE, ENFILE: .tooManyOpenFiles
        case EEXIST, ENOTDIR, EISDIR, ENOTEMPTY: .isInTheWay
        case EWOULDBLOCK: .locked
        case EIO: .input
        case 0: .notRegular
        default: .other
        }
    }

    /// What happened, in words.
    public var reason: String {
        switch code {
        case .diskFull where systemError == EFBIG: "the file would be larger than the limit allows"
        case .diskFull: "no space is left"
        case .permissionDenied: "permission denied"
        case .readOnlyFileSystem: "the file system is read-only"
        case .notFound: "no such file or folder"
        case .nameTooLong: "the name is too long"
        case .tooManyOpenFiles: "too many files are open"
        case .isInTheWay where isReading:
            systemError == EISDIR ? "it is a folder" : "a part of the path is no folder"
        case .isInTheWay: "something else has that name"
        case .locked: "another admf is writing this run"
        case .input: "the device reports an input/output error"
        case .notRegular: "it is not a regular file"
        case .other: String(cString: strerror(systemError))
        }
    }

    /// What the user can do about it.
    public var remedy: String {
        switch code {
        case .diskFull where systemError == EFBIG: "raise the limit on the size of files (ulimit -f)"
        case .diskFull: "free some space (or raise the quota)"
        case .permissionDenied where isReading:
            "make the file readable (chmod +r), and the folders above it accessible (chmod +x)"
        case .notFound where isReading: "check the path; it may have been moved or removed"
        case .nameTooLong where isReading: "check the path"
        case .isInTheWay where isReading:
            systemError == EISDIR ? "move it away, or name a file" : "check the path"
        case .permissionDenied: "make the folder writable, or choose another with --output"
        case .readOnlyFileSystem: "choose a folder on a writable file system with --output"
        case .notFound: "check the path; a folder may have been removed during the run"
        case .nameTooLong: "shorten the name or ids in the config, or the path given to --output"
        case .tooManyOpenFiles: "raise the limit with `ulimit -n`, or use fewer --jobs"
        case .notRegular: "move it away"
        case .isInTheWay: "move it away, or choose another folder with --output"
        case .locked: "wait until it has finished, or stop it"
        case .input: "check the disk"
        case .other: "see the system's message"
        }
    }

    /// Whether nothing was to be written: a way out that speaks of --output would mislead.
    private var isReading: Bool { action == "read" || action.hasPrefix("read ") }

    /// `cannot write results/a/metrics.json: no space is left; free some space …`.
    public var description: String { "cannot \(action) \(path): \(reason); \(remedy)" }
}
