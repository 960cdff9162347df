import Foundation
import ProgramTestKit
import Testing

/// scripts/duckdb.sh where DuckDB is not to be had: it says so and fails nobody's build.
@Suite struct SetupTests {
    private func fetch(from place: String, in folder: URL) throws -> Program.Outcome {
        let scripts = folder.appendingPathComponent("scripts")
        if !FileManager.default.fileExists(atPath: scripts.path) {
            try FileManager.default.copyItem(at: Program.top.appendingPathComponent("scripts"), to: scripts)
        }
        return try Program.shell(
            "scripts/duckdb.sh",
            in: folder,
            environment: ["ADMF_PYPI_FILES": place]
        )
    }

    @Test func `without a network it says what is missing, and all else goes on`() throws {
        try withScratchFolder { folder in
            let outcome = try fetch(from: "file:///nowhere", in: folder)
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.errors.contains("no DuckDB") && outcome.errors.contains("ADMF_DUCKDB"))
            #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent(".deps").path))
        }
    }

    @Test func `what is not the pinned wheel is not taken`() throws {
        try withScratchFolder { folder in
            let text = try String(
                contentsOf: Program.top.appendingPathComponent("scripts/duckdb.sh"),
                encoding: .utf8
            )
            let version = try #require(text.firstMatch(of: /version=([0-9.]+)/)).1
            for match in text.matches(of: /wheel=(\S+)/) {
                let path = String(match.1).replacing("$version", with: version)
                let file = folder.appendingPathComponent("pypi/\(path)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data("no wheel".utf8).write(to: file)
            }
            let outcome = try fetch(from: "file://\(folder.path)/pypi", in: folder)
            #expect(outcome.status == 0, "\(outcome)")
            #expect(
                outcome.errors.contains("not the pinned wheel") || outcome.errors.contains("no DuckDB for")
            )
            #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent(".deps").path))
        }
    }
}
