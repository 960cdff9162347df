import BacktestModel

extension Manifest {
    /// Adds manifest.json, with a line feed at its end, to `buffer`.
    public func write(into buffer: inout ByteBuffer) {
        var json = JSONWriter(ByteBuffer(capacity: 64))
        swap(&json.out, &buffer)
        json.beginObject()
        json.key("schema_version")
        json.integer(Manifest.schemaVersion)
        json.key("status")
        json.string(status.rawValue)
        json.key("name")
        json.string(name)
        json.key("run_id")
        json.string(runID)
        writeInput(to: &json)
        writeContainers(to: &json)
        json.key("times")
        json.object(times) { $0.string($1) }
        json.key("timings")
        json.object(timings) { $0.number($1) }
        json.key("warnings")
        json.array(warnings)
        json.key("host")
        json.object(host) { $0.scalar($1) }
        json.endObject()
        json.out.append(byte: 0x0A)
        swap(&json.out, &buffer)
    }

    private func writeInput(to json: inout JSONWriter) {
        json.key("versions")
        json.object(versions) { $0.string($1) }
        json.key("config")
        json.beginObject()
        json.key("path")
        json.string(configurationPath)
        json.key("working_directory")
        json.string(workingDirectory)
        json.key("sha256")
        json.string(configurationHash)
        json.key("settings")
        json.array(settings)
        json.key("environment")
        json.optional(environment)
        json.endObject()
        json.key("seed")
        json.unsigned(seed)
        json.key("options")
        json.object(options) { $0.scalar($1) }
        json.key("data")
        json.beginArray()
        for file in data {
            json.element()
            file.write(to: &json)
        }
        json.endArray()
        json.key("annualization")
        json.object(annualization) { $0.scalar($1) }
        json.key("objective")
        writeObjective(to: &json)
    }

    private func writeObjective(to json: inout JSONWriter) {
        guard let objective else { return json.null() }
        json.beginObject()
        json.key("metric")
        json.string(objective.metric)
        json.key("maximize")
        json.boolean(objective.maximize)
        json.key("where")
        json.optional(objective.condition)
        json.endObject()
    }

    private func writeContainers(to json: inout JSONWriter) {
        json.key("counts")
        let statuses = ContainerStatuses.Status.allCases.map { Named($0.rawValue, containers.count($0)) }
        json.object([Named("containers", containers.count)] + statuses + counts) { $0.integer($1) }
        json.key("containers")
        json.beginArray()
        for span in containers.spans {
            json.element()
            json.beginObject()
            json.key("status")
            json.string(span.status.rawValue)
            json.key("first")
            json.string(span.first)
            json.key("last")
            json.string(span.last)
            json.key("count")
            json.integer(span.count)
            json.endObject()
        }
        json.endArray()
        json.key("failures")
        json.beginArray()
        for failure in failures.prefix(Manifest.failuresMax) {
            json.element()
            json.beginObject()
            json.key("container_id")
            json.string(failure.containerID)
            json.key("error")
            json.string(failure.error)
            json.endObject()
        }
        json.endArray()
    }
}

extension Manifest.DataFile {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("symbol")
        json.string(symbol)
        json.key("path")
        json.string(path)
        json.key("sha256")
        json.string(sha256)
        json.key("bytes")
        json.integer(byteCount)
        json.key("bars")
        json.integer(barCount)
        json.key("dropped_rows")
        json.integer(droppedRowCount)
        json.endObject()
    }
}
