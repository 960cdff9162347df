import Foundation
import Testing

/// Compares a text with the file `Golden/<name>`; with ADMF_RECORD=1 the file is written and the test still fails.
func expectGolden(_ text: String, _ name: String, _ location: SourceLocation = #_sourceLocation) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appendingPathComponent("Golden").appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["ADMF_RECORD"] == "1" {
        try text.write(to: file, atomically: true, encoding: .utf8)
        Issue.record(
            "recorded \(name): look at it and run again without ADMF_RECORD",
            sourceLocation: location
        )
        return
    }
    let expected = (try? String(contentsOf: file, encoding: .utf8)) ?? "(there is no file \(file.path))"
    #expect(text == expected, sourceLocation: location)
}
