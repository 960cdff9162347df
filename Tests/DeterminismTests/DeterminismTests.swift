import Foundation
import ProgramTestKit
import Testing

/// The same config and data give the same bytes, whatever the machine, the moment and the number of workers.
@Suite(.serialized) struct DeterminismTests {
    @Test func `1, 2, 3 and 8 workers write the same bytes`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 5, traced: true)
            let reference = try Self.run(work, "jobs1", in: folder, jobs: 1)
            #expect(reference.containers.count == 100)
            for jobs in [2, 3, 8] {
                let tree = try Self.run(work, "jobs\(jobs)", in: folder, jobs: jobs)
                #expect(tree.differences(from: reference).isEmpty, "\(jobs) workers")
            }
        }
    }

    @Test(
        arguments: ["portable", "avx2"],
        ["", "metrics: {returns: daily}\n", "metrics: {risk_free: 3%}\n"]
    )
    func `every instruction set writes the same bytes`(vectors: String, metrics: String) throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 2)
            let text = try String(contentsOf: work.configuration, encoding: .utf8)
            try Data((text + metrics).utf8).write(to: work.configuration)
            let reference = try Self.run(work, "widest", in: folder)
            let output = folder.appendingPathComponent(vectors)
            let outcome = try Program.run(
                work.arguments(output: output),
                in: folder,
                environment: ["ADMF_VECTORS": vectors]
            )
            #expect(outcome.status == 0, "\(outcome)")
            let tree = try ResultsTree.only(Workload.name, in: output)
            #expect(tree.differences(from: reference).isEmpty)
        }
    }

    @Test func `zone, language and folder of the caller do not matter`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 1)
            let reference = try Self.run(work, "plain", in: folder)
            let elsewhere = folder.appendingPathComponent("elsewhere")
            try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
            let output = folder.appendingPathComponent("abroad")
            let outcome = try Program.run(
                work.arguments(output: output),
                in: elsewhere,
                environment: ["TZ": "Asia/Tokyo", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"]
            )
            #expect(outcome.status == 0, "\(outcome)")
            let tree = try ResultsTree.only(Workload.name, in: output)
            #expect(tree.differences(from: reference).isEmpty)
        }
    }

    @Test func `runs started at the same moment get folders of their own`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 1)
            let output = folder.appendingPathComponent("out")
            let runs = try (1...4).map { _ in
                try Program.start(work.arguments(output: output, jobs: 1), in: folder)
            }
            for run in runs {
                let outcome = try run.wait()
                #expect(outcome.status == 0, "\(outcome)")
            }
            let trees = try ResultsTree.runs(of: Workload.name, in: output).map(ResultsTree.init)
            #expect(trees.count == 4)
            for tree in trees.dropFirst() {
                #expect(tree.differences(from: trees[0]).isEmpty)
            }
            let latest = output.appendingPathComponent("\(Workload.name)/latest")
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: latest.path)
            #expect(trees.map(\.folder.lastPathComponent).contains(target))
        }
    }

    @Test(arguments: ["trade_complete", "sliding_window", "minimal", "all"])
    func `what is kept of the events changes no metric`(policy: String) throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 1)
            let reference = try Self.run(work, "plain", in: folder)
            let text = try String(contentsOf: work.configuration, encoding: .utf8)
            let traced = text + "trace_settings: {events_to_trace: ALL, retention_policy: \(policy)}\n"
            try Data(traced.utf8).write(to: work.configuration)
            let tree = try Self.run(work, policy, in: folder)
            #expect(tree.containers == reference.containers)
            for container in reference.containers {
                let name = "\(container)/metrics.json"
                #expect(try Self.metrics(tree, name) == Self.metrics(reference, name), "\(name)")
                #expect(tree.files["\(container)/trades.csv"] == reference.files["\(container)/trades.csv"])
                #expect(tree.files["\(container)/equity.csv"] == reference.files["\(container)/equity.csv"])
            }
        }
    }

    @Test func `a container's numbers do not depend on its neighbours`() throws {
        try withScratchFolder { folder in
            let work = try Workload(in: folder, slowCount: 2)
            let reference = try Self.run(work, "all", in: folder)
            let output = folder.appendingPathComponent("some")
            let arguments = work.arguments(output: output) + ["--only", "both_001*"]
            let outcome = try Program.run(arguments, in: folder)
            #expect(outcome.status == 0, "\(outcome)")
            let tree = try ResultsTree.only(Workload.name, in: output)
            #expect(tree.containers.count == 10)
            for container in tree.containers {
                let name = "\(container)/metrics.json"
                #expect(tree.files[name] == reference.files[name], "\(name)")
            }
        }
    }

    private static func run(
        _ work: Workload,
        _ name: String,
        in folder: URL,
        jobs: Int = 2
    ) throws -> ResultsTree {
        let output = folder.appendingPathComponent(name)
        let outcome = try Program.run(work.arguments(output: output, jobs: jobs), in: folder)
        try #require(outcome.status == 0, "\(outcome)")
        return try ResultsTree.only(Workload.name, in: output)
    }

    /// metrics.json without what tracing may change: the event counts, the memory and the hash of the config.
    private static func metrics(_ tree: ResultsTree, _ name: String) throws -> String {
        var object = try tree.object(name)
        for key in ["events", "memory", "run_id"] { object[key] = nil }
        let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
        return String(decoding: data, as: UTF8.self)
    }
}
