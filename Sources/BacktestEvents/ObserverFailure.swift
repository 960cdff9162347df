/// How often an observer threw, and what: for the manifest; no result depends on it.
public struct ObserverFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The name it was attached under.
    public var name: String
    /// How often it threw.
    public var failures: Int
    /// In how many containers it was detached because it threw too often.
    public var detachments: Int
    /// What it threw first.
    public var firstError: String

    /// Counts failures.
    public init(name: String, failures: Int, detachments: Int, firstError: String) {
        self.name = name
        self.failures = failures
        self.detachments = detachments
        self.firstError = firstError
    }

    /// Adds the failure to those of the same observer in a list, or to its end.
    public func merge(into list: inout [ObserverFailure]) {
        guard let place = list.firstIndex(where: { $0.name == name }) else { return list.append(self) }
        list[place].failures += failures
        list[place].detachments += detachments
    }

    /// One sentence.
    public var description: String {
        let times = failures == 1 ? "once" : "\(failures) times"
        let detached =
            detachments == 0
            ? "" : " and was detached in \(detachments) container\(detachments == 1 ? "" : "s")"
        return "the observer '\(name)' failed \(times)\(detached): \(firstError)"
    }
}
