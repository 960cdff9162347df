import BacktestResults
import Testing

private func written(_ value: JSONValue) -> String {
    var json = JSONWriter()
    json.value(value)
    return json.out.text
}

private func parse(_ text: String) throws(JSONSyntaxError) -> JSONValue {
    try JSONValue.parse(Array(text.utf8))
}

@Suite struct JSONTests {
    @Test func layoutIsThatOfTwoSpacesAndOneKeyALine() {
        let value = JSONValue.object([
            Named("a", .array([.number(1), .text("x"), .null])), Named("b", .object([])),
            Named("c", .array([])),
            Named("d", .object([Named("e", .boolean(true))])),
        ])
        #expect(
            written(value) == """
                {
                  "a": [
                    1,
                    "x",
                    null
                  ],
                  "b": {},
                  "c": [],
                  "d": {
                    "e": true
                  }
                }
                """
        )
    }

    @Test(arguments: [
        ("\"", #""\"""#), ("\\", #""\\""#), ("\n\t\r", #""\n\t\r""#), ("\u{1}\u{1f}", #""\u0001\u001f""#),
        ("\u{8}\u{c}", #""\b\f""#), ("é😀/", #""é😀/""#), ("\u{7f}", "\"\u{7f}\""), ("", #""""#),
    ])
    func textsAreEscapedAndReadBack(text: String, json: String) throws {
        #expect(written(.text(text)) == json)
        #expect(try parse(json) == .text(text))
    }

    @Test(arguments: [
        (#""\u00e9\ud83d\ude00\/""#, "é😀/"), (#""\ud83d""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
        (#""\udc00""#, "\u{FFFD}"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
    ])
    func escapesAreDecoded(json: String, text: String) throws { #expect(try parse(json) == .text(text)) }

    @Test(arguments: [
        "", " ", "{", "}", "[", "]", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
        "{\"a\":1 \"b\":2}",
        "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x10", "NaN", "Infinity", "-Infinity", "nul", "nulll",
        "tru", "truex", "'a'",
        "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "1 1", "[1]]", "{}{}", "1e400", "-1e999",
        "// a", "\u{FEFF}1",
        "[1}", "{\"a\":1]",
    ])
    func rubbishIsRefused(text: String) {
        #expect(throws: JSONSyntaxError.self) { try parse(text) }
    }

    @Test func wrongUTF8IsRefused() {
        for bytes in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80]] as [[UInt8]]
        {
            #expect(throws: JSONSyntaxError.self) { try JSONValue.parse([0x22] + bytes + [0x22]) }
        }
    }

    @Test func nestingIsBounded() throws {
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try parse(deepest)
        #expect(throws: JSONSyntaxError.self) { try parse("[\(deepest)]") }
        #expect(throws: JSONSyntaxError.self) { try parse(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONSyntaxError.self) { try parse(String(repeating: "{\"a\":", count: 1_000_000)) }
        // Brothers are not nested.
        _ = try parse("[" + Array(repeating: "[[]]", count: 200).joined(separator: ",") + "]")
    }

    @Test(arguments: [
        ("0", 0.0), ("-0", 0), ("1.0", 1), ("1e2", 100), ("1E+2", 100), ("1e-2", 0.01), ("0.1", 0.1),
        ("123456789012345678901234567890", 1.234_567_890_123_456_8e29),
        ("0.000000000000000000000000001", 1e-27),
        ("2.2250738585072011e-308", Double(bitPattern: 0xF_FFFF_FFFF_FFFF)), ("1e-400", 0),
        ("9007199254740993.0", 9_007_199_254_740_992),
        ("1.7976931348623157e308", .greatestFiniteMagnitude),
        ("0.30000000000000004", 0.300_000_000_000_000_04),
    ])
    func numbersAreRoundedCorrectly(text: String, value: Double) throws {
        #expect(try parse(text).number == value)
    }

    @Test func sixtyFourBitsSurvive() throws {
        #expect(try parse("18446744073709551615") == .unsigned(.max))
        #expect(written(.unsigned(.max)) == "18446744073709551615")
        #expect(try parse("9007199254740993") == .unsigned(9_007_199_254_740_993))
        #expect(try parse("9007199254740991") == .number(9_007_199_254_740_991))
    }

    /// Any bytes at all: the reader answers, and never traps.
    @Test func noiseNeverTraps() {
        var generator = SplitMix(state: 11)
        let alphabet = Array("{}[]\",:\\u0123456789eE+-.truefalsn \n\u{1}".utf8) + [0xFF, 0xC3, 0xA9]
        var whole = 0
        for _ in 0..<20_000 {
            let length = Int(generator.next() % 24)
            let bytes = (0..<length).map { _ in alphabet[Int(generator.next() % UInt64(alphabet.count))] }
            if (try? JSONValue.parse(bytes)) != nil { whole += 1 }
        }
        #expect(whole > 0, "some noise is a document, such as one digit")
    }
}
