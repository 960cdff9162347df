import BacktestExpressions
import BacktestMetrics
import BacktestSweep
import BacktestYAML

extension Resolver {
    /// Every requirement of `checks:` must be one that `admf check` can evaluate.
    mutating func checkRequirements() {
        let known = MetricName.names + plan.sweep.paths
        for check in document.checks {
            do throws(ExpressionDiagnostic) {
                _ = try Requirement.parse(check.value, known: known)
            } catch {
                findings.error("formula", error.message, hint: error.hint, at: check.place(error))
            }
        }
    }
}
