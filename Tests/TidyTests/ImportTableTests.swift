import Testing

/// The arrows between modules point down only.
///
/// The compiler misses an import that is merely transitive, so the table of
/// Package.swift stands here a second time.
@Suite struct ImportTableTests {
    /// What each module may import of our own and of C.
    static let table: [String: Set<String>] = [
        "BacktestModel": [],
        "BacktestConcurrency": [],
        "BacktestRandom": [],
        "BacktestExpressions": ["BacktestModel"],
        "BacktestYAML": ["CLibYAML"],
        "BacktestHashing": ["CCrypto"],
        "BacktestHTTP": ["CCurl"],
        "BacktestColumnar": ["CDuckDB"],
        "BacktestMarketData": [
            "BacktestModel", "BacktestConcurrency", "BacktestHashing", "BacktestColumnar", "CZlib", "CZstd",
        ],
        "BacktestRules": [
            "BacktestModel", "BacktestConcurrency", "BacktestExpressions", "BacktestMarketData", "CKernels",
        ],
        "BacktestStatistics": ["BacktestRandom", "CKernels"],
        "BacktestEvents": ["BacktestModel"],
        "BacktestMetrics": ["BacktestModel", "BacktestEvents", "CKernels"],
        "BacktestTracing": [
            "BacktestModel", "BacktestConcurrency", "BacktestEvents", "CISAL", "CZlib", "CZstd",
        ],
        "BacktestTraceSQLite": ["BacktestModel", "BacktestEvents", "BacktestTracing", "CSQLite"],
        "BacktestTraceParquet": ["BacktestModel", "BacktestEvents", "BacktestTracing", "BacktestColumnar"],
        "BacktestEngine": ["BacktestModel", "BacktestEvents", "BacktestMarketData", "CKernels"],
        "BacktestResults": ["BacktestModel", "BacktestMetrics", "BacktestHashing"],
        "BacktestSweep": [
            "BacktestConcurrency", "BacktestExpressions", "BacktestModel", "BacktestMarketData",
            "BacktestRules", "BacktestEvents", "BacktestMetrics",
            "BacktestTracing", "BacktestTraceSQLite", "BacktestTraceParquet", "BacktestEngine",
            "BacktestResults", "BacktestHashing", "BacktestHTTP", "CMalloc",
        ],
        "BacktestReports": [
            "BacktestModel", "BacktestExpressions", "BacktestMetrics", "BacktestResults",
            "BacktestStatistics",
        ],
        "BacktestSQL": [
            "BacktestModel", "BacktestColumnar", "BacktestEvents", "BacktestMetrics", "BacktestTracing",
            "BacktestTraceParquet", "BacktestResults", "BacktestSweep", "BacktestReports",
        ],
        "BacktestConfiguration": [
            "BacktestConcurrency", "BacktestModel", "BacktestExpressions", "BacktestYAML", "BacktestHashing",
            "BacktestColumnar", "BacktestMarketData",
            "BacktestRules", "BacktestEvents", "BacktestMetrics", "BacktestTracing", "BacktestEngine",
            "BacktestSweep",
        ],
        "BacktestCommands": [
            "BacktestConcurrency", "BacktestModel", "BacktestExpressions", "BacktestYAML", "BacktestHashing",
            "BacktestMarketData",
            "BacktestRules", "BacktestEvents", "BacktestMetrics", "BacktestTracing", "BacktestEngine",
            "BacktestConfiguration", "BacktestSweep", "BacktestResults", "BacktestReports", "BacktestHTTP",
            "BacktestColumnar", "BacktestSQL",
            // `doctor` asks each C library for its version and a piece of its work.
            "CLibYAML", "CZlib", "CZstd", "CCrypto", "CISAL", "CSQLite",
        ],
        "BacktestTestKit": ["BacktestModel"],
        "admf": ["BacktestCommands"],
        "backtest-fuzz": [
            "BacktestYAML", "BacktestRules", "BacktestMarketData", "BacktestResults", "BacktestConfiguration",
            "BacktestExpressions", "BacktestSweep", "BacktestModel",
        ],
        "backtest-bench": [],
    ]

    /// What comes with the toolchain and may be imported anywhere; never Foundation.
    static let system: Set<String> = ["Glibc", "Synchronization"]

    /// The module that a line imports, `nil` where it imports none.
    static func importedModule(_ line: String) -> String? {
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

    @Test func `every import is in the table`() {
        let bad = SourceTree.places(in: SourceTree.swiftSources) { file, _, line in
            guard let name = Self.importedModule(line), !Self.system.contains(name) else { return false }
            return Self.table[file.module]?.contains(name) != true
        }
        #expect(bad.isEmpty, "imports that the table does not allow")
    }

    @Test func `every module is in the table`() {
        let modules = Set(SourceTree.sources.map(\.module))
        #expect(modules.subtracting(Self.table.keys).isEmpty)
        #expect(!modules.isEmpty)
    }

    @Test func `the table has no circle`() {
        var settled: Set<String> = []
        var waiting = Set(Self.table.keys)
        while true {
            let next = waiting.filter { name in
                (Self.table[name] ?? []).allSatisfy { !$0.hasPrefix("Backtest") || settled.contains($0) }
            }
            if next.isEmpty { break }
            settled.formUnion(next)
            waiting.subtract(next)
        }
        #expect(waiting.isEmpty)
    }

    @Test func `Package_swift names no dependency that the table does not`() throws {
        let package = try #require(SourceTree.documents.first { $0.path == "Package.swift" })
        let text = package.lines.joined(separator: " ")
        let pattern = /module\(\s*"([A-Za-z]+)"(?:,\s*\[([^\]]*)\])?/
        var seen = 0
        for match in text.matches(of: pattern) {
            let module = String(match.1)
            let named = (match.2 ?? "").matches(of: /"([A-Za-z]+)"/).map { String($0.1) }
            #expect(Set(named) == Self.table[module], "\(module): Package.swift and the table differ")
            seen += 1
        }
        #expect(seen >= 15)
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
}
