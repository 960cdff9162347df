import BacktestColumnar
import BacktestResults
import BacktestSQL
import BacktestTracing

extension CommandFailure {
    /// Why runs could not be asked or exported: 2 for a statement that DuckDB refuses, 5 for files and a missing DuckDB.
    init(_ error: RunDatabaseError) {
        switch error {
        case .database(let reason): self.init(reason)
        case .run(let reason): self.init(reason)
        case .storage(let reason): self.init(reason)
        case .trace(let reason):
            self.init(
                .storageFailed,
                reason.description,
                hint: "see 'admf trace integrity'; run the config again to write it anew"
            )
        }
    }

    /// What DuckDB says, or that it is not there.
    init(_ error: ColumnarError) {
        switch error.code {
        case .notFound, .notLoadable:
            self.init(.storageFailed, "this needs DuckDB: \(error.message)", hint: error.remedy)
        case .refused:
            self.init(.usage, error.message, hint: error.remedy.isEmpty ? nil : error.remedy)
        }
    }

    /// Does a piece of work with a database, its error turned into the program's own.
    static func ofDatabase<Value: ~Copyable>(
        _ body: () throws(RunDatabaseError) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(RunDatabaseError) {
            return try body()
        } catch {
            throw CommandFailure(error)
        }
    }
}
