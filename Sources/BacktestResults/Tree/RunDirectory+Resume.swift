public import BacktestModel

/// A container as the plan has it, to be found again in a tree.
public struct ExpectedContainer: Sendable {
    /// The container's id.
    public var containerID: String
    /// The portfolio's id.
    public var portfolioID: String
    /// Swept paths and values, in the order of the sweep.
    public var parameters: [(path: String, value: Scalar)]

    /// Makes an expectation.
    public init(containerID: String, portfolioID: String, parameters: [(path: String, value: Scalar)]) {
        self.containerID = containerID
        self.portfolioID = portfolioID
        self.parameters = parameters
    }
}

extension RunDirectory {
    /// What `resume` keeps, in the order of `expected`: a record, or `nil` for a container that must run again.
    ///
    /// For large runs let workers call `ContainerWriter.keptRecord` instead.
    public func completedContainers(
        runHash: String,
        expected: [ExpectedContainer],
        files: [String] = []
    ) throws(StorageError) -> [ContainerRecord?] {
        var writer = ContainerWriter(self)
        var kept: [ContainerRecord?] = []
        kept.reserveCapacity(expected.count)
        for container in expected {
            kept.append(
                try writer.keptRecord(
                    containerID: container.containerID,
                    portfolioID: container.portfolioID,
                    runHash: runHash,
                    parameters: container.parameters,
                    files: files
                )
            )
        }
        return kept
    }
}
