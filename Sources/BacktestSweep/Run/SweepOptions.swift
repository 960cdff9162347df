public import BacktestMarketData
public import BacktestResults

/// What the command line says about a run beyond its config.
public struct SweepOptions: Sendable {
    /// Threads that run containers, at least 1.
    public var jobs: Int
    /// Wildcards of container ids; empty for all.
    public var only: [String] = []
    /// At most so many containers, in container order; `nil` for all.
    public var limit: Int?
    /// Folder of all results instead of the config's; `nil` for the config's.
    public var outputDirectory: String?
    /// Run folder to go on with, `nil` for a new run.
    public var resuming: String?
    /// Whether the copy of the config in the folder of `resuming` is damaged or gone, and has to be written again.
    public var restoresConfiguration = false
    /// Versions of the program and its parts, for the manifest.
    public var versions: [Named<String>] = []
    /// The folder in which the program runs, for the manifest.
    public var workingDirectory = ""
    /// Whether the run only repeats another one to compare: no alert is said, no command run, no span sent.
    public var isRehearsal = false
    /// Whether progress.json is written once a second; off where nothing may depend on how long a run takes.
    public var writesProgress = true
    /// Bytes that shared columns may take at once; sweeps that need more run in waves.
    public var featureBytes = 4 << 30
    /// How far ahead each worker works signals out.
    var signals = SignalBudget()
    /// Where parsed bar files are kept from run to run, `nil` for nowhere.
    public var cache: BarCache?
    /// Containers that the outcome names, the best by the objective.
    public var top = 0
    /// Bytes of memory that the run may take, `nil` for what it needs.
    public var memoryBytes: Int?

    /// All containers, into a new run.
    public init(jobs: Int) { self.jobs = jobs }
}

/// Hears how a run gets on; called from worker threads, after each container.
public protocol SweepProgress: Sendable {
    /// Containers so far, of all; those that were kept from before an interruption count as finished.
    func advanced(finished: Int, failed: Int, total: Int)
    /// Another phase has begun, such as `loading data`.
    func entered(phase: String)
    /// An alert of a container fired; one line.
    func alerted(_ line: String)
}

extension SweepProgress {
    /// Nobody is told.
    public func alerted(_ line: String) {}
}

/// Why a run could not go on.
public enum SweepError: Error, Sendable {
    /// The config cannot be run on this data or with these options (exit status 2).
    case configuration(String)
    /// The data cannot be used (exit status 3).
    case data([String])
    /// The results cannot be written (exit status 5).
    case storage(StorageError)
}

/// How a run ended.
public struct SweepOutcome: Sendable {
    /// The run's folder, `nil` where none was made.
    public var runPath: String?
    /// Containers asked for.
    public var total = 0
    /// Containers with a metrics.json, failed ones included.
    public var finished = 0
    /// Containers that failed.
    public var failed = 0
    /// Containers kept from before an interruption.
    public var kept = 0
    /// The signal that stopped the run, `nil` for none.
    public var interrupted: Int32?
    /// Why the run stopped, `nil` where it came to its end.
    public var error: SweepError?
    /// What the user should know, one sentence each.
    public var warnings: [String] = []
    /// The best containers, `nil` where the run did not come to its end.
    public var best: BestContainers?
    /// What returns say of the sweep, `nil` where nobody asked for them.
    public var statistics: StatisticsDocument?
    /// Bars of the longest timeline.
    public var bars = 0
    /// Seconds from the first byte of data to the last file.
    public var seconds = 0.0

    /// Nothing yet.
    public init() {}
}
