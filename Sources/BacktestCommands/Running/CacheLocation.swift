import BacktestMarketData

/// Where parsed bar files are kept, as the environment and the command line say.
enum CacheLocation {
    /// Names the folder itself.
    static let folderVariable = EnvironmentVariable(
        "ADMF_CACHE",
        "folder of parsed bar files (default: admf in XDG_CACHE_HOME, else in ~/.cache); one that cannot be made is no cache"
    )
    /// Bounds the folder.
    static let limitVariable = EnvironmentVariable(
        "ADMF_CACHE_LIMIT",
        "bytes that the folder may hold, such as 500M (default: 2G)"
    )

    /// The cache that a command uses: none under `--no-cache`.
    static func chosen(_ arguments: ParsedArguments) -> BarCache? {
        arguments[SweepArguments.noCache] ? nil : standard
    }

    /// The cache that the environment names, `nil` where it names no folder.
    static var standard: BarCache? {
        folder.map { BarCache(folder: $0, byteLimit: limit ?? BarCache.standardByteLimit) }
    }

    /// The limit as written; `nil` where there is none or it cannot be read.
    static var limit: Int? {
        Environment.value(limitVariable.name).flatMap { try? ValueReader<Int>.byteCount.read($0) }
    }

    /// Relative paths of the XDG variables are to be ignored, says their specification.
    private static var folder: String? {
        if let own = Environment.value(folderVariable.name) { return own }
        if let base = Environment.value("XDG_CACHE_HOME"), base.hasPrefix("/") { return "\(base)/admf" }
        guard let home = Environment.value("HOME"), home.hasPrefix("/") else { return nil }
        return "\(home)/.cache/admf"
    }
}
