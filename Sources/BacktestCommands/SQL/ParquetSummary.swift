import BacktestReports
import BacktestResults
import BacktestSQL

/// What `results.parquet` leaves in a run's folder.
enum ParquetSummary {
    /// Writes summary.parquet, and trades.parquet where trades are stored; what cannot be written is said and fails nothing, as
    /// `admf export` makes it at any time.
    static func write(_ run: String, _ context: CommandContext) {
        do throws(CommandFailure) {
            let reader = try RunArgument.open(run)
            let database = try RunSelection.database(SelectedRun.label([reader]))
            for table in [RunDatabase.TableName.containers, .trades] {
                try CommandFailure.ofDatabase { () throws(RunDatabaseError) in
                    try database.make(table)
                    guard database.stored[table] != 0 else { return }
                    let path = "\(reader.path)/\(RunExport.fileName(of: table, as: .parquet))"
                    _ = try RunExport.write(table, of: database, as: .parquet, to: path)
                }
            }
        } catch {
            context.log.warning(
                "summary.parquet is not written: \(error.message)",
                hint: "'admf export \(run)' writes it"
            )
        }
    }
}
