import Foundation
import Testing

/// Compares bytes with a file in this target's `Golden`; ADMF_RECORD=1 writes the file, and the test still fails so that it is looked at.
func expectGolden(
    _ bytes: [UInt8],
    _ name: String,
    file: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Golden")
    let path = folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["ADMF_RECORD"] != nil {
        try? Data(bytes).write(to: path)
        Issue.record(
            "recorded \(name); look at it, then run without ADMF_RECORD",
            sourceLocation: sourceLocation
        )
        return
    }
    guard let golden = try? Data(contentsOf: path) else {
        Issue.record("\(name) is missing", sourceLocation: sourceLocation)
        return
    }
    #expect(
        String(decoding: bytes, as: UTF8.self) == String(decoding: golden, as: UTF8.self),
        sourceLocation: sourceLocation
    )
}
