import BacktestColumnar
import BacktestTraceParquet
import BacktestTraceSQLite
import BacktestTracing
import Foundation
import Testing

/// A store that the conformance suite is run on.
///
/// One more back end is one more list in `all`.
struct StoreCase: Sendable, CustomTestStringConvertible {
    var name: String
    /// Makes a store that writes into a folder.
    var make: @Sendable (String) -> any TraceStore
    /// Everything that can be read from the folder, while the store is open or after it was closed.
    var read: @Sendable (String, any TraceStore) throws -> [TracedEvent]
    /// Whether its events outlive the process.
    var isLasting = true

    var testDescription: String { name }

    static let all: [StoreCase] = [memory] + files + [database] + columnar
    static let lasting = all.filter(\.isLasting)

    static let memory = StoreCase(
        name: "memory",
        make: { _ in MemoryTraceStore() },
        read: { _, store in (store as? MemoryTraceStore)?.records ?? [] },
        isLasting: false
    )

    static let files: [StoreCase] = TraceCompression.allCases.flatMap { compression in
        [1, 100, 100_000].map { batchSize in
            StoreCase(
                name: "file \(compression), batches of \(batchSize)",
                make: { folder in
                    var settings = TraceSettings()
                    settings.compression = compression
                    settings.batchSize = batchSize
                    return FileTraceStore(directory: folder, settings: settings, isDurable: batchSize == 100)
                },
                read: { folder, _ in
                    try names(folder, "events").flatMap { try TraceReader().records(in: "\(folder)/\($0)") }
                }
            )
        }
    }

    static let database = StoreCase(
        name: "sqlite",
        make: { SQLiteTraceStore(directory: $0) },
        read: { folder, _ in
            var records: [TracedEvent] = []
            for name in names(folder, "events.sqlite") where !name.hasSuffix("-journal") {
                try SQLiteTraceReader().read("\(folder)/\(name)") { records.append($0) }
            }
            return records
        }
    )

    /// None where DuckDB is not there; `ParquetStoreTests` says so.
    static let columnar: [StoreCase] = ((try? DuckDBLibrary.shared()) == nil ? [] : [1, 100_000]).map {
        waiting in
        StoreCase(
            name: "parquet, \(waiting) waiting",
            make: { ParquetTraceStore(directory: $0, waitingMaximum: waiting) },
            read: { folder, _ in try ParquetStoreTests.records(folder) }
        )
    }

    /// Names of a folder's files that begin so, sorted: whole files come before the partial one of the same name.
    static func names(_ folder: String, _ prefix: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasPrefix(prefix) && !$0.hasSuffix(".partial.partial") }.sorted()
    }
}
