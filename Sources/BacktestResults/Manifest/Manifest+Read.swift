import BacktestModel

extension Manifest {
    /// Reads manifest.json; unknown keys are passed over, and the sections that a run may lack stay empty.
    public static func read(_ bytes: [UInt8]) throws(DocumentError) -> Manifest {
        let document: JSONValue
        do throws(JSONSyntaxError) {
            document = try JSONValue.parse(bytes)
        } catch {
            throw .damaged(error)
        }
        let version = try need(document["schema_version"]?.integer, "schema_version")
        guard version <= schemaVersion else { throw .newerSchema(found: version, known: schemaVersion) }
        guard version >= 1 else { throw .olderSchema(found: version, known: schemaVersion) }
        let configuration = try need(document["config"], "config")
        var manifest = Manifest(
            name: try need(document["name"]?.text, "name"),
            configurationHash: try need(configuration["sha256"]?.text, "config.sha256")
        )
        manifest.status = try need(document["status"]?.text.flatMap { Status(rawValue: $0) }, "status")
        manifest.runID = try need(document["run_id"]?.text, "run_id")
        manifest.configurationPath = configuration["path"]?.text ?? ""
        manifest.workingDirectory = configuration["working_directory"]?.text ?? ""
        manifest.settings = configuration["settings"]?.elements.compactMap(\.text) ?? []
        manifest.environment = configuration["environment"]?.text
        manifest.readInput(document)
        manifest.readOutcome(document)
        return manifest
    }

    private static func need<Value>(_ value: Value?, _ key: String) throws(DocumentError) -> Value {
        guard let value else {
            throw .damaged(JSONSyntaxError(reason: "\(key) is missing or no such value", offset: 0))
        }
        return value
    }

    private mutating func readInput(_ document: JSONValue) {
        versions = document.named("versions") { $0.text }
        switch document["seed"] {
        case .unsigned(let number): seed = number
        case .number(let number): seed = UInt64(exactly: number) ?? seed
        default: break
        }
        options = document.named("options") { $0.scalar }
        data = document["data"]?.elements.compactMap { DataFile($0) } ?? []
        annualization = document.named("annualization") { $0.scalar }
        if let objective = document["objective"], let metric = objective["metric"]?.text {
            self.objective = Objective(
                metric: metric,
                maximize: objective["maximize"] != .boolean(false),
                condition: objective["where"]?.text
            )
        }
    }

    private mutating func readOutcome(_ document: JSONValue) {
        let derived = ["containers"] + ContainerStatuses.Status.allCases.map(\.rawValue)
        counts = document.named("counts") { $0.integer }.filter { !derived.contains($0.name) }
        containers = ContainerStatuses(
            spans: document["containers"]?.elements.compactMap { ContainerStatuses.Span($0) } ?? []
        )
        failures =
            document["failures"]?.elements.compactMap { row in
                guard let id = row["container_id"]?.text, let error = row["error"]?.text else { return nil }
                return Failure(containerID: id, error: error)
            } ?? []
        times = document.named("times") { $0.text }
        timings = document.named("timings") { $0.number }
        warnings = document["warnings"]?.elements.compactMap(\.text) ?? []
        host = document.named("host") { $0.scalar }
    }
}

extension JSONValue {
    /// The value as a plain one, `nil` for arrays and objects.
    var scalar: Scalar? {
        switch self {
        case .null: .null
        case .boolean(let flag): .boolean(flag)
        case .number(let number): .number(number)
        case .unsigned(let number): .number(Double(number))
        case .text(let text): .text(text)
        case .array, .object: nil
        }
    }

    /// The rows of an object whose values can be read as one kind; others are left out.
    fileprivate func named<Value>(_ key: String, _ convert: (JSONValue) -> Value?) -> [Named<Value>] {
        (self[key]?.rows ?? []).compactMap { row in convert(row.value).map { Named(row.name, $0) } }
    }
}

extension Manifest.DataFile {
    fileprivate init?(_ value: JSONValue) {
        guard let symbol = value["symbol"]?.text, let path = value["path"]?.text,
            let hash = value["sha256"]?.text
        else { return nil }
        self.init(
            symbol: symbol,
            path: path,
            sha256: hash,
            byteCount: value["bytes"]?.integer ?? 0,
            barCount: value["bars"]?.integer ?? 0,
            droppedRowCount: value["dropped_rows"]?.integer ?? 0
        )
    }
}

extension ContainerStatuses.Span {
    fileprivate init?(_ value: JSONValue) {
        guard let status = value["status"]?.text.flatMap({ ContainerStatuses.Status(rawValue: $0) }),
            let first = value["first"]?.text, let last = value["last"]?.text,
            let count = value["count"]?.integer,
            count > 0
        else { return nil }
        self.init(status: status, first: first, last: last, count: count)
    }
}
