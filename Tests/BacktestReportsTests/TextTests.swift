import BacktestReports
import Testing

@testable import BacktestReports

@Suite struct TextTests {
    @Test(arguments: [
        (NumberFormat.integer, 0.0, "0"), (.integer, 999, "999"), (.integer, 1_000, "1,000"),
        (.integer, -1_234_567, "-1,234,567"),
        (.decimals(2), 1_234.567, "1,234.57"), (.decimals(2), -0.001, "0.00"), (.decimals(2), 0.05, "0.05"),
        (.decimals(2), 99.999, "100.00"), (.decimals(1), -12.25, "-12.3"),
        (.decimals(2), 1e20, "100000000000000000000"),
        (.percent, 0.123_45, "12.35%"), (.percent, -1, "-100.00%"), (.percent, 12.5, "1,250.00%"),
        (.general, 0.02, "0.02"), (.general, 10, "10"), (.general, 0, "0"),
        (.general, 1_234_567, "1,234,567"),
        (.general, 1.0 / 3, "0.33333"), (.general, 100.125, "100.125"),
        (.general, 0.001_234_567, "0.0012346"),
        (.general, 1.5612511283791264e-17, "1.56125e-17"), (.general, -9.999999e-8, "-1e-7"),
        (.general, 1.234_567_89e-5, "1.23457e-5"),
        (.general, 1.234_567_89e13, "12345700000000"), (.percentage(0), 0.125, "13%"),
        (.percentage(4), 0.125, "12.5000%"),
        (.exact, 0.1, "0.1"), (.exact, 1.0 / 3, "0.3333333333333333"),
        (.general, 1e-7, "1e-7"), (.general, -2.5, "-2.5"), (.general, 1e15, "1000000000000000"),
    ])
    func numbers(format: NumberFormat, value: Double, text: String) { #expect(format.text(value) == text) }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("ｆ", 2), ("😀", 2), ("👩‍👩‍👧", 2), ("❤️", 2),
        ("▁█", 2), ("한", 2),
        ("\u{200B}", 0),
    ])
    func widths(text: String, width: Int) { #expect(text.displayWidth == width) }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""),
        ("日本語", 5, "日本…"), ("日本語", 4, "日…"),
        ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("", 0, ""),
    ])
    func truncation(text: String, width: Int, shown: String) {
        #expect(text.truncated(to: width) == shown)
        #expect(shown.displayWidth <= width)
    }

    @Test func controlsCannotTearATable() {
        #expect("a\nb\tc\u{1B}[31m\u{7F}".onOneLine == "a b c [31m ")
        #expect("plain".onOneLine == "plain")
    }

    @Test func colours() {
        #expect(TextStyle(hasColors: true).mark("x", .red) == "\u{1B}[31mx\u{1B}[0m")
        #expect(TextStyle.plain.mark("x", .red) == "x")
        #expect(TextStyle(hasColors: true).mark("", .red) == "")
    }

    @Test(
        arguments: [
            ([0, 1, 2, 3, 4, 5, 6, 7], 8, "▁▂▃▄▅▆▇█"), ([7, 0], 8, "█▁"), ([1, 1, 1], 5, "▅▅▅"), ([], 5, ""),
            ([1, 2], 0, ""),
            ([0, 0, 0, 0, 7, 7, 7, 7], 2, "▁█"), ([.nan, 1, .infinity, 2], 9, "▁█"),
            ([-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude], 2, "▁█"), ([-5], 3, "▅"),
        ] as [([Double], Int, String)]
    )
    func sparklines(values: [Double], width: Int, text: String) {
        #expect(Sparkline.text(values, width: width) == text)
    }

    @Test func sparklineEndsWithTheLastValue() {
        let values = (0..<1_000).map { Double($0) }
        let line = Sparkline.text(values, width: 50)
        #expect(line.count == 50)
        #expect(line.first == "▁" && line.last == "█")
    }
}

@Suite struct ProgressTests {
    @Test(arguments: [
        (0.04, "0.0s"), (0.44, "0.4s"), (9.9, "9.9s"), (9.96, "10s"), (59.4, "59s"), (59.6, "1:00"),
        (185, "3:05"), (7_209, "2:00:09"),
        (-1, "0.0s"), (.infinity, "?"), (.nan, "?"),
    ])
    func durations(seconds: Double, text: String) { #expect(ProgressLine.duration(seconds) == text) }

    @Test func lineForALog() {
        #expect(ProgressLine(done: 0, total: 10_000, seconds: 0).line == "0/10,000 containers (0%)")
        #expect(
            ProgressLine(done: 5_000, total: 10_000, failed: 3, seconds: 2).line
                == "5,000/10,000 containers (50%), 3 failed, 2,500/s, ETA 2.0s"
        )
        #expect(ProgressLine(done: 3, total: 3, seconds: 6).line == "3/3 containers (100%), 0.5/s")
        #expect(ProgressLine(done: 0, total: 0, seconds: 1).line == "0/0 containers (100%)")
    }

    @Test func hundredPercentMeansAll() {
        #expect(ProgressLine(done: 9_999, total: 10_000, seconds: 1).line.contains("(99%)"))
    }

    @Test func barForATerminal() {
        let line = ProgressLine(done: 50, total: 100, seconds: 5)
        #expect(
            line.bar(TextStyle(width: 60)) == "[███████████████░░░░░░░░░░░░░░░] 50% 50/100, 10/s, ETA 5.0s"
        )
        #expect(line.bar(TextStyle(width: 44)) == "[███████░░░░░░░░] 50% 50/100, 10/s, ETA 5.0s")
        #expect(line.bar(TextStyle(width: 80, hasColors: true)).contains("\u{1B}[32m"))
    }

    @Test(arguments: 1...100)
    func neverWiderThanTheTerminal(width: Int) {
        for done in [0, 1, 4_999, 10_000] {
            let line = ProgressLine(done: done, total: 10_000, failed: 7, seconds: 3)
            #expect(line.bar(TextStyle(width: width)).displayWidth <= width)
        }
    }
}
