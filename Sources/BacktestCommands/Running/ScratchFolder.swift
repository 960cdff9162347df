import BacktestResults
import BacktestTracing
import Glibc

/// A folder of the command's own that goes with it.
struct ScratchFolder: ~Copyable {
    /// The folder, in TMPDIR or /tmp.
    let path: String

    init() throws(CommandFailure) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/admf-verify-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandFailure(StorageError("create a folder in", parent, systemError: errno))
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { TraceFolder.remove(path) }
}
