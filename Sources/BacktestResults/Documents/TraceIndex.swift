public import BacktestModel

/// What events.index.json says of a container's stored trace: its files, what is missing, and what the numbers stand for.
///
/// It is written after the files and before metrics.json, so a trace with an index is whole.
public struct TraceIndex: Sendable, Equatable {
    /// One file of events.
    public struct File: Sendable, Equatable {
        /// The name inside the container's folder.
        public var name: String
        /// Size in bytes.
        public var byteCount: Int
        /// SHA-256 of its bytes, 64 hex digits.
        public var sha256: String

        /// Makes an entry.
        public init(name: String, byteCount: Int, sha256: String) {
            self.name = name
            self.byteCount = byteCount
            self.sha256 = sha256
        }
    }

    /// What was stored and what was not.
    public struct Counts: Sendable, Equatable {
        /// Events in the files.
        public var stored = 0
        /// Events left out by sampling.
        public var sampledOut = 0
        /// Events lost because they could not be written.
        public var lost = 0
        /// Events left out because there were too many to write in time.
        public var leftOut = 0

        /// Nothing yet.
        public init() {}
    }

    /// A change of how far the trace was lowered under load.
    public struct Reduction: Sendable, Equatable {
        /// Sequence of the LIFECYCLE event that says so, from which on it held.
        public var sequence: Int
        /// `configured`, `normal` or `critical`.
        public var level: String
        /// `queue`, `memory`, `total_memory` or `recovered`.
        public var load: String

        /// Makes an entry.
        public init(sequence: Int, level: String, load: String) {
            self.sequence = sequence
            self.level = level
            self.load = load
        }
    }

    /// How the container's metrics were annualised and what they began with; what a replay needs beside the events.
    public struct Basis: Sendable, Equatable {
        /// Whether the container trades.
        public var trades = true
        /// `long_only`, `short_only` or `long_short`.
        public var direction = "long_only"
        /// Whether entries may add to a position.
        public var pyramiding = false
        /// Cash at the start.
        public var initialCapital = 0.0
        /// `bar` or `daily`.
        public var returns = "bar"
        /// Periods a year.
        public var periodsPerYear = 252.0
        /// Yearly risk-free rate.
        public var riskFree = 0.0
        /// Bars of the timeline.
        public var bars = 0
        /// First and last stamp of the timeline.
        public var start = Timestamp(nanoseconds: 0)
        /// See `start`.
        public var end = Timestamp(nanoseconds: 0)
        /// Timeline index of the last bar of each local day; empty where returns are taken by bar.
        public var dayEnds: [Int] = []

        /// A basis without bars.
        public init() {}
    }

    /// Version of the layout; keys are only ever added to one version.
    public static let schemaVersion = 1
    /// The file's name inside a container's folder.
    public static let fileName = "events.index.json"

    /// The container's id.
    public var containerID: String
    /// The portfolio's id, or the analysis container's own.
    public var portfolioID: String
    /// The hash part of the run id.
    public var runHash: String
    /// Swept paths and values, in the order of the sweep.
    public var parameters: [Named<Scalar>] = []
    /// Strategies in the portfolio's order.
    public var strategies: [String] = []
    /// Symbols in the order of `data.bars`.
    public var symbols: [String] = []
    /// What the container's metrics rest on.
    public var basis = Basis()
    /// Event types that were traced, in declaration order.
    public var eventTypes: [String] = []
    /// The trace settings of the container as YAML writes them.
    public var settings: [Named<String>] = []
    /// By strategy the texts of its rules, by action.
    public var rules: [Named<[Named<String>]>] = []
    /// By strategy the texts of what `value0` to `value3` of its FEATURES events are.
    public var features: [Named<[String]>] = []
    /// The folder of `storage_path`, absolute, in which the files lie below the run's and the container's id; `nil` where they
    /// lie beside this document.
    public var storageFolder: String?
    /// The files in the order of their events.
    public var files: [File] = []
    /// Sequences of the events from which on other settings held (`dynamic_rules`); the settings here are the last.
    public var changes: [Int] = []
    /// What was stored and what was not.
    public var counts = Counts()
    /// Lost events by type.
    public var lostByType: [Named<Int>] = []
    /// Events left out under load by type.
    public var leftOutByType: [Named<Int>] = []
    /// How far the trace was lowered under load, in stream order.
    public var reductions: [Reduction] = []
    /// Why events were lost, `nil` where none were.
    public var error: String?

    /// An index without files.
    public init(containerID: String, portfolioID: String, runHash: String) {
        self.containerID = containerID
        self.portfolioID = portfolioID
        self.runHash = runHash
    }

    /// The folder of the files.
    ///
    /// - Parameters:
    ///   - run: The run's folder.
    ///   - runID: The run's id.
    /// - Returns: Its path, without a slash at the end.
    public func filesFolder(run: String, runID: String) -> String {
        storageFolder.map { "\($0)/\(runID)/\(containerID)" } ?? "\(run)/\(containerID)"
    }

    /// Whether every event of the container is in the files, so that a replay gives its metrics.json.
    public func isFull(of allTypes: [String]) -> Bool {
        counts.sampledOut == 0 && counts.lost == 0 && counts.leftOut == 0 && changes.isEmpty
            && eventTypes == allTypes
    }

    /// The value of a trace setting.
    public func setting(_ name: String) -> String? { settings.first { $0.name == name }?.value }
}
