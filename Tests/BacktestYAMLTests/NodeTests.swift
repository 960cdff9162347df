import BacktestYAML
import Testing

@Suite("Nodes and their places")
struct NodeTests {
    @Test func keepsOrderAndPlaces() throws {
        let root = try parsed("b: 1\na:\n  - x\n  - {y: 'z'}\n")
        let entries = try #require(root.entries)
        #expect(entries.map(\.name) == ["b", "a"])
        #expect(entries[1].start == YAMLMark(line: 2, column: 1))
        #expect(entries[1].end == YAMLMark(line: 2, column: 2))
        let items = try #require(root["a"]?.items)
        #expect(items[0].start == YAMLMark(line: 3, column: 5))
        #expect(items[0].end == YAMLMark(line: 3, column: 6))
        #expect(items[1]["y"]?.start == YAMLMark(line: 4, column: 9))
        #expect(items[1]["y"]?.end == YAMLMark(line: 4, column: 12))
    }

    @Test func countsColumnsInScalarsNotBytes() throws {
        let root = try parsed("größe: {ü: 1, 数: 2}\n")
        #expect(root["größe"]?.start.column == 8)
        #expect(root["größe"]?["数"]?.start.column == 18)
    }

    @Test func skipsAByteOrderMark() throws {
        let document = YAMLDocument(parsing: [0xEF, 0xBB, 0xBF] + Array("a: 1\n".utf8))
        #expect(document.problems == [])
        #expect(document.root?.entries?.first?.start == YAMLMark(line: 1, column: 1))
    }

    @Test func carriesTheSourceNumber() {
        let document = YAMLDocument(parsing: Array("a: [".utf8), source: 7)
        #expect(document.problems.first?.start.source == 7)
        #expect(YAMLDocument(parsing: Array("a: 1".utf8), source: 3).root?["a"]?.start.source == 3)
    }

    @Test func ordersMarks() {
        let a = YAMLMark(line: 1, column: 9)
        #expect(a < YAMLMark(line: 2, column: 1))
        #expect(a < YAMLMark(line: 1, column: 10))
        #expect(a < YAMLMark(line: 1, column: 1, source: 1))
    }

    @Test(arguments: [
        ("a", YAMLNode.ScalarStyle.plain), ("'a'", .quoted), ("\"a\"", .quoted), ("|\n  a", .block),
        (">\n  a", .block), ("!!str a", .quoted), ("!!int 5", .plain),
    ])
    func knowsStyles(text: String, style: YAMLNode.ScalarStyle) throws {
        let node = try #require(try parsed("k: \(text)\n")["k"])
        guard case .scalar(_, let found) = node.content else {
            Issue.record("no scalar")
            return
        }
        #expect(found == style)
    }

    @Test func readsEscapesAndNul() throws {
        #expect(try parsed(#"k: "a\0b\u00e4""#)["k"]?.text == "a\0bä")
    }
}

@Suite("Scalars of the core schema of YAML 1.2")
struct CoreScalarTests {
    @Test(arguments: [
        ("", CoreScalar.null), ("~", .null), ("null", .null), ("NULL", .null), ("nULL", .text("nULL")),
        ("true", .boolean(true)), ("False", .boolean(false)), ("yes", .text("yes")), ("off", .text("off")),
        ("0", .number(0)), ("-12", .number(-12)), ("+3", .number(3)), ("0123", .number(123)),
        ("1.5", .number(1.5)), (".5", .number(0.5)), ("5.", .number(5)), ("1e3", .number(1000)),
        ("1.5E-3", .number(0.0015)), ("0x1F", .number(31)), ("0o17", .number(15)),
        (".inf", .number(.infinity)), ("-.INF", .number(-.infinity)),
        ("inf", .text("inf")), ("nan", .text("nan")), ("0x", .text("0x")), ("0x1p3", .text("0x1p3")),
        ("1_000", .text("1_000")), (".", .text(".")), ("1e", .text("1e")), ("1:30", .text("1:30")),
        ("2024-04-01", .text("2024-04-01")), ("0.1%", .text("0.1%")), (" 1", .text(" 1")),
        ("0x+1", .text("0x+1")),
    ])
    func resolves(text: String, scalar: CoreScalar) { #expect(CoreScalar(plain: text) == scalar) }

    @Test func notANumber() {
        guard case .number(let value) = CoreScalar(plain: ".nan") else {
            Issue.record("no number")
            return
        }
        #expect(value.isNaN)
    }

    @Test func quotedIsText() throws {
        let root = try parsed("a: '0123'\nb: 0123\nc: \"true\"\nd:\n")
        #expect(root["a"]?.scalar == .text("0123"))
        #expect(root["b"]?.scalar == .number(123))
        #expect(root["c"]?.scalar == .text("true"))
        #expect(root["d"]?.isNull == true)
        #expect(root.scalar == nil)
    }
}
