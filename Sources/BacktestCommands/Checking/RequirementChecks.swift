import BacktestExpressions
import BacktestMetrics
import BacktestReports
import BacktestResults
import BacktestYAML

/// Requirements held against a run.
struct RequirementChecks {
    let reader: RunReader
    let summary: RunSummary

    /// The requirements of the run's own config.yaml, those of its environment where it has some.
    func configured() -> [String] {
        guard let bytes = FileText.bytes(of: "\(reader.path)/config.yaml"),
            let root = YAMLDocument(parsing: bytes).root
        else { return [] }
        let section = reader.manifest.environment.flatMap { root[$0]?["checks"] } ?? root["checks"]
        return section?.items?.compactMap(\.text) ?? []
    }

    /// Judges every requirement; one that cannot be read cannot be told.
    func judge(_ texts: [String]) -> [Verdict.Requirement] {
        let population = RunPopulation(summary, objective: reader.manifest.objective)
        return texts.map { text in
            do throws(ExpressionDiagnostic) {
                let known = MetricName.names + summary.parameterPaths
                let requirement = try Requirement.parse(text, known: known)
                return verdict(on: requirement, population)
            } catch {
                let hint = error.hint.map { "; \($0)" } ?? ""
                return Verdict.Requirement(
                    text,
                    .cannotTell,
                    reason: "column \(error.offset + 1): \(error.message)\(hint)"
                )
            }
        }
    }

    private func verdict(on requirement: Requirement, _ containers: RunPopulation) -> Verdict.Requirement {
        let result = requirement.evaluate(containers.population)
        var notes: [String] = []
        var outcome: Verdict.Outcome
        switch result.outcome {
        case .pass: outcome = .pass
        case .fail: outcome = .fail
        case .cannotTell: outcome = .cannotTell
        }
        let status = reader.manifest.status
        if status != .completed {
            // What is still to come could change every number.
            outcome = .cannotTell
            notes.append("the run is \(status.rawValue): \(summary.rows.count) containers are whole so far")
        } else if let reason = result.reason {
            notes.append(reason)
        } else {
            notes.append(outcome == .pass ? "holds" : "does not hold")
            if let index = result.example { notes.append("decided by \(containers.rows[index].containerID)") }
            if result.undefinedCount > 0 {
                notes.append("undefined in \(result.undefinedCount) of \(containers.rows.count) containers")
            }
        }
        return Verdict.Requirement(
            requirement.text,
            outcome,
            observed: result.observed,
            threshold: result.threshold,
            reason: notes.joined(separator: "; ")
        )
    }
}
