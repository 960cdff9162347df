import BacktestResults

/// The verdict.json of a command: its outcome for callers such as make, which turn every failure into status 2.
package struct Verdict: Sendable, Hashable {
    /// How a requirement, or all of them, came out.
    package enum Outcome: String, Sendable {
        case pass
        case fail
        case cannotTell = "cannot_tell"
    }

    /// The file's name inside a run's folder.
    package static let fileName = "verdict.json"
    /// Version of the layout; keys are only ever added to one version.
    private static let schemaVersion = 1

    /// The command.
    package var command: String
    /// What came out.
    package var outcome: Outcome
    /// The run's folder; `.` in the verdict that lies there, so that equal runs leave equal files.
    package var run: String
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
        json.array([])
        json.key("run")
        json.string(run)
        json.key("baseline")
        json.null()
        json.key("exit_status")
        json.integer(Int(status.rawValue))
        json.endObject()
        return json.out.text + "\n"
    }
}
