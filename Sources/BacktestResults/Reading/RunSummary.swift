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
        let values = parameterPaths.map { path in record.parameters.first { $0.path == path }?.value ?? .null
        }
        rows.append(
            Row(
                containerID: record.containerID,
                portfolioID: record.portfolioID,
                status: record.status,
                parameters: values,
                metrics: record.metrics
            )
        )
    }

    /// Reads a summary.csv.
    ///
    /// CSV has no types: a field that reads as a number is one.
    init(csv bytes: UnsafeBufferPointer<UInt8>) throws(Problem) {
        var reader = CSVReader(bytes)
        guard let header = reader.nextRow().map({ $0.map { $0.text(in: bytes) } }),
            header.prefix(3).elementsEqual(["container_id", "portfolio_id", "status"])
        else { throw Problem(text: "damaged (line 1: the header is not that of a summary)") }
        let metrics = header.map { MetricName(name: $0) }
        let firstMetric = metrics.firstIndex { $0 != nil } ?? header.count
        parameterPaths = Array(header[3..<max(3, firstMetric)])
        while let fields = reader.nextRow() {
            guard fields.count == header.count,
                let status = ContainerStatus(rawValue: fields[2].text(in: bytes))
            else {
                throw Problem(text: "damaged (line \(reader.line): \(header.count) fields are expected)")
            }
            var values = MetricValues()
            for index in firstMetric..<fields.count {
                guard let name = metrics[index], !fields[index].range.isEmpty else { continue }
                guard let number = fields[index].number(in: bytes) else {
                    throw Problem(text: "damaged (line \(reader.line): \(name.name) is no number)")
                }
                values[name] = number
            }
            rows.append(
                Row(
                    containerID: fields[0].text(in: bytes),
                    portfolioID: fields[1].text(in: bytes),
                    status: status,
                    parameters: fields[3..<max(3, firstMetric)].map { $0.scalar(in: bytes) },
                    metrics: values
                )
            )
        }
        guard reader.endsWithLineFeed else { throw Problem(text: "damaged (the last line is cut short)") }
    }
}
