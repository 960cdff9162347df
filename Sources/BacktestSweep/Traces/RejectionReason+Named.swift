import BacktestEngine
import BacktestResults

extension RejectionReason {
    /// Counts by raw value, as an outcome has them, with the reasons' texts; reasons that did not occur are left out.
    static func named(_ counts: [Int]) -> [Named<Int>] {
        allCases.compactMap { reason in
            let count = counts[Int(reason.rawValue)]
            return reason == .none || count == 0 ? nil : Named(reason.name, count)
        }
    }
}
