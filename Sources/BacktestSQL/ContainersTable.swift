import BacktestColumnar
import BacktestMetrics
import BacktestModel
import BacktestResults

/// The table `containers`: a row per container, its parameters and metrics as columns.
///
/// Parameters are whole numbers, numbers, booleans or texts by what is in the column; metrics are numbers, NULL where they are
/// undefined.
enum ContainersTable {
    static let name = "containers"
    static let fixed = ["run", "container_id", "portfolio_id", "status"]

    static func make(
        _ runs: [SelectedRun],
        _ connection: ColumnarConnection
    ) throws(RunDatabaseError) {
        var summaries: [RunSummary] = []
        do throws(RunReadError) {
            for run in runs { summaries.append(try run.reader.summary()) }
        } catch {
            throw .run(error)
        }
        do throws(ColumnarError) {
            try fill(runs.map(\.label), summaries, connection)
        } catch {
            throw .database(error)
        }
    }

    private static func fill(
        _ labels: [String],
        _ summaries: [RunSummary],
        _ connection: ColumnarConnection
    ) throws(ColumnarError) {
        let paths = paths(summaries)
        let parameterTypes = paths.map { type(of: $0, summaries) }
        let types =
            fixed.map { _ in ColumnarType.text } + parameterTypes + MetricName.allCases.map { _ in .double }
        let list = zip(names(paths), types).map { "\(SQLText.identifier($0)) \($1.sqlName)" }
        try connection.execute("CREATE TABLE \(name) (\(list.joined(separator: ", ")))")
        let writer = try TableWriter(connection, table: name, types: types)
        for (label, summary) in zip(labels, summaries) {
            let places = summary.parameterPaths.map { path in
                fixed.count + (paths.firstIndex(of: path) ?? 0)
            }
            for row in summary.rows {
                writer.set(0, text: label)
                writer.set(1, text: row.containerID)
                writer.set(2, text: row.portfolioID)
                writer.set(3, text: row.status.rawValue)
                for (place, value) in zip(places, row.parameters) {
                    put(value, types[place], place, writer)
                }
                for (index, metric) in MetricName.allCases.enumerated() {
                    if let value = row.metrics[metric] {
                        writer.set(fixed.count + paths.count + index, number: value)
                    }
                }
                try writer.endRow()
            }
        }
        try writer.flush()
    }

    /// Every path, in the order in which the runs name them first.
    private static func paths(_ summaries: [RunSummary]) -> [String] {
        var paths: [String] = []
        for path in summaries.flatMap(\.parameterPaths) where !paths.contains(path) { paths.append(path) }
        return paths
    }

    /// Names of the columns.
    ///
    /// SQL knows no case: what would be the same name as one before gets a number.
    static func names(_ paths: [String]) -> [String] {
        var taken = Set((fixed + MetricName.names).map { $0.lowercased() })
        let parameters = paths.map { path in
            var name = path
            var number = 2
            while !taken.insert(name.lowercased()).inserted {
                name = "\(path)_\(number)"
                number += 1
            }
            return name
        }
        return fixed + parameters + MetricName.names
    }

    private static func type(of path: String, _ summaries: [RunSummary]) -> ColumnarType {
        var type: ColumnarType?
        for summary in summaries {
            guard let index = summary.parameterPaths.firstIndex(of: path) else { continue }
            for row in summary.rows {
                guard let found = ContainersTable.type(of: row.parameters[index]) else { continue }
                switch (type, found) {
                case (nil, _): type = found
                case (.int64, .double), (.double, .int64): type = .double
                case (let known, _) where known == found: break
                default: return .text
                }
            }
        }
        return type ?? .double
    }

    private static func type(of value: Scalar) -> ColumnarType? {
        switch value {
        case .null: nil
        case .boolean: .boolean
        case .text: .text
        case .number(let number): abs(number) < 0x1p53 && number == number.rounded() ? .int64 : .double
        }
    }

    private static func put(_ value: Scalar, _ type: ColumnarType, _ column: Int, _ writer: TableWriter) {
        switch (value, type) {
        case (.null, _): break
        case (.number(let number), .int64): writer.set(column, integer: Int64(number))
        case (.number(let number), .double): writer.set(column, number: number)
        case (.boolean(let flag), .boolean): writer.set(column, boolean: flag)
        case (.text(let text), _): writer.set(column, text: text)
        case (let other, _):
            var buffer = ByteBuffer(capacity: 64)
            buffer.appendCSV(other)
            writer.set(column, text: buffer.text)
        }
    }
}
