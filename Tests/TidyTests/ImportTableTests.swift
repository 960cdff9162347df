import Testing

/// The arrows between modules point down only, and each of them is used.
///
/// The table is Package.swift itself. The compiler misses an import that is merely transitive, and an arrow that nobody goes.
@Suite struct ImportTableTests {
    /// What comes with the toolchain and may be imported anywhere below the tests; never Foundation.
    static let system: Set<String> = ["Glibc", "Synchronization"]

    /// The same for tests.
    static let systemOfTests = system.union(["Foundation", "Testing", "FoundationXML"])

    /// Programs that tests run, and modules whose tables a test reads: arrows for the build alone.
    static let builtOnly: Set<String> = ["admf", "backtest-bench"]

    /// The module that a line imports, `nil` where it imports none.
    ///
    /// Imports stand at the left margin; an indented one belongs to a text in another language.
    static func importedModule(_ line: String) -> String? {
        guard line.first?.isWhitespace != true else { return nil }
        var words = line.split(separator: " ").map(String.init)
        while let first = words.first,
            ["public", "package", "internal", "private"].contains(first)
                || first.hasPrefix("@")
        {
            words.removeFirst()
        }
        guard words.count >= 2, words[0] == "import" else { return nil }
        let kinds: Set<String> = ["struct", "class", "enum", "func", "var", "let", "typealias", "protocol"]
        let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
        return String(name.split(separator: ".")[0])
    }

    /// What the files of a target import, by target.
    static let imports: [String: Set<String>] = {
        var imports: [String: Set<String>] = [:]
        for file in SourceTree.swiftSources + SourceTree.tests {
            for line in file.lines {
                if let name = importedModule(line) { imports[file.module, default: []].insert(name) }
            }
        }
        return imports
    }()

    @Test func `every import is in Package_swift`() {
        let bad = SourceTree.places(in: SourceTree.swiftSources + SourceTree.tests) { file, _, line in
            guard let name = Self.importedModule(line) else { return false }
            let isTest = file.path.hasPrefix("Tests/")
            if (isTest ? Self.systemOfTests : Self.system).contains(name) { return false }
            return PackageTable.dependencies[file.module]?.contains(name) != true
        }
        #expect(bad.isEmpty, "imports that Package.swift does not allow")
    }

    @Test func `every arrow of Package_swift is gone by somebody`() {
        for entry in PackageTable.entries {
            let used = Self.imports[entry.name] ?? []
            let dead = entry.dependencies.filter { !used.contains($0) && !Self.builtOnly.contains($0) }
            #expect(dead.isEmpty, "\(entry.name): no file imports them")
        }
    }

    @Test func `every module is in Package_swift`() {
        let modules = Set((SourceTree.sources + SourceTree.tests).map(\.module))
        #expect(modules.subtracting(PackageTable.dependencies.keys).isEmpty)
        #expect(modules.count >= 40)
    }

    @Test func `modules have no circle, and none imports a test's`() {
        let names = Set(PackageTable.entries.map(\.name))
        let tests = Set(PackageTable.entries.filter(\.isTest).map(\.name))
        var settled: Set<String> = []
        var waiting = PackageTable.entries
        while let next = waiting.firstIndex(where: {
            settled.isSuperset(of: names.intersection($0.dependencies))
        }) {
            let entry = waiting.remove(at: next)
            settled.insert(entry.name)
            if !entry.isTest { #expect(tests.isDisjoint(with: entry.dependencies), "\(entry.name)") }
        }
        #expect(waiting.isEmpty, "\(waiting.map(\.name))")
    }

    @Test(
        arguments: [
            ("import BacktestModel", "BacktestModel"), ("public import Glibc", "Glibc"),
            ("@preconcurrency internal import struct Glibc.stat", "Glibc"), ("let import_ = 1", nil),
            ("    // import Foundation", nil),
        ] as [(String, String?)]
    )
    func `the scanner reads imports`(line: String, module: String?) {
        #expect(Self.importedModule(line) == module)
    }

    @Test func `the scanner reads targets`() {
        let text = """
            func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
                .target(name: name, dependencies: dependencies, swiftSettings: strict)
            }
            module("A"),
            module(
                "B",
                [
                    "A", "C",
                ]
            ),
            .executableTarget(name: "run", dependencies: ["B"], swiftSettings: strict),
            .executableTarget(name: "bare", swiftSettings: strict),
            tests("BTests", ["B", "A"], exclude: ["Fixtures"]),
            .target(name: "Kit", path: "Tests/Kit", swiftSettings: strict),
            """
        let entries = PackageTable.entries(in: text)
        #expect(entries.map(\.name) == ["A", "B", "run", "bare", "BTests", "Kit"])
        #expect(entries.map(\.dependencies) == [[], ["A", "C"], ["B"], [], ["B", "A"], []])
        #expect(entries.map(\.isTest) == [false, false, false, false, true, true])
    }
}
