import BacktestHashing
import BacktestModel
import Glibc

/// Parsed bar files in the user's cache folder, so that the next run need not parse them again.
///
/// Nothing depends on it: whatever goes wrong with it (no folder, no room, a damaged or foreign entry) the file is parsed as if
/// there were no cache, and no word is said. An entry is found by the file's path, the options of reading and the build of
/// this program, and used only if the file's bytes still have the SHA-256 that the entry was made from; that digest is needed for
/// the manifest in any case. Entries appear by a rename and are never changed, so processes need no lock between them.
public struct BarCache: Sendable, Hashable {
    /// Bytes that all entries together may take where nobody says otherwise: 2 GiB.
    public static let standardByteLimit = 2 << 30
    /// Entries below this size are not worth a file: parsing takes a millisecond.
    static let smallestEntry = 1 << 20
    private static let suffix = ".bars"
    /// Age in seconds after which a draft must be that of a process which was killed.
    private static let draftAge = 3_600

    /// The folder of the entries.
    public var folder: String
    /// Bytes that all entries together may take; the least recently used go first.
    public var byteLimit: Int

    /// A cache in a folder, which is made when the first entry is written.
    public init(folder: String, byteLimit: Int = BarCache.standardByteLimit) {
        self.folder = folder
        self.byteLimit = byteLimit
    }

    /// How many entries there are, and how large they are together.
    public var size: (entries: Int, bytes: Int) {
        let all = entries()
        return (all.count, all.reduce(0) { $0 + $1.byteCount })
    }

    /// Removes every entry; the number of those removed and their size.
    public func clear() -> (entries: Int, bytes: Int) {
        removeDrafts(olderThan: 0)
        return remove(entries())
    }

    /// The bars of a file; `nil` where they must be parsed.
    func find(_ source: BarSource, options: DataOptions) -> RawBars? {
        let path = source.path
        guard let entry = entryPath(source, options) else { return nil }
        let descriptor = open(entry, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let block = MemoryBlock(mapping: descriptor, byteCount: Int(status.st_size)),
            let source = BarCacheEntry.source(block), hasSize(path, source.byteCount),
            let found = try? SHA256.hexadecimal(ofFile: path),
            found == SHA256.hexadecimalText(source.sha256)
        else { return nil }
        // Touched, so that it is the last to go.
        futimens(descriptor, nil)
        return BarCacheEntry.decode(block, file: path, sha256: found)
    }

    private func hasSize(_ path: String, _ byteCount: Int) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size == byteCount
    }

    /// Keeps the bars of a file for the next time; files with dropped rows, or with something to say of how they were read, are
    /// read anew.
    func store(_ bars: borrowing RawBars, _ source: BarSource, options: DataOptions) {
        let byteCount = BarCacheEntry.byteCount(bars)
        guard bars.droppedRows == 0, bars.notices.isEmpty, byteCount >= BarCache.smallestEntry,
            byteCount <= byteLimit, let entry = entryPath(source, options), makeFolder(folder)
        else { return }
        makeRoom(byteCount, replacing: entry)
        let draft = "\(entry).\(getpid()).\(UInt64.random(in: 0...UInt64.max)).draft"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        let digest = BarCache.bytes(ofHexadecimal: bars.sha256)
        let isWritten = BarCacheEntry.write(bars, sha256: digest) { write($0, to: descriptor) }
        let isClosed = close(descriptor) == 0
        if !isWritten || !isClosed || rename(draft, entry) != 0 { unlink(draft) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }

    private static func bytes(ofHexadecimal text: String) -> [UInt8] {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// Where the entry of a file lies: named by everything that decides what a reader makes of its bytes.
    private func entryPath(_ source: BarSource, _ options: DataOptions) -> String? {
        guard let real = realpath(source.path, nil) else { return nil }
        defer { free(real) }
        let zone = options.timeZone
        let parts = [
            String(cString: real), BarCache.build, zone.name, "\(zone.transitions)", "\(zone.offsets)",
            "\(options.tolerance.bitPattern)", options.onBadRow.rawValue, source.symbol,
            source.timeFormat?.text ?? "", source.csvTimeFormat?.text ?? "",
        ]
        let key = parts.map { "\($0.utf8.count):\($0)" }.joined()
        return "\(folder)/\(SHA256.hexadecimal(of: key))\(BarCache.suffix)"
    }

    /// Size and time of the running program: another build may read the same bytes in another way.
    private static let build: String = {
        var status = stat()
        guard stat("/proc/self/exe", &status) == 0 else { return "unknown" }
        return "\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
    }()

    /// Makes a folder and those above it, for the user alone.
    private func makeFolder(_ path: String) -> Bool {
        if mkdir(path, 0o700) == 0 { return true }
        if errno == EEXIST {
            var status = stat()
            return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            return false
        }
        return makeFolder(String(path[..<slash])) && (mkdir(path, 0o700) == 0 || errno == EEXIST)
    }
}

extension BarCache {
    private struct Entry {
        var path: String
        var byteCount: Int
        var used: (Int, Int)
    }

    /// The entries, the least recently used first.
    private func entries() -> [Entry] {
        list(BarCache.suffix)
            .sorted { ($0.used.0, $0.used.1, $0.path) < ($1.used.0, $1.used.1, $1.path) }
    }

    private func list(_ suffix: String) -> [Entry] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var found: [Entry] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(suffix) else { continue }
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            let used = (Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec))
            found.append(Entry(path: path, byteCount: Int(status.st_size), used: used))
        }
        return found
    }

    /// Removes the least recently used entries until another one of `byteCount` bytes fits.
    private func makeRoom(_ byteCount: Int, replacing entry: String) {
        removeDrafts(olderThan: BarCache.draftAge)
        let others = entries().filter { $0.path != entry }
        var total = others.reduce(byteCount) { $0 + $1.byteCount }
        var surplus: [Entry] = []
        for other in others where total > byteLimit {
            surplus.append(other)
            total -= other.byteCount
        }
        _ = remove(surplus)
    }

    /// Another process may have been quicker: what is gone is not counted.
    private func remove(_ entries: [Entry]) -> (entries: Int, bytes: Int) {
        entries.reduce((0, 0)) { sum, entry in
            unlink(entry.path) == 0 ? (sum.0 + 1, sum.1 + entry.byteCount) : sum
        }
    }

    private func removeDrafts(olderThan age: Int) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        for draft in list(".draft") where Int(now.tv_sec) - draft.used.0 >= age { unlink(draft.path) }
    }
}
