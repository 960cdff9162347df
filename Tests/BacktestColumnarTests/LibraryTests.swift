import BacktestColumnar
import BacktestTestKit
import Foundation
import Testing

/// Where DuckDB is looked for, and what is said where it is not.
@Suite struct LibraryTests {
    private func library(in folder: TemporaryFolder, _ path: String) -> String {
        try? FileManager.default.createDirectory(
            atPath: "\(folder.path)/\(path)",
            withIntermediateDirectories: true
        )
        return folder.write(Array("no library".utf8), to: "\(path)/libduckdb.so")
    }

    @Test func `what the user names is the only place`() {
        let folder = TemporaryFolder()
        let path = library(in: folder, "a")
        for named in [path, "\(folder.path)/a"] {
            let places = DuckDBPlaces(named: named, executable: "/usr/bin/admf", dataHome: "/usr/share")
            #expect(places.candidates.map(\.library) == [path])
            #expect(places.candidates.allSatisfy { $0.isBinding && $0.origin == "ADMF_DUCKDB" })
        }
    }

    @Test func `the system's comes first, then what was installed, fetched, and the user's own`() {
        let folder = TemporaryFolder()
        let top = folder.path
        let fetched = library(in: folder, "project/.deps/duckdb")
        let shared = library(in: folder, "project/share/admf/duckdb")
        let own = library(in: folder, "home/admf/duckdb")
        let built = DuckDBPlaces(
            named: "",
            executable: "\(top)/project/.build/x86_64-unknown-linux-gnu/release/admf",
            dataHome: "\(top)/home"
        )
        #expect(built.candidates.map(\.library) == ["libduckdb.so", fetched, own])
        let installed = DuckDBPlaces(named: nil, executable: "\(top)/project/bin/admf", dataHome: "")
        #expect(installed.candidates.map(\.library) == ["libduckdb.so", shared, fetched])
        #expect(DuckDBPlaces(named: nil, executable: "", dataHome: "").candidates.count == 1)
    }

    @Test(
        arguments: [
            ("/nowhere/libduckdb.so", "No such file"), ("libc.so.6", "lacks duckdb_library_version"),
        ] as [(String, String)]
    )
    func `a library that is none is named with its reason`(path: String, reason: String) {
        let places = DuckDBPlaces(named: path, executable: "", dataHome: "")
        let error = #expect(throws: ColumnarError.self) { try DuckDBLibrary.load(places) }
        #expect(error?.code == .notLoadable)
        #expect(error?.message.contains(path) == true && error?.message.contains(reason) == true)
        #expect(error?.remedy.contains("make setup") == true)
    }

    @Test func `nothing anywhere is an error with a way out`() {
        let error = #expect(throws: ColumnarError.self) { try DuckDBLibrary.load(DuckDBPlaces([])) }
        #expect(error?.code == .notFound)
        #expect(error?.description.contains("ADMF_DUCKDB") == true)
    }

    @Test(
        arguments: [
            ("plain", "\"plain\"", "'plain'"), ("a\"b'c", "\"a\"\"b'c\"", "'a\"b''c'"), ("", "\"\"", "''"),
            ("x'; DROP TABLE t; --", "\"x'; DROP TABLE t; --\"", "'x''; DROP TABLE t; --'"),
            // With an accent on it a quote is one Swift character that is not a quote.
            ("'\u{301}", "\"'\u{301}\"", "'''\u{301}'"), ("a\0b", "\"ab\"", "'ab'"),
        ] as [(String, String, String)]
    )
    func `names and texts are quoted`(text: String, identifier: String, literal: String) {
        #expect(Array(SQLText.identifier(text).utf8) == Array(identifier.utf8))
        #expect(Array(SQLText.literal(text).utf8) == Array(literal.utf8))
    }
}
