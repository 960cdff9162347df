import Foundation
import Testing

/// Small files and functions: 200 and 40 lines are aimed at; here are the walls.
@Suite struct SizeTests {
    /// Files over 400 lines and why they are.
    static let longFiles: [String: String] = [:]

    /// Functions over 70 lines that are older than the rule, as `path:name` to lines; entries only go or shrink.
    static let longFunctions: [String: Int] = [:]

    static let fileWall = 800
    static let fileNeedsReason = 400
    static let functionWall = 70

    @Test func `no file is over 800 lines`() {
        let bad = (SourceTree.sources + SourceTree.tests).filter { $0.lines.count > Self.fileWall }
        #expect(bad.map(\.path).isEmpty)
    }

    @Test func `a file over 400 lines has a reason`() {
        let long = SourceTree.sources.filter { $0.lines.count > Self.fileNeedsReason }.map(\.path)
        #expect(Set(long).subtracting(Self.longFiles.keys).isEmpty, "split these, or say why they are long")
        #expect(Set(Self.longFiles.keys).subtracting(long).isEmpty, "these are short now: drop them here")
    }

    @Test func `no function is over 70 lines`() {
        var crossings: [String] = []
        for file in SourceTree.sources {
            for function in FunctionScanner.functions(in: file.lines) where function.lines > Self.functionWall
            {
                let key = "\(file.path):\(function.name)"
                if function.lines > (Self.longFunctions[key] ?? 0) {
                    crossings.append("\(key) \(function.lines)")
                }
            }
        }
        #expect(crossings.isEmpty)
    }

    @Test func `the scanner counts from the signature to the closing brace`() {
        let body = ["    func a(", "        x: Int", "    ) {", "        if x { \"}\" }", "    }", "}"]
        #expect(FunctionScanner.functions(in: body) == [.init(name: "a", lines: 5)])
        #expect(FunctionScanner.functions(in: ["protocol P {", "    func a() -> Int", "}"]).isEmpty)
        let nested = ["init() {", "    func b() {", "    }", "}"]
        #expect(FunctionScanner.functions(in: nested).map(\.name).sorted() == ["b", "init"])
    }

    @Test func `the scanner finds the functions of the project`() {
        let count = SourceTree.sources.reduce(0) { $0 + FunctionScanner.functions(in: $1.lines).count }
        #expect(count > 30)
    }
}

/// Finds functions and their lengths by counting braces; rough, but it errs on no file of this project.
enum FunctionScanner {
    struct Function: Equatable {
        var name: String
        var lines: Int
    }

    static func functions(in lines: [String]) -> [Function] {
        let code = withoutMultilineStrings(lines)
        return code.indices.compactMap { start in
            guard let name = functionName(code[start]) else { return nil }
            return length(from: start, in: code).map { Function(name: name, lines: $0) }
        }
    }

    private static func withoutMultilineStrings(_ lines: [String]) -> [String] {
        var isInside = false
        return lines.map { line in
            let toggles = line.components(separatedBy: "\"\"\"").count - 1
            defer { if toggles % 2 == 1 { isInside.toggle() } }
            return isInside || toggles > 0 ? (isInside ? "" : String(line.prefix { $0 != "\"" })) : line.code
        }
    }

    private static func functionName(_ line: String) -> String? {
        let words = line.split { " (<".contains($0) }.map(String.init)
        for (index, word) in words.enumerated() {
            switch word {
            case "func": return index + 1 < words.count ? words[index + 1] : nil
            case "init", "init?", "deinit", "subscript": return word
            case "public", "package", "private", "internal", "fileprivate", "static", "final", "override",
                "mutating",
                "consuming", "borrowing", "nonisolated", "convenience", "required", "open", "class",
                "indirect":
                continue
            default:
                if word.hasPrefix("@") { continue }
                return nil
            }
        }
        return nil
    }

    private static func length(from start: Int, in code: [String]) -> Int? {
        var braces = 0
        var parentheses = 0
        var hasBody = false
        for index in start..<code.count {
            let line = code[index].trimmingCharacters(in: .whitespaces)
            let isContinuation = ["->", "where", "{", ")", "throws", "async"].contains { line.hasPrefix($0) }
            if index > start, !hasBody, parentheses == 0, !isContinuation { return nil }
            for character in line {
                switch character {
                case "(": parentheses += 1
                case ")": parentheses -= 1
                case "{" where hasBody || parentheses == 0:
                    braces += 1
                    hasBody = true
                case "}" where hasBody: braces -= 1
                default: break
                }
            }
            if hasBody, braces == 0 { return index - start + 1 }
        }
        return nil
    }
}
