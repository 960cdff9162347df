import Glibc

guard let options = FuzzOptions(Array(CommandLine.arguments.dropFirst())) else {
    complain(FuzzOptions.usage)
    exit(2)
}
let all = options.isCanary ? FuzzTarget.canaries : FuzzTarget.parsers
let targets = all.filter { options.target == nil || options.target == $0.name }
guard let first = targets.first else {
    complain("fuzz: no target of that name; there are: \(all.map(\.name).joined(separator: ", "))\n")
    exit(2)
}
let worker = FuzzWorker(target: first, seed: options.seed)
if let iteration = options.iteration { exit(worker.repeatOne(iteration)) }
if let progress = options.worker { exit(worker.run(seconds: options.seconds, progress: progress)) }
exit(FuzzDriver(options: options, targets: targets).run())

/// Writes to standard error.
func complain(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}
