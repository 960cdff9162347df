import BacktestMarketData
import BacktestModel
import BacktestSweep

/// Reads all data of a plan, only to see whether it can be read and has what the plan needs.
enum DataCheck {
    /// Every problem of the bars and, where they are fine, of the signal files and of what the plan needs of the bars; and the
    /// status with which `run` would end; and the bars, where they could be read.
    static func check(
        _ plan: RunPlan,
        cache: BarCache?
    ) -> (complaints: [Complaint], status: ExitStatus, tape: LoadedTape?) {
        let loaded: LoadedTape
        do throws(MarketDataError) {
            loaded = try TapeLoader.load(plan.data, jobs: Machine.usableCores, cache: cache)
        } catch {
            return (error.problems.map { .data($0, isError: true) }, .badData, nil)
        }
        var complaints = loaded.files.flatMap(\.warnings).map { Complaint.data($0, isError: false) }
        for file in loaded.files where file.droppedRows > 0 {
            complaints += file.droppedPlaces.map { .data($0, isError: false) }
        }
        var limited: [Int] = []
        for (index, strategy) in plan.strategies.enumerated() {
            guard case .file(let path, let timeFormat) = strategy.source else { continue }
            do throws(MarketDataError) {
                let signals = try SignalFile.load(
                    path: path,
                    timeFormat: timeFormat,
                    tape: loaded.tape,
                    symbols: strategy.symbols
                )
                complaints += signals.warnings.map { .data($0, isError: false) }
                if signals.lists.contains(where: \.hasLimits) { limited.append(index) }
            } catch {
                complaints += error.problems.map { .data($0, isError: true) }
            }
        }
        let isWrong = complaints.contains { $0.isError }
        // The data are sound, but not what the config asks for.
        let lacking = plan.missingVWAP(in: loaded) + plan.misplacedLimits(limited)
        complaints += lacking.map { .data($0, isError: true) }
        return (complaints, isWrong ? .badData : lacking.isEmpty ? .success : .usage, loaded)
    }
}
