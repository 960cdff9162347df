import Foundation
import Testing

@testable import BacktestCommands

@Suite struct VerdictTests {
    @Test(arguments: [
        (BacktestCommands.ExitStatus.success, "pass"), (.containersFailed, "fail"),
        (.interrupted, "cannot_tell"),
        (.storageFailed, "cannot_tell"), (.badData, "cannot_tell"),
    ])
    func `verdict on a run`(status: BacktestCommands.ExitStatus, expected: String) throws {
        let text = Verdict(ofRun: "results/a \"b\"/r", status: status).json
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        #expect(object?["schema_version"] as? Int == 1)
        #expect(object?["command"] as? String == "run")
        #expect(object?["verdict"] as? String == expected)
        #expect((object?["requirements"] as? [Any])?.isEmpty == true)
        #expect(object?["run"] as? String == "results/a \"b\"/r")
        #expect(object?["exit_status"] as? Int == Int(status.rawValue))
    }
}

@Suite struct AtomicFileTests {
    @Test func `a file is replaced and nothing is left beside it`() throws {
        let scratch = try Scratch()
        try scratch.write("out", "old and longer")
        try AtomicFile.write(Array("new".utf8), to: scratch.path("out"))
        #expect(try scratch.read("out") == "new")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == ["out"])
    }

    @Test func `a folder that is not there`() throws {
        let scratch = try Scratch()
        let problem = #expect(throws: CommandFailure.self) {
            try AtomicFile.write([1], to: scratch.path("none/out"))
        }
        #expect(problem?.status == .storageFailed)
        #expect(problem?.message.hasSuffix("cannot be written: No such file or directory") == true)
    }

    @Test func `a folder in the way leaves nothing behind`() throws {
        let scratch = try Scratch()
        try scratch.write("out/inner", "")
        #expect(throws: CommandFailure.self) { try AtomicFile.write([1], to: scratch.path("out")) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == ["out"])
    }
}

@Suite struct QuantityTextTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-1_234_567, "-1,234,567")])
    func `counts`(value: Int, text: String) { #expect(QuantityText.count(value) == text) }

    @Test(arguments: [
        (0, "0 KiB"), (2_048, "2 KiB"), (1 << 20, "1 MiB"), (1_500_000, "2 MiB"), (3 << 29, "1.5 GiB"),
    ])
    func `bytes`(value: Int, text: String) { #expect(QuantityText.bytes(value) == text) }

    @Test(arguments: [
        (0.2, "under a second"), (1.5, "2 s"), (119.5, "120 s"), (120, "2 min"), (9_000, "2.5 h"),
    ])
    func `seconds`(value: Double, text: String) { #expect(QuantityText.seconds(value) == text) }
}
