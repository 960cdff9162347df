import Foundation
import Testing

/// `admf notebook`: its structure always, its run in Jupyter where scripts/jupyter.sh has made a place for it.
@Suite(.serialized) struct NotebookTests {
    /// Python with Jupyter, as `make test-all` makes it.
    static let python: String? = {
        let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = top.appendingPathComponent(".build/jupyter/bin/python").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    static func run(_ limit: String = "12", _ more: String...) throws -> (scratch: Scratch, admf: Admf) {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let ran = try admf.run(["run", "config.yaml", "-q", "--limit", limit] + more)
        #expect(ran.status == 0, "\(ran.errors)")
        return (scratch, admf)
    }

    private func cells(_ text: String) throws -> [[String: Any]] {
        let notebook = try RunTests.object(text)
        #expect(notebook["nbformat"] as? Int == 4 && notebook["nbformat_minor"] as? Int == 5)
        return try #require(notebook["cells"] as? [[String: Any]])
    }

    private func source(_ cell: [String: Any]) -> String {
        (cell["source"] as? [String] ?? []).joined()
    }

    @Test func `it is a notebook by the letter of nbformat`() throws {
        let (scratch, admf) = try Self.run()
        let outcome = try admf("notebook", "demo")
        #expect(outcome.status == 0 && outcome.output.hasSuffix("/notebook.ipynb\n"))
        let cells = try cells(scratch.read("results/demo/latest/notebook.ipynb"))
        #expect(cells.count > 10)
        let ids = cells.compactMap { $0["id"] as? String }
        #expect(Set(ids).count == cells.count && ids.allSatisfy { !$0.isEmpty && $0.count <= 64 })
        for cell in cells {
            let isCode = cell["cell_type"] as? String == "code"
            #expect(isCode || cell["cell_type"] as? String == "markdown")
            #expect((cell["outputs"] != nil) == isCode && (cell["execution_count"] != nil) == isCode)
            #expect(cell["metadata"] is [String: Any] && !source(cell).isEmpty)
        }
        let code = cells.map(source).joined(separator: "\n")
        #expect(code.contains("RUN = Path(\".\")") && code.contains("OBJECTIVE = \"sharpe_ratio\""))
        #expect(code.contains("PARAMETERS = [\"crossover.fast\", \"crossover.slow\"]"))
    }

    @Test func `elsewhere it has the run's path, and names are texts`() throws {
        let (scratch, admf) = try Self.run("1")
        let folder = "results/it's \"odd\" \\ [x]"
        try FileManager.default.createDirectory(
            atPath: scratch.path(folder),
            withIntermediateDirectories: true
        )
        let latest = try FileManager.default.destinationOfSymbolicLink(
            atPath: scratch.path("results/demo/latest")
        )
        let moved = "\(folder)/\(latest)"
        try FileManager.default.moveItem(
            atPath: scratch.path("results/demo/\(latest)"),
            toPath: scratch.path(moved)
        )
        let text = try admf("notebook", moved, "--output", "-").output
        let line = try #require(try cells(text).map(source).first { $0.contains("RUN = Path(") })
        #expect(line.contains("it's \\\"odd\\\" \\\\ [x]"))
        #expect(line.contains("PARAMETERS = []"), "one container sweeps nothing")
        #expect(try admf("notebook", moved, "-o", "mine.ipynb").status == 0 && scratch.has("mine.ipynb"))
        #expect(try admf("notebook", moved, "-o", "no/such/mine.ipynb").status == 5)
        #expect(try admf("notebook", "nobody").status == 2)
    }

    @Test(
        .enabled(if: python != nil, "Jupyter is not there: scripts/jupyter.sh (make test-all) fetches it"),
        arguments: [("12", true), ("12", false), ("1", true)]
    )
    func `Jupyter runs it to its end`(limit: String, exports: Bool) throws {
        let (scratch, admf) = try Self.run(limit)
        if exports, DuckDB.isThere { #expect(try admf("export", "demo").status == 0) }
        #expect(try admf("notebook", "demo").status == 0)
        try scratch.write(
            "execute.py",
            """
            import sys, nbformat
            from nbclient import NotebookClient
            book = nbformat.read(sys.argv[1], as_version=4)
            nbformat.validate(book)
            NotebookClient(book, timeout=300, resources={"metadata": {"path": sys.argv[2]}}).execute()
            kinds = [key for cell in book.cells for output in cell.get("outputs", []) for key in output.get("data", {})]
            print("pictures", kinds.count("image/png"), "tables", kinds.count("text/html"))
            """
        )
        let folder = scratch.path("results/demo/latest")
        let outcome = try Tools.run(
            try #require(Self.python),
            [scratch.path("execute.py"), "\(folder)/notebook.ipynb", folder]
        )
        #expect(outcome.status == 0, "\(outcome.output.suffix(3000))")
        let counts = outcome.output.split(separator: "\n").last?.split(separator: " ").compactMap { Int($0) }
        let (pictures, tables) = (counts?.first ?? 0, counts?.last ?? 0)
        // Distributions, heat map, trades and equity; one container has no heat map.
        #expect(pictures >= (limit == "1" ? 3 : 4) && tables >= 3, "\(outcome.output.suffix(300))")
    }
}
