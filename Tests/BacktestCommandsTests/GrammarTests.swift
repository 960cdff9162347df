import BacktestCommands
import Testing

/// Laws that every command's grammar keeps.
@Suite struct GrammarTests {
    static let grammars = CommandTable.all.map(\.grammar)

    @Test func `names are distinct`() {
        let names = GrammarTests.grammars.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "-" } })
    }

    @Test func `the commands of the contract, in its order`() {
        let names = GrammarTests.grammars.map(\.name)
        let contract = """
            init validate plan run resume watch list show rank compare check statistics report export sql notebook plot trace why \
            why-not verify strategies indicators metrics schema doctor cache completions version help
            """
        #expect(names == contract.split(separator: " ").map(String.init))
    }

    @Test(arguments: grammars.map(\.name))
    func `a grammar is whole`(name: String) throws {
        let grammar = try #require(CommandTable.command(named: name)).grammar
        let options = grammar.options.map(\.name)
        #expect(Set(options).count == options.count, "an option is declared twice")
        let letters = grammar.options.compactMap(\.short)
        #expect(Set(letters).count == letters.count, "a letter is declared twice")
        #expect(grammar.arguments.count { $0.arity != .one } <= 1, "only one may vary")
        if let place = grammar.arguments.firstIndex(where: { $0.arity != .one && $0.arity != .anyNumber }) {
            #expect(place == grammar.arguments.count - 1, "only a list may stand before the last")
        }
        #expect(!grammar.summary.hasSuffix("."))
        #expect(grammar.summary.count <= 80)
        #expect(grammar.statuses.starts(with: [.success]))
        #expect(grammar.statuses.contains(.usage), "every command can be called wrongly")
        for option in grammar.options { #expect(!option.summary.isEmpty && !option.summary.hasSuffix(".")) }
    }

    /// An example that does not parse would teach a mistake.
    @Test(arguments: grammars.map(\.name))
    func `every example parses`(name: String) throws {
        let grammar = try #require(CommandTable.command(named: name)).grammar
        #expect(!grammar.examples.isEmpty)
        for example in grammar.examples {
            let calls = shellCalls(of: example.line)
            #expect(calls.contains { $0.first == name }, "\(example.line) does not call \(name)")
            for words in calls {
                let command = try #require(CommandTable.command(named: words[0]), "\(example.line)")
                _ = try ArgumentParser.parse(Array(words.dropFirst()), for: command.grammar)
            }
        }
    }

    /// The words behind `admf` of each call in a line: enough of a shell for what examples use.
    private func shellCalls(of line: String) -> [[String]] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in line {
            if character == "'" {
                isQuoted.toggle()
            } else if character == " ", !isQuoted {
                words.append(word)
                word = ""
            } else {
                word.append(!isQuoted && "()<".contains(character) ? " " : character)
            }
        }
        words.append(word)
        words = words.map { $0.trimmingPrefix { $0 == " " } }.map { String($0) }
        return words.split { ["&&", ">", "|"].contains($0) }.compactMap { part in
            guard let start = part.firstIndex(of: "admf") else { return nil }
            return part[part.index(after: start)...].map { $0.hasSuffix(" ") ? String($0.dropLast()) : $0 }
        }
    }
}
