import BacktestYAML
import Testing

@Suite("What is no document")
struct ProblemTests {
    @Test(arguments: ["", "\n\n", "# nothing\n", "---\n", "---\n...\n", "~\n", "\u{FEFF}"])
    func empty(text: String) { #expect(codes(text) == [.empty]) }

    @Test func severalDocuments() throws {
        let found = try problem(Array("a: 1\n---\nb: 2\n".utf8))
        #expect(found.code == .severalDocuments)
        #expect(found.start == YAMLMark(line: 2, column: 1))
    }

    @Test func duplicateKeysWithBothPlaces() throws {
        let found = YAMLDocument(parsing: Array("a: 1\nb: {c: 1, c: 2}\na: 3\n".utf8)).problems
        #expect(found.map(\.code) == [.duplicateKey, .duplicateKey])
        #expect(found.map(\.start) == [YAMLMark(line: 2, column: 11), YAMLMark(line: 3, column: 1)])
        #expect(found.map(\.related) == [YAMLMark(line: 2, column: 5), YAMLMark(line: 1, column: 1)])
        #expect(found[1].message.contains("'a'"))
    }

    @Test func keepsTheFirstOfDuplicates() {
        let document = YAMLDocument(parsing: Array("a: 1\na: 2\n".utf8))
        #expect(document.root?["a"]?.text == "1")
    }

    @Test func quotedAndPlainKeysAreTheSame() { #expect(codes("a: 1\n'a': 2\n") == [.duplicateKey]) }

    @Test func complexKeys() { #expect(codes("{a: 1}: 2\n") == [.complexKey]) }

    @Test func tabs() throws {
        let found = try problem(Array("a:\n\tb: 1\n".utf8))
        #expect(found.code == .syntax)
        #expect(found.start == YAMLMark(line: 2, column: 1))
        #expect(found.hint?.contains("tabs") == true)
    }

    @Test func showsWhereTheConstructBegan() throws {
        let found = try problem(Array("a: 1\nb: [1, 2\nc: 3\n".utf8))
        #expect(found.code == .syntax)
        #expect(found.related?.line == 2)
        #expect(found.start.line >= 3)
    }

    @Test(arguments: [
        ("a: b: c\n", "indentation"), ("a: @x\n", "quote"), ("a: 1\nb\nc: 2\n", "colon"),
    ])
    func hints(text: String, hint: String) throws {
        let found = try problem(Array(text.utf8))
        #expect(found.hint?.contains(hint) == true)
    }

    @Test(arguments: [
        (Array("a: 1\nb: x".utf8) + [0xFF], 2, 5), (Array("ä: 1\nöb: ".utf8) + [0x01], 2, 5),
        (Array("a: ".utf8) + [0xC3], 1, 4), ([0xFF, 0xFE, 0x61, 0x00], 1, 1), (Array("a: \u{7F}".utf8), 1, 4),
        (Array("a: ".utf8) + [0], 1, 4), (Array("a: ".utf8) + [0xED, 0xA0, 0x80], 1, 4),
    ])
    func encoding(bytes: [UInt8], line: Int, column: Int) throws {
        let found = try problem(bytes)
        #expect(found.code == .encoding)
        #expect(found.start == YAMLMark(line: line, column: column))
    }

    @Test func tags() {
        #expect(codes("a: !python/object x\n") == [.unknownTag])
        #expect(codes("a: !!set {b}\n") == [.unknownTag])
        #expect(codes("a: !!map {b: 1}\nc: !!seq [1]\nd: !!str x\n") == [])
    }

    @Test func everyPrefixOfADocumentIsHandled() {
        let text = Array("a: &x [1, 'b\\\"', \"c\"]\nd: {<<: {e: *x}, f: |\n  g\n}\nü: >-\n  h\n".utf8)
        for count in 0...text.count {
            let document = YAMLDocument(parsing: Array(text.prefix(count)))
            #expect(document.root != nil || !document.problems.isEmpty)
        }
    }
}

@Suite("Aliases and merge keys")
struct AliasTests {
    @Test func expandsAliases() throws {
        let root = try parsed("a: &x {k: [1, 2]}\nb: *x\nc: &y 5\nd: *y\n")
        #expect(root["b"]?["k"]?.items?.count == 2)
        #expect(root["d"]?.text == "5")
        #expect(root["b"]?["k"]?.start.line == 1)
    }

    @Test func unknownAlias() throws {
        let found = YAMLDocument(parsing: Array("a: &x 1\nb: *y\nc: *z\n".utf8)).problems
        #expect(found.map(\.code) == [.unknownAlias, .unknownAlias])
        #expect(found[0].start == YAMLMark(line: 2, column: 4))
        #expect(found[0].hint?.contains("x") == true)
    }

    @Test(arguments: ["a: &x [*x]\n", "a: &x {b: {c: *x}}\n", "a: &x 1\nb: &x [*x]\n"])
    func recursiveAlias(text: String) { #expect(codes(text) == [.recursiveAlias]) }

    @Test func mergesAMap() throws {
        let root = try parsed("a: &x {p: 1, q: 2}\nb:\n  q: 3\n  <<: *x\n  r: 4\n")
        let entries = try #require(root["b"]?.entries)
        #expect(entries.map(\.name) == ["q", "r", "p"])
        #expect(entries.map(\.value.text) == ["3", "4", "1"])
    }

    @Test func earlierMapsWin() throws {
        let root = try parsed("x: &x {p: 1}\ny: &y {p: 2, q: 3}\nb: {<<: [*x, *y]}\n")
        #expect(root["b"]?["p"]?.text == "1")
        #expect(root["b"]?["q"]?.text == "3")
    }

    @Test func mergesMergedMaps() throws {
        let root = try parsed("a: &a {p: 1}\nb: &b {<<: *a, q: 2}\nc: {<<: *b, p: 9}\n")
        #expect(root["c"]?["p"]?.text == "9")
        #expect(root["c"]?["q"]?.text == "2")
    }

    @Test func aQuotedMergeKeyIsAKey() throws { #expect(try parsed("'<<': 1\n")["<<"]?.text == "1") }

    @Test(arguments: ["a: {<<: 1}\n", "a: {<<: [1, {b: 2}]}\n"])
    func mergeOfNoMap(text: String) { #expect(codes(text) == [.invalidMerge]) }

    @Test func twoMergeKeys() { #expect(codes("x: &x {}\nb:\n  <<: *x\n  <<: *x\n") == [.duplicateKey]) }
}

@Suite("Bounds")
struct LimitTests {
    @Test func depth() {
        var limits = YAMLLimits()
        limits.depth = 3
        #expect(codes("[[[1]]]", limits: limits) == [])
        #expect(codes("[[[[1]]]]", limits: limits) == [.tooDeep])
        #expect(codes(String(repeating: "[", count: 100_000)) == [.tooDeep])
        #expect(codes(String(repeating: "{a: ", count: 100_000)) == [.tooDeep])
    }

    @Test func size() {
        var limits = YAMLLimits()
        limits.byteCount = 4
        #expect(codes("a: 1", limits: limits) == [])
        #expect(codes("a: 12", limits: limits) == [.tooLarge])
    }

    @Test func nodes() {
        var limits = YAMLLimits()
        limits.nodeCount = 5
        #expect(codes("[1, 2, 3, 4]", limits: limits) == [])
        #expect(codes("[1, 2, 3, 4, 5]", limits: limits) == [.tooManyNodes])
    }

    @Test func billionLaughs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        // Expanded it would have 10^13 nodes, and this would never end.
        #expect(codes(text) == [.tooManyNodes])
    }
}
