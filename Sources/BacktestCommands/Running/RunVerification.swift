import BacktestConfiguration
import BacktestResults
import BacktestSweep
import BacktestTracing

/// Everything that can be checked of a finished run, in the order of its cost.
struct RunVerification {
    private let reader: RunReader
    private let path: String
    private let sample: Int
    private let jobs: Int
    private let context: CommandContext

    init(_ reader: RunReader, sample: Int, jobs: Int, _ context: CommandContext) throws(CommandFailure) {
        path = try RecordedInputs.absolute(reader.path)
        // The run's own folder becomes the current one, where the path that the user gave leads elsewhere.
        self.reader = try RunArgument.open(path)
        self.sample = sample
        self.jobs = jobs
        self.context = context
    }

    /// Checks everything; throws at the first difference.
    func run() throws(CommandFailure) -> ExitStatus {
        guard reader.manifest.status == .completed else {
            throw CommandFailure(
                .unmet,
                "\(path) is \(reader.manifest.status.rawValue), not completed",
                hint: "complete it with: admf resume \(path)"
            )
        }
        try checkEngine()
        try RecordedInputs.enter(reader.manifest, path)
        let plan = try differs { () throws(CommandFailure) in
            try RecordedInputs.plan(reader.manifest, path, context)
        }
        try checkCopy(of: plan)
        say("config", "SHA-256 \(plan.configurationHash)")
        try differs { () throws(CommandFailure) in
            try RecordedInputs.checkData(reader.manifest, path, context.log)
        }
        let files = reader.manifest.data.count
        say("data", "\(files) file\(files == 1 ? "" : "s") unchanged")
        try checkSummary()
        try checkTotals(plan)
        try checkTraces(plan)
        return try checkSample(plan)
    }

    private func say(_ what: String, _ result: String) { context.output.line("\(what): \(result)") }

    /// A difference to what was recorded is what this command looks for, whatever `resume` calls it.
    private func differs<Value>(
        _ body: () throws(CommandFailure) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(CommandFailure) {
            return try body()
        } catch {
            throw CommandFailure(.unmet, error.message, hint: error.hint)
        }
    }

    private func checkEngine() throws(CommandFailure) {
        let recorded = reader.manifest.versions.first { $0.name == "engine" }?.value
        guard let recorded, recorded != Version.engine else {
            say("engine", recorded ?? "unknown")
            return
        }
        throw CommandFailure(
            .unmet,
            "the run was made by engine \(recorded), this is \(Version.engine)",
            hint: "verify it with the version of admf that made it, or run the config again"
        )
    }

    private func checkCopy(of plan: RunPlan) throws(CommandFailure) {
        guard let problem = try RecordedInputs.copyProblem(of: plan, reader.manifest, path) else { return }
        throw CommandFailure(.unmet, problem, hint: "write it again with: admf resume \(path)")
    }

    /// Leaderboards and checks read summary.csv, so it must say what the containers do, of each of them.
    private func checkSummary() throws(CommandFailure) {
        let difference: String?
        do throws(RunReadError) {
            difference = try reader.summaryDifference()
        } catch {
            throw CommandFailure(.unmet, "\(error.path): \(error.reason)", hint: error.remedy)
        }
        if let difference {
            throw CommandFailure(
                .unmet,
                "\(path): \(difference)",
                hint: "write it again with: admf resume \(path)"
            )
        }
        say(
            "summary",
            "a row for each of \(reader.manifest.containers.count) containers, as metrics.json has it"
        )
    }

    /// root_container/metrics.json must be what the containers add up to.
    private func checkTotals(_ plan: RunPlan) throws(CommandFailure) {
        let ids = Set(try RunArgument.read { () throws(RunReadError) in try reader.containerIDs() })
        var buffer = BacktestResults.ByteBuffer()
        let totals = try RunArgument.read { () throws(RunReadError) in
            try plan.totals { (id) throws(RunReadError) in
                ids.contains(id) ? try reader.record(id, using: &buffer) : nil
            }
        }
        let name = "\(RunTotals.containerID)/\(MetricsDocument.fileName)"
        let hint = "write it again with: admf resume \(path)"
        guard let written = try InputFile.bytes("\(path)/\(name)") else {
            throw CommandFailure(.unmet, "\(name) is missing", hint: hint)
        }
        buffer.removeAll()
        totals.write(into: &buffer)
        if let found = ReplayComparison.firstDifference(written: written, replayed: buffer.array) {
            throw CommandFailure(
                .unmet,
                "\(name) is not what the containers add up to: \(found.replacingFirst("in metrics.json", with: "there"))",
                hint: hint
            )
        }
        say("totals", "\(name), as the containers add up")
    }

    private func checkTraces(_ plan: RunPlan) throws(CommandFailure) {
        let display = ProgressDisplay(log: context.log)
        defer { display.finish() }
        let (traces, replayed) = try TraceVerification(
            reader,
            plan.tracing,
            analyses: plan.analyses.map(\.id),
            jobs: jobs
        ).run(display)
        display.finish()
        say("traces", "\(traces) without damage, \(replayed) replayed to their metrics.json")
    }

    private func checkSample(_ plan: RunPlan) throws(CommandFailure) -> ExitStatus {
        let ids = try RunArgument.read { () throws(RunReadError) in try reader.containerIDs() }
        let chosen = SampleChoice.choose(sample, of: ids, seed: plan.seed)
        guard !chosen.isEmpty else {
            say("sample", "no container was run again")
            return .success
        }
        let scratch = try ScratchFolder()
        var options = SweepOptions(jobs: jobs)
        options.only = chosen
        options.outputDirectory = scratch.path
        options.isRehearsal = true
        Interruption.install()
        // What runs again leaves nothing outside its folder.
        var plan = plan
        plan.tracing = plan.tracing.withoutStoragePaths
        let display = ProgressDisplay(log: context.log)
        let outcome = SweepCoordinator.run(plan, options, progress: display, interrupt: Interruption.flag)
        display.finish()
        if let signal = outcome.interrupted { return signal == 15 ? .terminated : .interrupted }
        guard outcome.error == nil, let again = outcome.runPath else {
            throw CommandFailure(.unmet, "the sample could not be run again: \(outcome.problem)")
        }
        let files = SweepCoordinator.observerFiles(of: plan)
        for id in chosen {
            try compare(id, with: again, files)
            try compareTraces(id, with: again)
        }
        say("sample", "\(chosen.count) of \(ids.count) containers run again, byte for byte the same")
        return .success
    }

    /// Compares every file of a container with what it gives today.
    private func compare(
        _ id: String,
        with again: String,
        _ files: [String]
    ) throws(CommandFailure) {
        var names = [MetricsDocument.fileName, ContainerWriter.tradesName, ContainerWriter.equityName]
        names += files
        for name in names {
            let before = try InputFile.bytes("\(path)/\(id)/\(name)")
            let now = try InputFile.bytes("\(again)/\(id)/\(name)")
            guard before != now else { continue }
            guard let before, let now else {
                let state = before == nil ? "missing" : "there, and the config writes none"
                throw CommandFailure(.unmet, "\(id)/\(name) is \(state)")
            }
            let difference = ReplayComparison.firstDifference(written: before, replayed: now) ?? ""
            let known = difference.replacingFirst("in metrics.json", with: "in the run")
            throw CommandFailure(.unmet, "\(id)/\(name) is not what the config gives: \(known)")
        }
    }

    /// Compares what the index says and the events, not the files: these may have been compacted, and lie elsewhere.
    private func compareTraces(_ id: String, with again: String) throws(CommandFailure) {
        let traces = try RunArgument.read { () throws(RunReadError) in
            let other = try RunReader.open(again)
            return [
                try StoredTrace.open(reader, containerID: id), try StoredTrace.open(other, containerID: id),
            ]
        }
        guard let before = traces[0], let now = traces[1] else {
            guard traces[0] == nil, traces[1] == nil else {
                let state = traces[0] == nil ? "missing" : "there, and the config writes none"
                throw CommandFailure(.unmet, "\(id)/\(TraceIndex.fileName) is \(state)")
            }
            return
        }
        // Under load, and with clock stamps, a trace depends on the machine; its files have been checked already.
        guard before.index.setting("latency") != "true", before.index.setting("on_overload") != "degrade"
        else {
            return
        }
        let documents = [before, now].map { trace in
            var index = trace.index
            index.files = []
            index.storageFolder = nil
            index.settings.removeAll { $0.name == TraceKey.storagePath.rawValue }
            return index.bytes
        }
        if let found = ReplayComparison.firstDifference(written: documents[0], replayed: documents[1]) {
            let known = found.replacingFirst("in metrics.json", with: "in the run")
            throw CommandFailure(
                .unmet,
                "\(id)/\(TraceIndex.fileName) is not what the config gives: \(known)"
            )
        }
        let digests = [try digest(before), try digest(now)]
        guard digests[0] == digests[1] else {
            throw CommandFailure(
                .unmet,
                "\(id): its stored events are not those that the config gives",
                hint: "compare 'admf trace export' of both, or see 'admf trace integrity'"
            )
        }
    }

    private func digest(_ trace: StoredTrace) throws(CommandFailure) -> Int {
        var hasher = Hasher()
        do throws(TraceReader.Failure) {
            try trace.read { hasher.combine($0) }
        } catch {
            throw CommandFailure(.unmet, error.description)
        }
        return hasher.finalize()
    }
}

/// Which containers run again.
enum SampleChoice {
    /// Chooses without repetition, the same ones for the same seed and ids; in the order of the ids.
    static func choose(_ count: Int, of ids: [String], seed: UInt64) -> [String] {
        var order = Array(ids.indices)
        var state = seed
        let count = min(count, ids.count)
        for place in 0..<count {
            let rest = UInt64(order.count - place)
            order.swapAt(place, place + Int(next(&state) % rest))
        }
        return order.prefix(count).sorted().map { ids[$0] }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private static func next(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension SweepOutcome {
    /// Why the run stopped, in words.
    fileprivate var problem: String {
        switch error {
        case .configuration(let message): message
        case .data(let messages): messages.first ?? "the data cannot be read"
        case .storage(let error): error.description
        case nil: "it left no folder"
        }
    }
}

extension String {
    fileprivate func replacingFirst(_ text: String, with other: String) -> String {
        guard let range = firstRange(of: text) else { return self }
        return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
