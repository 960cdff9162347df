import BacktestCommands
import Testing

@Suite struct ProgressTests {
    @Test(arguments: [
        (0.0, "0:00"), (0.2, "0:01"), (59.0, "0:59"), (60.0, "1:00"), (3_599.5, "1:00:00"),
        (36_061.0, "10:01:01"),
        (-5.0, "0:00"), (1e300, "277777:46:40"),
    ])
    func `durations`(seconds: Double, text: String) { #expect(ProgressText.duration(seconds) == text) }

    @Test func `a line for a log`() {
        let text = ProgressText(finished: 250, total: 1_000, failed: 0, elapsed: 2)
        #expect(text.line == "250 of 1000 containers, 25 %, 125/s, 0:06 left")
        let failing = ProgressText(finished: 3, total: 4, failed: 2, elapsed: 6)
        #expect(failing.line == "3 of 4 containers, 75 %, 0.5/s, 0:02 left, 2 failed")
    }

    @Test func `nothing is known before the first container has ended`() {
        let text = ProgressText(finished: 0, total: 4, failed: 0, elapsed: 0)
        #expect(text.line == "0 of 4 containers,  0 %, -/s, -:-- left")
        #expect(ProgressText(finished: 0, total: 0, failed: 0, elapsed: 1).bar(width: 80).contains("100 %"))
    }

    @Test(arguments: [10, 30, 50, 80, 200], [0, 1, 499, 500, 1_000])
    func `a bar fits its terminal`(width: Int, finished: Int) {
        let text = ProgressText(finished: finished, total: 1_000, failed: 7, elapsed: 3).bar(width: width)
        #expect(text.count < max(width, 1))
        #expect(!text.contains("\n"))
        guard text.hasPrefix("[") else { return }
        let cells = text.dropFirst().prefix { $0 != "]" }
        #expect(cells.filter { $0 == "#" }.count == finished * cells.count / 1_000)
    }

    @Test func `the bar of half a run`() {
        let text = ProgressText(finished: 500, total: 1_000, failed: 0, elapsed: 0.5).bar(width: 60)
        #expect(text == "[##########...........]   50 %  500/1000  1000/s  0:01 left")
    }
}
