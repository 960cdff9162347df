import Testing

@testable import BacktestCommands

@Suite struct TextLayoutTests {
    @Test(arguments: [
        ("", 10, []), ("one", 10, ["one"]), ("one two", 7, ["one two"]), ("one two", 6, ["one", "two"]),
        ("a extraordinarily b", 5, ["a", "extraordinarily", "b"]), ("  spaced   out ", 20, ["spaced out"]),
    ])
    func `wrapping`(text: String, width: Int, lines: [String]) {
        #expect(wrapped(text, width: width) == lines)
    }

    @Test func `two columns`() {
        #expect(
            definitions([("a", "first"), ("long", "second")], width: 40) == "  a     first\n  long  second\n"
        )
        let long = String(repeating: "x", count: 40)
        let text = definitions([("a", "first"), (long, "second")], width: 60)
        #expect(text.split(separator: "\n").count == 3, "a long term stands on a line of its own")
        #expect(definitions([], width: 40).isEmpty)
        #expect(definitions([("a", "")], width: 40) == "  a\n")
    }

    @Test func `quotes`() {
        #expect("it's".quoted(escapingQuoteAs: "'\\''") == "'it'\\''s'")
        #expect("plain".quoted(escapingQuoteAs: "\\'") == "'plain'")
    }
}
