public import BacktestMetrics
public import BacktestModel

/// A line per container of a run, as summary.csv has it.
public struct RunSummary: Sendable, Equatable {
    /// One container.
    public struct Row: Sendable, Equatable {
        /// The container's id.
        public var containerID: String
        /// The portfolio's id.
        public var portfolioID: String
        /// How it ended.
        public var status: ContainerStatus
        /// Values in the order of `parameterPaths`; null where a parameter doesn't concern the container.
        public var parameters: [Scalar]
        /// The metrics.
        public var metrics: MetricValues

        /// Makes a row.
        public init(
            containerID: String,
            portfolioID: String,
            status: ContainerStatus,
            parameters: [Scalar],
            metrics: MetricValues
        ) {
            self.containerID = containerID
            self.portfolioID = portfolioID
            self.status = status
            self.parameters = parameters
            self.metrics = metrics
        }

        /// The row of a container; a path that does not concern it is null.
        public init(_ record: ContainerRecord, parameterPaths: [String]) {
            self.init(
                containerID: record.containerID,
                portfolioID: record.portfolioID,
                status: record.status,
                parameters: parameterPaths.map { path in
                    record.parameters.first { $0.path == path }?.value ?? .null
                },
                metrics: record.metrics
            )
        }
    }

    /// What is wrong with a summary.csv.
    struct Problem: Error {
        var text: String
    }

    /// The swept paths.
    public private(set) var parameterPaths: [String] = []
    /// The containers.
    public private(set) var rows: [Row] = []

    /// No containers.
    public init() {}

    /// Makes a summary; every row has as many parameters as there are paths.
    public init(parameterPaths: [String], rows: [Row]) {
        precondition(rows.allSatisfy { $0.parameters.count == parameterPaths.count })
        self.parameterPaths = parameterPaths
        self.rows = rows
    }

    /// Adds a container; paths that no other had become columns.
    mutating func append(_ record: ContainerRecord) {
        for (path, _) in record.parameters where !parameterPaths.contains(path) {
            parameterPaths.append(path)
            for index in rows.indices { rows[index].parameters.append(.null) }
        }
        rows.append(Row(record, parameterPaths: parameterPaths))
    }

    /// Takes the columns of a file that is read in pieces.
    mutating func begin(parameterPaths: [String]) { self.parameterPaths = parameterPaths }

    /// Adds a row of that file.
    mutating func append(_ row: Row) { rows.append(row) }
}
