import BacktestCommands
import Testing

@Suite struct ArgumentParserTests {
    private static let jobs = Option("jobs", short: "j", value: "N", "workers", reader: .wholeNumber(1...64))
    private static let set = OptionList("set", value: "PATH=VALUE", "settings", reader: .setting)
    private static let json = Flag("json", "JSON")
    private static let verbose = Flag("verbose", short: "v", "more")
    private static let level = Option("level", value: "LEVEL", "level", reader: ValueReader<LogLevel>.choice)
    private static let config = Argument("CONFIG", "a file", reader: ValueReader<String>.file())
    private static let more = OptionalArgument("MORE", "another", reader: ValueReader<String>.text)
    private static let files = ArgumentList("FILE", "files", reader: ValueReader<String>.text)

    private static let grammar = CommandGrammar(
        "test",
        "a command",
        arguments: [config, more],
        options: [jobs, set, json, verbose, level],
        examples: [Example("admf test", "nothing")]
    )
    private static let many = CommandGrammar(
        "many",
        "a command",
        arguments: [files],
        examples: [Example("admf many", "nothing")]
    )

    private func parse(_ words: String...) throws(UsageError) -> ParsedArguments {
        try ArgumentParser.parse(words, for: ArgumentParserTests.grammar)
    }

    @Test(arguments: [
        ["c", "--jobs", "3"], ["--jobs=3", "c"], ["-j", "3", "c"], ["c", "-j3"], ["-vj3", "c"],
        ["--jobs", "3", "--", "c"],
    ])
    func `one value in every spelling`(words: [String]) throws {
        let parsed = try ArgumentParser.parse(words, for: ArgumentParserTests.grammar)
        #expect(parsed[ArgumentParserTests.jobs] == 3)
        #expect(parsed[ArgumentParserTests.config] == "c")
        #expect(parsed[ArgumentParserTests.more] == nil)
    }

    @Test func `what is not given is not there`() throws {
        let parsed = try parse("c")
        #expect(parsed[ArgumentParserTests.jobs] == nil)
        #expect(parsed[ArgumentParserTests.set].isEmpty)
        #expect(!parsed[ArgumentParserTests.json])
    }

    @Test func `repeated options keep their order`() throws {
        let parsed = try parse("c", "--set", "b=1", "--set=a=2=3", "--set", "c=-1")
        #expect(parsed[ArgumentParserTests.set] == ["b=1", "a=2=3", "c=-1"])
    }

    @Test func `a flag may be given twice`() throws {
        #expect(try parse("c", "--json", "--json")[ArgumentParserTests.json])
    }

    @Test func `behind two dashes everything is an argument`() throws {
        let parsed = try parse("--", "--json", "-j")
        #expect(parsed[ArgumentParserTests.config] == "--json")
        #expect(parsed[ArgumentParserTests.more] == "-j")
        #expect(!parsed[ArgumentParserTests.json])
    }

    @Test func `a lone dash is an argument`() throws {
        #expect(try parse("-")[ArgumentParserTests.config] == "-")
    }

    @Test func `a value may be negative and an empty value is given with a sign`() throws {
        #expect(throws: UsageError.invalidValue(of: "--jobs", value: "-5", countExpected)) {
            try parse("c", "--jobs", "-5")
        }
        #expect(throws: UsageError.invalidValue(of: "--jobs", value: "", countExpected)) {
            try parse("c", "--jobs=")
        }
    }

    private let countExpected = InvalidValue(expected: "a whole number from 1 to 64")

    @Test(arguments: ["0", "65", "1.5", "many", "+", "9999999999999999999"])
    func `numbers outside their range`(text: String) {
        #expect(throws: UsageError.invalidValue(of: "--jobs", value: text, countExpected)) {
            try parse("c", "--jobs", text)
        }
    }

    @Test(arguments: ["jobs", "=1", ""])
    func `settings without a path`(text: String) {
        #expect(throws: UsageError.self) { try parse("c", "--set", text) }
    }

    @Test func `a word that is nearly right`() {
        let problem = InvalidValue(expected: "one of error, warning, info, debug", suggestion: "debug")
        #expect(throws: UsageError.invalidValue(of: "--level", value: "debgu", problem)) {
            try parse("c", "--level", "debgu")
        }
        #expect(
            UsageError.invalidValue(of: "--level", value: "debgu", problem).message
                == "'debgu' is no value for --level: expected one of error, warning, info, debug; did you mean 'debug'?"
        )
    }

    @Test func `typed errors`() {
        #expect(throws: UsageError.unknownOption("--jbos", suggestion: "--jobs")) {
            try parse("c", "--jbos", "3")
        }
        #expect(throws: UsageError.unknownOption("--wholly-other", suggestion: nil)) {
            try parse("c", "--wholly-other=3")
        }
        #expect(throws: UsageError.unknownOption("-x", suggestion: nil)) { try parse("c", "-vx") }
        #expect(throws: UsageError.missingValue(option: "--jobs", valueName: "N")) {
            try parse("c", "--jobs")
        }
        #expect(throws: UsageError.missingValue(option: "--jobs", valueName: "N")) {
            try parse("c", "--jobs", "--json")
        }
        #expect(throws: UsageError.unexpectedValue(option: "--json", value: "yes")) {
            try parse("c", "--json=yes")
        }
        #expect(throws: UsageError.repeatedOption("--jobs")) { try parse("c", "--jobs", "1", "--jobs", "2") }
        #expect(throws: UsageError.missingArgument("CONFIG")) { try parse("--json") }
        #expect(throws: UsageError.unexpectedArgument("third", suggestion: nil)) {
            try parse("c", "d", "third")
        }
        #expect(throws: UsageError.unexpectedArgument("json", suggestion: "--json")) {
            try parse("c", "d", "json")
        }
    }

    @Test(arguments: [["--help"], ["--nonsense", "-h"], ["c", "d", "e", "--help"]])
    func `help comes before every mistake`(words: [String]) throws {
        let parsed = try ArgumentParser.parse(words, for: ArgumentParserTests.grammar)
        #expect(parsed[CommonOptions.help])
    }

    @Test func `help behind two dashes is an argument`() throws {
        #expect(try !parse("--", "--help")[CommonOptions.help])
    }

    @Test func `lists take one or more`() throws {
        let parsed = try ArgumentParser.parse(["a", "b", "c"], for: ArgumentParserTests.many)
        #expect(parsed[ArgumentParserTests.files] == ["a", "b", "c"])
        #expect(throws: UsageError.missingArgument("FILE")) {
            try ArgumentParser.parse([], for: ArgumentParserTests.many)
        }
    }
}
