import Glibc

guard let options = BenchOptions(Array(CommandLine.arguments.dropFirst())) else {
    complain(BenchOptions.usage)
    exit(2)
}
let known = WorkloadCatalogue.all
if let stranger = options.names.first(where: { name in !known.contains { $0.name == name } }) {
    complain("bench: no workload \(stranger); there are: \(known.map(\.name).joined(separator: ", "))\n")
    exit(2)
}
let chosen = known.filter {
    options.names.isEmpty ? options.isAll || !$0.isLong : options.names.contains($0.name)
}
if options.isList {
    for workload in chosen {
        print("\(workload.name): \(workload.bars) bars, \(workload.containers) containers")
    }
    exit(0)
}
do throws(BenchProblem) {
    try bench(chosen, options)
} catch {
    complain("bench: \(error.text)\n")
    exit(1)
}

/// Measures the workloads one after the other, prints a line each and writes the JSON.
func bench(_ workloads: [Workload], _ options: BenchOptions) throws(BenchProblem) {
    let runner = BenchRunner(options: options)
    for workload in workloads { try runner.prepare(workload) }
    try runner.removeResults()
    let stripped = options.usesValgrind ? try runner.strippedProgram() : nil
    let before = BenchDocument.load()
    print("median of \(options.repeats), \(options.jobs) workers, load \(BenchTable.fixed(before, 2))")
    print(BenchTable.header)
    var measurements: [Measurement] = []
    for workload in workloads {
        let measurement = try runner.measure(workload, stripped: stripped)
        print(BenchTable.line(measurement))
        fflush(nil)
        measurements.append(measurement)
    }
    try runner.removeResults()
    let document = BenchDocument(
        options: options,
        measurements: measurements,
        loads: (before, BenchDocument.load())
    )
    let text = Array(document.text.utf8)
    try FileTree.write(options.json) { write throws(BenchProblem) in try write(text) }
}

/// Writes to standard error.
func complain(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}
