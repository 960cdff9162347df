import Foundation

/// The targets of Package.swift and what each may import: the one table of the project's arrows.
enum PackageTable {
    /// A target as Package.swift declares it.
    struct Entry: Sendable {
        let name: String
        let dependencies: [String]
        let isTest: Bool
    }

    /// Every target that is made of Swift sources, in the order of Package.swift.
    static let entries: [Entry] = {
        guard let package = SourceTree.documents.first(where: { $0.path == "Package.swift" }) else {
            return []
        }
        return entries(in: package.lines.map(withoutComment).joined(separator: "\n"))
    }()

    /// Dependencies by target.
    static let dependencies = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.dependencies) })

    /// What a target's declaration begins with, and whether the target is one of tests.
    private static let beginnings: [(text: String, isTest: Bool)] = [
        ("module(", false), ("tests(", true), (".executableTarget(", false), (".target(", false),
    ]

    static func entries(in text: String) -> [Entry] {
        var found: [(place: String.Index, entry: Entry)] = []
        for (beginning, isTest) in beginnings {
            var rest = text[...]
            while let match = rest.range(of: beginning) {
                rest = text[match.upperBound...]
                let before =
                    match.lowerBound == text.startIndex ? " " : text[text.index(before: match.lowerBound)]
                guard !before.isLetter, let call = arguments(text[match.upperBound...]) else { continue }
                guard let name = strings(in: call.prefix { $0 != "[" }).first else { continue }
                let isTests = isTest || call.contains("path: \"Tests/")
                found.append(
                    (match.lowerBound, Entry(name: name, dependencies: list(in: call), isTest: isTests))
                )
            }
        }
        return found.sorted { $0.place < $1.place }.map(\.entry)
    }

    /// What stands between a call's parentheses; `nil` for a declaration of the function itself, which has no target's name.
    private static func arguments(_ text: Substring) -> Substring? {
        var depth = 1
        for place in text.indices {
            if text[place] == "(" { depth += 1 }
            if text[place] == ")" { depth -= 1 }
            if depth == 0 {
                let call = text[..<place]
                return call.contains("\"") ? call : nil
            }
        }
        return nil
    }

    /// The names in the list of dependencies: the first list that is not that of another argument.
    private static func list(in call: Substring) -> [String] {
        guard let open = call.firstIndex(of: "[") else { return [] }
        let label = call[..<open].split(whereSeparator: { ", \n".contains($0) }).last ?? ""
        guard !label.hasSuffix(":") || label == "dependencies:" else { return [] }
        guard let close = call[open...].firstIndex(of: "]") else { return [] }
        return strings(in: call[open..<close])
    }

    private static func strings(in text: Substring) -> [String] {
        text.matches(of: /"([^"]+)"/).map { String($0.1) }
    }

    private static func withoutComment(_ line: String) -> String {
        let trimmed = line.drop { $0 == " " }
        return trimmed.hasPrefix("//") ? "" : line
    }
}
