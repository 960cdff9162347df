/// What `doctor` found about one thing that the program works with.
package struct Finding: Sendable, Hashable {
    /// How it stands.
    package enum State: String, Sendable {
        /// As it should be.
        case fine
        /// The program works, with the limit that `detail` names.
        case limited
        /// The program does not work without it.
        case missing
    }

    /// What it is.
    package var name: String
    /// How it stands.
    package var state: State
    /// Its version, if it has one.
    package var version: String?
    /// What was tried, and what to do where it failed.
    package var detail: String

    /// Makes a finding.
    package init(_ name: String, _ state: State, version: String? = nil, _ detail: String) {
        self.name = name
        self.state = state
        self.version = version
        self.detail = detail
    }
}
