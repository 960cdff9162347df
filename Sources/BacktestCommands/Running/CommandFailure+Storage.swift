package import BacktestResults

extension CommandFailure {
    /// A run that cannot be read: 2 where the path leads to no run, 5 where a file of it is at fault.
    package init(_ error: RunReadError) {
        let isWrongPath = error.code == .notFound || error.code == .notARun
        self.init(isWrongPath ? .usage : .storageFailed, "\(error.path): \(error.reason)", hint: error.remedy)
    }

    /// A file of the results tree that cannot be written.
    package init(_ error: StorageError) {
        self.init(
            .storageFailed,
            "cannot \(error.action) \(error.path): \(error.reason)",
            hint: error.remedy
        )
    }
}
