import Foundation
import Testing

/// Places that cannot be written or read: known before the work, with a remedy that fits, and nothing left behind.
@Suite struct OutputPlaceTests {
    private let scratch: Scratch
    private let admf: Admf

    init() throws {
        scratch = try Scratch()
        admf = Admf(folder: scratch.folder)
        #expect(try admf("init", ".").status == 0)
        let config = try scratch.read("config.yaml")
        try scratch.write(
            "one.yaml",
            config.replacing(/(?ms)^sweep:.*?(?=^\S)/, with: "")
                + "\ntracing: {level: debug, storage_backend: disk}\n"
        )
        try FileManager.default.createDirectory(
            atPath: scratch.path("folder"),
            withIntermediateDirectories: false
        )
    }

    private func names(_ folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: scratch.path(folder)).sorted()
    }

    @Test func `a folder or a missing one is refused before anything runs`() throws {
        #expect(try admf("run", "one.yaml", "--output", "out", "--quiet").status == 0)
        let run = "out/" + (try #require(try names("out").first)) + "/latest"
        let before = try names()
        for words in [
            ["trace", "export", run, "--output", "folder"], ["report", run, "--output", "folder"],
            ["trace", "export", run, "--format", "csv", "--output", "folder/"],
            ["notebook", run, "--output", "folder"], ["run", "one.yaml", "--verdict", "folder"],
            ["check", run, "--require", "max(total_trades) > 0", "--junit", "folder"],
            ["export", run, "--output", "one.yaml"],
        ] {
            let outcome = try admf.run(words)
            #expect(outcome.status == 2, "\(words) \(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 2, "\(outcome.errors)")
        }
        for words in [
            ["trace", "export", run, "--output", "no/x"], ["report", run, "--output", "no/x"],
            ["run", "one.yaml", "--verdict", "no/x"], ["resume", run, "--verdict", "no/x"],
            ["check", run, "--require", "max(total_trades) > 0", "--verdict", "no/x"],
        ] {
            let outcome = try admf.run(words)
            #expect(outcome.status == 5, "\(words) \(outcome.errors)")
            #expect(outcome.errors.contains("make its folder"), "\(outcome.errors)")
        }
        #expect(try names() == before)
        #expect(try names("folder").isEmpty)
        #expect(!scratch.has("results"), "nothing ran")
    }

    /// A device is written to, not replaced.
    @Test func `dev null stays what it is`() throws {
        #expect(try admf("run", "one.yaml", "--quiet", "--verdict", "/dev/null").status == 0)
        let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
        #expect(type == .typeCharacterSpecial)
    }

    /// `ulimit -f`: the system would end the process with SIGXFSZ.
    @Test(arguments: [0, 1, 2, 4])
    func `a limit on the size of files is a full disk`(blocks: Int) throws {
        let limited = Process()
        limited.executableURL = URL(fileURLWithPath: "/bin/bash")
        limited.arguments = [
            "-c",
            "(ulimit -f \(blocks); exec \(Admf.path) run one.yaml --quiet) 2>&1 >/dev/null | cat; exit ${PIPESTATUS[0]}",
        ]
        limited.currentDirectoryURL = URL(fileURLWithPath: scratch.folder)
        let pipe = Pipe()
        limited.standardOutput = pipe
        try limited.run()
        let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        limited.waitUntilExit()
        #expect(limited.terminationStatus == 5, "\(said)")
        #expect(said.contains("larger than the limit allows") && said.contains("ulimit -f"), "\(said)")
        guard said.contains("admf resume ") else { return }
        let run = try #require(
            said.split(separator: " ").last?.trimmingCharacters(in: .whitespacesAndNewlines)
        )
        #expect(try admf("resume", run, "--quiet").status == 0)
        #expect(try admf("verify", run).status == 0)
    }

    @Test func `nobody waits for a named pipe`() throws {
        #expect(mkfifo(scratch.path("pipe"), 0o600) == 0)
        try scratch.write("data.yaml", scratch.read("config.yaml").replacing("DEMO.csv", with: "../pipe"))
        for command in ["validate", "plan", "run"] {
            let config = try admf(command, "pipe")
            #expect(config.status == 2, "\(config.errors)")
            #expect(config.errors.contains("no regular file"))
            let data = try admf(command, "data.yaml")
            #expect(data.status == 3, "\(data.errors)")
            #expect(data.errors.contains("no regular file"))
        }
        #expect(try admf("run", "one.yaml", "--verdict", "pipe").status == 5)
    }

    @Test func `a file or folder called latest is the user's`() throws {
        #expect(try admf("run", "one.yaml", "--quiet").status == 0)
        let name = "results/" + (try #require(try names("results").first))
        try FileManager.default.removeItem(atPath: scratch.path("\(name)/latest"))
        try scratch.write("\(name)/latest", "mine")
        let outcome = try admf("run", "one.yaml")
        #expect(outcome.status == 0)
        #expect(outcome.errors.components(separatedBy: "latest: something else has that name").count == 2)
        #expect(try scratch.read("\(name)/latest") == "mine")
    }

    @Test func `remedies fit the trouble`() throws {
        #expect(try admf("completions").errors.contains("bash, zsh, fish"))
        #expect(try admf("validate", "none.yaml").errors.contains("check the path"))
        #expect(try admf("validate", "folder").errors.contains("name the file in it"))
        try scratch.write("data.yaml", scratch.read("config.yaml").replacing("DEMO.csv", with: "../folder"))
        let data = try admf("validate", "data.yaml")
        #expect(data.status == 3 && data.errors.contains("is a folder"))
    }
}
