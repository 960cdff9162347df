import Foundation
import ProgramTestKit
import Testing

/// Every target of the Makefile is run by a test, here or where the table says.
@Suite(.serialized) struct MakefileTests {
    /// Targets that other tests run, and those that are shown what they would do, with the reason.
    private static let elsewhere = [
        "run": "ReadmeTests", "sweep": "ReadmeTests", "compare": "ReadmeTests", "check": "ReadmeTests",
        "report": "ReadmeTests", "build": "every target of ReadmeTests needs it",
    ]
    private static let dry = [
        "setup": "installs packages", "browser": "installs packages", "ci-files": "needs the network once",
        "gates": "GateTests do the same", "instructions": "takes minutes under valgrind",
        "kernels": "DeterminismTests do the same but for arm64",
        "otlp": "needs the network once", "jupyter": "needs the network once",
        "test": "is what runs this", "test-all": "runs for an hour", "fuzz": "is a step of `make test`",
        "bench": "takes minutes; BenchTests run the tool", "docs": "takes minutes",
        "lint": "is a step of `make test`",
        "format": "would rewrite the sources",
    ]
    private static let here: Set<String> = ["help", "install", "clean"]

    private func make(_ words: String, in folder: URL? = nil) throws -> Program.Outcome {
        let makefile = Program.top.appendingPathComponent("Makefile").path
        return try Program.shell(
            "make -f '\(makefile)' \(words)",
            in: folder ?? Program.top,
            environment: ["ADMF": Program.binary.path]
        )
    }

    @Test func `no target is forgotten`() throws {
        let text = try String(contentsOf: Program.top.appendingPathComponent("Makefile"), encoding: .utf8)
        let targets = text.matches(of: #/(?m)^\.PHONY: ([a-z-]+)$/#).map { String($0.1) }
        #expect(targets.count >= 15)
        #expect(Set(targets) == Set(Self.elsewhere.keys).union(Self.dry.keys).union(Self.here))
        let help = try make("help").output
        for target in targets { #expect(help.contains("make \(target) "), "\(target) has no line of help") }
        let readme = try String(contentsOf: Program.top.appendingPathComponent("README.md"), encoding: .utf8)
        let guide = try String(contentsOf: Program.top.appendingPathComponent("docs/ci.md"), encoding: .utf8)
        for target in Self.elsewhere.keys where target != "build" {
            #expect(
                (readme + guide).contains("\n$ make \(target)"),
                "\(target) is in no document that is run"
            )
        }
    }

    @Test(arguments: dry.keys.sorted())
    func `what is not run here is at least a recipe that make can read`(target: String) throws {
        let outcome = try make("--dry-run \(target)")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(!outcome.output.isEmpty)
        // A script that a recipe names is there and can be run.
        for match in outcome.output.matches(of: #/scripts/[a-z-]+\.sh/#) {
            let path = Program.top.appendingPathComponent(String(match.output)).path
            #expect(FileManager.default.isExecutableFile(atPath: path), "\(path)")
        }
    }

    @Test func `install copies the program, and clean leaves results alone`() throws {
        try withScratchFolder { folder in
            let installed = try make("install PREFIX='\(folder.path)/prefix'", in: folder)
            #expect(installed.status == 0, "\(installed)")
            let version = try Program.shell("prefix/bin/admf version", in: folder)
            #expect(version.status == 0)
            _ = try Program.shell("mkdir -p .build/x results/demo", in: folder)
            #expect(try make("clean", in: folder).status == 0)
            #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent(".build").path))
            #expect(
                FileManager.default.fileExists(atPath: folder.appendingPathComponent("results/demo").path)
            )
        }
    }

    @Test func `a target without its arguments says how it is called`() throws {
        for target in ["sweep", "compare", "check", "report"] {
            let outcome = try make(target)
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains("usage: make \(target) "))
        }
    }
}
