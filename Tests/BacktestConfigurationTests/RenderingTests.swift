import BacktestConfiguration
import BacktestMarketData
import BacktestSweep
import Foundation
import Testing

@Suite("How errors look")
struct RenderingTests {
    @Test func sourceLineAndCarets() {
        let text = load(minimal + "execution: {fil: close}\n").render(color: false)
        #expect(
            text == """
                configs/test.yaml:10:13: error: unknown key 'fil' in 'execution' [unknown_key]
                  10 | execution: {fil: close}
                     |             ^^^
                  hint: did you mean 'fill'?

                """
        )
    }

    @Test func bothPlacesOfADuplicate() {
        let text = load("a: 1\nb: 2\na: 3\n").diagnostics.first { $0.code == "duplicate_key" }?.rendered(
            color: false
        )
        #expect(text?.contains("3 | a: 3") == true)
        #expect(text?.contains("1 | a: 1") == true)
    }

    @Test func caretsStandUnderWideAndCombiningText() throws {
        let error = try onlyError(minimal + "\"e\u{301}数\": {x: 1}\n")
        let lines = error.rendered(color: false).split(separator: "\n")
        // Quote, e with its accent, one wide character (two columns), quote.
        #expect(lines[2].hasSuffix("| ^^^^^"))
        let later = try onlyError(minimal + "metrics: {returns: bar, \"数\": 1}\n")
        let caret = later.rendered(color: false).split(separator: "\n")[2]
        #expect(caret.hasSuffix("| " + String(repeating: " ", count: 24) + "^^^^"))
        #expect(later.column == 25)
    }

    @Test func tabsStayTabs() throws {
        let error = try onlyError(minimal + "metrics:\t{retuns: bar}\n")
        #expect(error.rendered(color: false).contains("| \(String(repeating: " ", count: 8))\t ^^^^^^"))
    }

    @Test func longLinesAreCut() throws {
        let text =
            minimal + "metrics: {" + String(repeating: " ", count: 300) + "retuns: bar"
            + String(repeating: " ", count: 300) + "}\n"
        let lines = try onlyError(text).rendered(color: false).split(separator: "\n")
        #expect(lines[1].contains("retuns: bar"))
        #expect(lines[1].count < 200)
        let caret = try #require(lines[2].firstIndex(of: "^"))
        let offset = lines[2].distance(from: lines[2].startIndex, to: caret)
        #expect(lines[1].dropFirst(offset).hasPrefix("retuns"))
        #expect(lines[2].filter { $0 == "^" }.count == 6)
    }

    @Test func colours() throws {
        let error = try onlyError(minimal + "metrics: {retuns: bar}\n")
        #expect(error.rendered(color: true).contains("\u{1B}["))
        #expect(!error.rendered(color: false).contains("\u{1B}"))
    }

    @Test func json() throws {
        let outcome = load(minimal + "metrics: {\"re\\\"t\\\\uns\": bar}\nexecution: {fill: close}\n")
        let value = try JSONSerialization.jsonObject(with: Data(outcome.json.utf8))
        let list = try #require(value as? [[String: Any]])
        #expect(list.count == 2)
        #expect(Set(list[0].keys) == ["file", "line", "column", "severity", "code", "message", "hint"])
        #expect(list[0]["severity"] as? String == "error")
        #expect((list[0]["message"] as? String)?.contains("re\"t\\uns") == true)
        #expect(list[1]["severity"] as? String == "warning")
        #expect(list[1]["line"] as? Int == 11)
        #expect(load(minimal).json == "[]")
    }

    @Test func dataErrorsAreTold() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "admf-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let config = folder.appendingPathComponent("run.yaml").path
        try minimal.write(toFile: config, atomically: true, encoding: .utf8)
        try "x".write(toFile: folder.path + "/SPY.csv", atomically: true, encoding: .utf8)
        try "x".write(toFile: folder.path + "/QQQQ.csv", atomically: true, encoding: .utf8)
        let outcome = ConfigurationLoader.load(path: config)
        #expect(outcome.diagnostics.map(\.code) == ["missing_file"])
        #expect(outcome.diagnostics.map(\.kind) == [.data])
        #expect(outcome.diagnostics.first?.hint == "did you mean 'QQQQ.csv'?")
        #expect(outcome.exitStatus == 3)
        #expect(outcome.plan == nil)
        try "x".write(toFile: folder.path + "/QQQ.csv", atomically: true, encoding: .utf8)
        let sound = ConfigurationLoader.load(path: config)
        #expect(sound.exitStatus == 0)
        #expect(sound.plan?.name == "run")
        #expect(sound.plan?.data.bars[1].path == folder.path + "/QQQ.csv")
        #expect(sound.plan?.configurationBytes == Array(minimal.utf8))
    }
}
