import BacktestModel
import BacktestResults

/// The verdict.json of a command: its outcome for callers such as make, which turn every failure into status 2.
package struct Verdict: Sendable, Hashable {
    /// How a requirement, or all of them, came out.
    package enum Outcome: String, Sendable {
        case pass
        case fail
        case cannotTell = "cannot_tell"
    }

    /// How one requirement came out.
    package struct Requirement: Sendable, Hashable {
        /// As written.
        package var expression: String
        /// What came out.
        package var outcome: Outcome
        /// What was found, `nil` where it is no single number.
        package var observed: Double?
        /// What it was held against.
        package var threshold: Double?
        /// One sentence.
        package var reason: String

        /// Makes a requirement.
        package init(
            _ expression: String,
            _ outcome: Outcome,
            observed: Double? = nil,
            threshold: Double? = nil,
            reason: String
        ) {
            self.expression = expression
            self.outcome = outcome
            self.observed = observed
            self.threshold = threshold
            self.reason = reason
        }
    }

    /// The file's name inside a run's folder.
    package static let fileName = "verdict.json"
    /// Version of the layout; keys are only ever added to one version.
    private static let schemaVersion = 1

    /// The command.
    package var command: String
    /// What came out.
    package var outcome: Outcome
    /// What was required, in order.
    package var requirements: [Requirement] = []
    /// The run's folder; `.` in the verdict that lies there, so that equal runs leave equal files.
    package var run: String
    /// What it was compared with.
    package var baseline: String?
    /// The exit status.
    package var status: ExitStatus

    /// The verdict on a run that ended so: failed where containers did, and open where it did not get to its end.
    package init(ofRun run: String, status: ExitStatus) {
        command = "run"
        self.run = run
        self.status = status
        switch status {
        case .success: outcome = .pass
        case .containersFailed: outcome = .fail
        default: outcome = .cannotTell
        }
    }

    /// The verdict of requirements: one that fails decides, then one that cannot be told.
    package init(_ command: String, _ requirements: [Requirement], run: String, baseline: String? = nil) {
        self.command = command
        self.requirements = requirements
        self.run = run
        self.baseline = baseline
        if requirements.contains(where: { $0.outcome == .fail }) {
            (outcome, status) = (.fail, .unmet)
        } else if requirements.contains(where: { $0.outcome == .cannotTell }) {
            (outcome, status) = (.cannotTell, .cannotCompare)
        } else {
            (outcome, status) = (.pass, .success)
        }
    }

    /// The document, a line feed at its end.
    package var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.key("schema_version")
        json.integer(Verdict.schemaVersion)
        json.key("command")
        json.string(command)
        json.key("verdict")
        json.string(outcome.rawValue)
        json.key("requirements")
        json.beginArray()
        for requirement in requirements {
            json.element()
            json.beginObject()
            json.key("expression")
            json.string(requirement.expression)
            json.key("verdict")
            json.string(requirement.outcome.rawValue)
            json.key("observed")
            json.number(requirement.observed)
            json.key("threshold")
            json.number(requirement.threshold)
            json.key("reason")
            json.string(requirement.reason)
            json.endObject()
        }
        json.endArray()
        json.key("run")
        json.string(run)
        json.key("baseline")
        json.optional(baseline)
        json.key("exit_status")
        json.integer(Int(status.rawValue))
        json.endObject()
        return json.out.text + "\n"
    }

    /// Writes it into the run's folder and where `--verdict` says; a folder that may not be written only earns a warning.
    func write(runPath: String, alsoTo path: String?, _ log: Log) throws(CommandFailure) {
        if let path { try AtomicFile.write(Array(json.utf8), to: path) }
        var inside = self
        inside.run = "."
        do throws(CommandFailure) {
            try AtomicFile.write(Array(inside.json.utf8), to: "\(runPath)/\(Verdict.fileName)")
        } catch {
            log.warning("\(error.message)", hint: "give --verdict FILE to have the verdict elsewhere")
        }
    }
}
