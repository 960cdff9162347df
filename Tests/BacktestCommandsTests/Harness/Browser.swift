import Foundation
import Testing

/// A headless Chromium, where one is installed (`make test-all` sees to that).
enum Browser {
    static let path = Tools.find("chromium")

    struct Page {
        /// The document after its scripts have run.
        var dom: String
        /// What was written to the console.
        var console: [String]
    }

    /// Opens a file and lets its scripts run.
    static func open(
        _ file: String,
        width: Int = 1_200,
        hash: String = "",
        _ scratch: Scratch
    ) throws -> Page {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(path))
        process.arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--user-data-dir=\(scratch.path("profile"))", "--window-size=\(width),900",
                "--enable-logging=stderr",
                "--virtual-time-budget=3000", "--dump-dom",
                "file://\(file)\(hash)",
            ]
        let errors = scratch.path("browser.log")
        try scratch.write("browser.log", "")
        process.standardError = FileHandle(forWritingAtPath: errors)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let log = try String(contentsOfFile: errors, encoding: .utf8)
        return Page(
            dom: String(decoding: data, as: UTF8.self),
            console: log.split(separator: "\n").map(String.init).filter { $0.contains(":CONSOLE") }
        )
    }
}
