import Glibc

/// The numbers for programs: one JSON object.
struct BenchDocument {
    let options: BenchOptions
    let measurements: [Measurement]
    /// Mean number of processes that wanted a core in the last minute, before and after.
    let loads: (before: Double, after: Double)

    /// The text, with a line end.
    var text: String {
        """
        {
          "format": 1,
          "program": "\(Self.escaped(options.program))",
          "repeats": \(options.repeats),
          "jobs": \(options.jobs),
          "cores": \(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
          "load_before": \(loads.before),
          "load_after": \(loads.after),
          "workloads": [
        \(measurements.map(Self.object).joined(separator: ",\n"))
          ]
        }

        """
    }

    /// The load of the last minute; 0 where the system does not say.
    static func load() -> Double {
        var load = 0.0
        return getloadavg(&load, 1) == 1 ? load : 0
    }

    private static func object(_ measurement: Measurement) -> String {
        let fields: [(String, String)] = [
            ("name", "\"\(escaped(measurement.workload.name))\""),
            ("bars", "\(measurement.workload.bars)"),
            ("symbols", "\(measurement.workload.data.count)"),
            ("containers", "\(measurement.workload.containers)"),
            ("bar_evaluations", "\(measurement.workload.barEvaluations)"),
            ("median_seconds", "\(measurement.wall)"),
            ("spread_seconds", "\(measurement.spread)"),
            ("wall_seconds", list(measurement.runs.map(\.wall))),
            ("user_seconds", list(measurement.runs.map(\.user))),
            ("system_seconds", list(measurement.runs.map(\.system))),
            ("bar_evaluations_per_second_and_core", "\(measurement.rate)"),
            ("peak_bytes", "\(measurement.peakBytes)"),
            ("bytes_written", "\(measurement.tree.bytes)"),
            ("files_written", "\(measurement.tree.files)"),
            ("instructions", measurement.instructions.map { "\($0)" } ?? "null"),
            ("allocations", measurement.allocations.map { "\($0)" } ?? "null"),
        ]
        return "    {" + fields.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }

    private static func list(_ values: [Double]) -> String {
        "[" + values.map { "\($0)" }.joined(separator: ", ") + "]"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
