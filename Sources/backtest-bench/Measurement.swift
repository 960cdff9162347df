/// What the runs of one workload gave.
struct Measurement {
    var workload: Workload
    /// Containers at the same time.
    var jobs: Int
    /// One a repetition, in order.
    var runs: [ChildProcess]
    /// The results tree of the last repetition.
    var tree: FileTree.Size
    /// Instructions of one run with one worker; `nil` where not counted.
    var instructions: Int?
    /// Allocations of one run with one worker; `nil` where not counted.
    var allocations: Int?

    /// Median wall seconds.
    var wall: Double { Self.median(runs.map(\.wall)) }
    /// Median CPU seconds in the program.
    var user: Double { Self.median(runs.map(\.user)) }
    /// Median CPU seconds in the system.
    var system: Double { Self.median(runs.map(\.system)) }
    /// Slowest less fastest, wall seconds.
    var spread: Double {
        let walls = runs.map(\.wall).sorted()
        guard let first = walls.first, let last = walls.last else { return 0 }
        return last - first
    }
    /// The most of all repetitions.
    var peakBytes: Int { runs.map(\.peakBytes).max() ?? 0 }
    /// Bars times containers over median wall seconds times workers, the whole process counted.
    var rate: Double { Double(workload.barEvaluations) / (wall * Double(jobs)) }

    /// The middle one; of an even number the mean of the middle two; 0 of none.
    static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
