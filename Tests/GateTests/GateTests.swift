import Foundation
import ProgramTestKit
import Testing

/// What a container costs in instructions, allocations, bytes written and memory, held against checked-in thresholds.
///
/// Never seconds: these numbers do not depend on what else the machine does. They need the release program, named by
/// ADMF_RELEASE (`make gates`, and so `make test`, builds and names it), and valgrind. ADMF_RECORD=1 writes the thresholds
/// anew, a tenth above what is measured.
@Suite(.serialized, .enabled(if: GateProgram.path != nil, "ADMF_RELEASE names no release program"))
struct GateTests {
    /// A workload of which runs with fewer and with more containers are compared.
    struct Case: Sendable, CustomTestStringConvertible {
        var workload: GateWorkload
        /// Values of the inner parameter in the smaller and in the larger run.
        var counts: (few: Int, many: Int)

        var testDescription: String { workload.rawValue }
    }

    static let cases = [
        Case(workload: .daily, counts: (10, 20)), Case(workload: .minutes, counts: (5, 10)),
        Case(workload: .stops, counts: (5, 10)), Case(workload: .pair, counts: (5, 10)),
    ]

    @Test(arguments: cases)
    func `instructions per bar and container`(entry: Case) throws {
        try withScratchFolder { folder in
            let program = try GateProgram(in: folder)
            try Thresholds.check("instructions_per_bar_evaluation", entry.workload.rawValue) {
                let few = try program.run(entry.workload, inner: entry.counts.few, under: .callgrind)
                let many = try program.run(entry.workload, inner: entry.counts.many, under: .callgrind)
                let bars = entry.workload.bars * (many.containers - few.containers)
                return Double(many.count - few.count) / Double(bars)
            }
        }
    }

    @Test(arguments: cases)
    func `allocations per container`(entry: Case) throws {
        try withScratchFolder { folder in
            let program = try GateProgram(in: folder)
            try Thresholds.check("allocations_per_container", entry.workload.rawValue) {
                let few = try program.run(entry.workload, inner: entry.counts.few, under: .memcheck)
                let many = try program.run(entry.workload, inner: entry.counts.many, under: .memcheck)
                return Double(many.count - few.count) / Double(many.containers - few.containers)
            }
        }
    }

    @Test(arguments: cases)
    func `bytes written per container`(entry: Case) throws {
        try withScratchFolder { folder in
            let program = try GateProgram(in: folder)
            let few = try program.run(entry.workload, inner: entry.counts.few, under: .nothing)
            let many = try program.run(entry.workload, inner: entry.counts.many, under: .nothing)
            let cost = Double(many.bytes - few.bytes) / Double(many.containers - few.containers)
            try Thresholds.check("bytes_per_container", entry.workload.rawValue, cost)
        }
    }

    /// The whole process on containers that trade often and have rules that close positions.
    @Test func `tracing at level minimal costs at most 3 percent over none`() throws {
        try withScratchFolder { folder in
            let program = try GateProgram(in: folder)
            // A run of more than a second writes progress.json, so a busy machine may add a percent or two to one.
            func count(_ level: String) throws -> Int {
                let options = ["--set", "tracing.level=\(level)"]
                let counts = try (0..<2).map { _ in
                    try program.run(.stops, inner: 10, under: .callgrind, options: options).count
                }
                return counts.min() ?? 0
            }
            let cost = Double(try count("minimal")) / Double(try count("none"))
            print("gate: level minimal over none: \(cost)")
            // Were it nothing at all, the two levels would be one.
            #expect(cost > 1.000_1 && cost <= 1.03, "\(cost)")
        }
    }

    /// Ten times the containers, ten times the cost at most: the whole process with its start, and its peak of memory.
    @Test func `cost grows no faster than the number of containers`() throws {
        try withScratchFolder { folder in
            let program = try GateProgram(in: folder)
            let few = try program.run(.daily, inner: 10, under: .callgrind)
            let many = try program.run(.daily, inner: 100, under: .callgrind)
            #expect(many.containers == 10 * few.containers)
            #expect(many.count <= 10 * few.count)
        }
    }

    @Test func `cost grows no faster than the number of bars`() throws {
        try withScratchFolder { folder in
            let program = try GateProgram(in: folder)
            let few = try program.run(.minutes, inner: 5, bars: 2_000, under: .callgrind)
            let many = try program.run(.minutes, inner: 5, bars: 20_000, under: .callgrind)
            #expect(many.count <= 10 * few.count)
        }
    }

    /// Both peaks lie beyond the one of a program that has only started, so their difference is what containers leave.
    @Test func `memory per container`() throws {
        try withScratchFolder { folder in
            let program = try GateProgram(in: folder)
            let few = try program.run(.daily, inner: 100, under: .nothing)
            let many = try program.run(.daily, inner: 1_000, under: .nothing)
            // The columns of 900 more windows are no container's.
            let columns = 900 * GateWorkload.daily.bars * 8
            let cost =
                Double(many.peakBytes - few.peakBytes - columns) / Double(many.containers - few.containers)
            try Thresholds.check("peak_bytes_per_container", "daily", cost)
        }
    }

    /// Another machine's libraries and page sizes shift it somewhat; within a factor of 1.5 it is a prediction.
    @Test(arguments: GateWorkload.allCases)
    func `plan predicts the peak of memory`(workload: GateWorkload) throws {
        try withScratchFolder { folder in
            let program = try GateProgram(in: folder)
            let predicted = try program.predictedBytes(workload, inner: 20)
            let measured = try program.run(workload, inner: 20, under: .nothing).peakBytes
            let ratio = Double(predicted) / Double(measured)
            #expect(ratio > 1 / 1.5 && ratio < 1.5, "\(predicted) predicted, \(measured) measured")
        }
    }

    @Test func `a run stays within the memory that it may take`() throws {
        try withScratchFolder { folder in
            let program = try GateProgram(in: folder)
            let free = try program.run(.minutes, inner: 60, bars: 60_000, under: .nothing)
            let bound = 48 << 20
            #expect(free.peakBytes > bound, "the bound must bind: \(free.peakBytes)")
            let bounded = try program.run(
                .minutes,
                inner: 60,
                bars: 60_000,
                under: .nothing,
                options: ["--memory", "48M"]
            )
            #expect(bounded.peakBytes <= bound, "\(bounded.peakBytes)")
        }
    }
}
