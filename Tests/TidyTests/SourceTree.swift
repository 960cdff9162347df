import Foundation

/// One text file of the project, split into lines.
struct SourceFile: Sendable, CustomStringConvertible {
    /// Path from the project's top folder, with forward slashes.
    let path: String
    /// Lines without their line ends.
    let lines: [String]
    /// Whether the last byte is a line end.
    let endsWithNewline: Bool

    var description: String { path }

    /// The folder under `Sources` or `Tests`, empty elsewhere.
    var module: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }
}

/// The files of the project as they lie on disk beside this test.
enum SourceTree {
    /// The top folder, found from this file's own place.
    static let top = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every Swift file under `Sources`.
    static let sources = files(under: "Sources", suffixes: [".swift"])
    /// Those whose lines are Swift; what is left out holds a text in another language.
    static let swiftSources = sources.filter {
        $0.path != "Sources/BacktestReports/Notebook/RunNotebook+Code.swift"
    }
    /// Every Swift file under `Tests`.
    static let tests = files(under: "Tests", suffixes: [".swift"])
    /// What people read and edit besides.
    static let documents =
        files(under: "configs", suffixes: [".yaml", ".md", ".awk"]) + files(under: "docs", suffixes: [".md"])
        + files(under: "scripts", suffixes: [".sh", ".awk"])
        + files(
            under: "",
            names: [
                "Makefile", "README.md", "CHANGELOG.md", "Package.swift", "results/README.md", ".ci/run",
            ]
        )

    /// Files below a folder whose names end in one of the suffixes, sorted by path.
    static func files(under folder: String, suffixes: [String]) -> [SourceFile] {
        let base = top.appendingPathComponent(folder)
        guard let walker = FileManager.default.enumerator(atPath: base.path) else { return [] }
        let names = walker.compactMap { $0 as? String }.filter { name in
            suffixes.contains { name.hasSuffix($0) }
        }
        return files(under: folder + "/", names: names.sorted())
    }

    /// The named files, those that exist.
    static func files(under folder: String, names: [String]) -> [SourceFile] {
        names.compactMap { name in
            let path = folder + name
            guard let text = try? String(contentsOf: top.appendingPathComponent(path), encoding: .utf8) else {
                return nil
            }
            var lines = text.components(separatedBy: "\n")
            let ends = text.hasSuffix("\n")
            if ends { lines.removeLast() }
            return SourceFile(path: path, lines: lines, endsWithNewline: ends)
        }
    }

    /// `path:line` of every line for which the predicate holds.
    static func places(
        in files: [SourceFile],
        where isBad: (SourceFile, Int, String) -> Bool
    ) -> [String] {
        files.flatMap { file in
            file.lines.indices.filter { isBad(file, $0, file.lines[$0]) }.map { "\(file.path):\($0 + 1)" }
        }
    }
}

extension String {
    /// The line without string literals and without its `//` comment; rough, enough for counting and searching.
    var code: String {
        var result = ""
        var isInString = false
        var previous: Character = " "
        for character in self {
            if character == "\"", previous != "\\" {
                isInString.toggle()
                result.append(character)
            } else if !isInString {
                if character == "/", previous == "/" {
                    result.removeLast()
                    return result
                }
                result.append(character)
            }
            previous = character
        }
        return result
    }

    /// Whether the text holds a call of `name`: the name, not as the end of a longer one, and an opening parenthesis.
    func calls(_ name: String) -> Bool {
        var rest = self[...]
        while let match = rest.range(of: name + "(") {
            let before = match.lowerBound == startIndex ? " " : self[index(before: match.lowerBound)]
            if !before.isLetter, !before.isNumber, before != "_", before != "." { return true }
            rest = rest[match.upperBound...]
        }
        return false
    }
}
