public import BacktestModel

/// A value with its name, for lists that keep their order.
public struct Named<Value: Sendable & Equatable>: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The value.
    public var value: Value

    /// Names a value.
    public init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }
}

/// What manifest.json says of a run; the only file of the tree that knows the clock and the machine.
public struct Manifest: Sendable, Equatable {
    /// How far the run has come.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        case running
        case interrupted
        case completed
        case failed
    }

    /// A data file as it was read.
    public struct DataFile: Sendable, Equatable {
        /// The symbol.
        public var symbol: String
        /// The path as the config gives it.
        public var path: String
        /// SHA-256 of the file's bytes, 64 hex digits.
        public var sha256: String
        /// Size in bytes.
        public var byteCount: Int
        /// Bars that were used.
        public var barCount: Int
        /// Rows dropped under `data.on_bad_row: drop`.
        public var droppedRowCount: Int

        /// Makes an entry.
        public init(
            symbol: String,
            path: String,
            sha256: String,
            byteCount: Int,
            barCount: Int,
            droppedRowCount: Int = 0
        ) {
            self.symbol = symbol
            self.path = path
            self.sha256 = sha256
            self.byteCount = byteCount
            self.barCount = barCount
            self.droppedRowCount = droppedRowCount
        }
    }

    /// What the leaderboard of the run is ordered by.
    public struct Objective: Sendable, Equatable {
        /// The metric's name.
        public var metric: String
        /// Whether more is better.
        public var maximize: Bool
        /// Condition that a container must meet to be ranked, as written; `nil` for none.
        public var condition: String?

        /// Makes an objective.
        public init(metric: String, maximize: Bool, condition: String? = nil) {
            self.metric = metric
            self.maximize = maximize
            self.condition = condition
        }
    }

    /// A failed container and its error.
    public struct Failure: Sendable, Equatable {
        /// The container's id.
        public var containerID: String
        /// What went wrong.
        public var error: String

        /// Makes an entry.
        public init(containerID: String, error: String) {
            self.containerID = containerID
            self.error = error
        }
    }

    /// Version of the layout; keys are only ever added to one version.
    public static let schemaVersion = 1
    /// The file's name inside the run's folder.
    public static let fileName = "manifest.json"
    /// Failed containers beyond that many are counted in `containers` and not listed; each metrics.json has its error.
    public static let failuresMax = 100

    /// How far the run has come.
    public var status: Status = .running
    /// Name of the run in the config.
    public var name: String
    /// The run's folder: UTC time and 6 hex digits of the config's hash; set when the folder is claimed.
    public var runID: String = ""
    /// Versions of admf and of what it is built with, such as `admf` and `swift`.
    public var versions: [Named<String>] = []
    /// Path of the config file as the user gave it.
    public var configurationPath: String = ""
    /// The folder in which admf ran, so that `resume` finds what relative paths mean.
    public var workingDirectory: String = ""
    /// SHA-256 of the resolved config, 64 hex digits.
    public var configurationHash: String
    /// The `--set` arguments, `path=value`, in order.
    public var settings: [String] = []
    /// The environment that was chosen, `nil` for none.
    public var environment: String?
    /// Seed of everything random.
    public var seed: UInt64 = 42
    /// What else the command line chose, such as `jobs`, `only`, `limit`.
    public var options: [Named<Scalar>] = []
    /// The data files.
    public var data: [DataFile] = []
    /// How metrics are annualised, such as `periods_per_year`.
    public var annualization: [Named<Scalar>] = []
    /// What the leaderboard is ordered by, `nil` where the config doesn't say.
    public var objective: Objective?
    /// Counts such as `bars`, `parameter_sets`, `containers`.
    public var counts: [Named<Int>] = []
    /// Status per container.
    public var containers = ContainerStatuses()
    /// The first failed containers, in container order.
    public var failures: [Failure] = []
    /// Points in time (ISO-8601) such as `started` and `ended`.
    public var times: [Named<String>] = []
    /// Seconds that phases took, such as `load` and `run`.
    public var timings: [Named<Double>] = []
    /// What the user should know, one sentence each.
    public var warnings: [String] = []
    /// The machine.
    public var host: [Named<Scalar>] = []

    /// A manifest of a run that is about to start; `configurationHash` has at least 6 hex digits.
    public init(name: String, configurationHash: String) {
        self.name = name
        self.configurationHash = configurationHash
    }

    /// The hash part of the run id, which metrics.json carries as its `run_id`.
    public var runHash: String { RunID.hashPart(of: configurationHash) }
}
