import BacktestMetrics
import BacktestModel
import BacktestReports
import BacktestResults
import Testing

@Suite struct PlotTests {
    private let summary: RunSummary = {
        var rows: [RunSummary.Row] = []
        for x in 1...3 {
            for y in 1...2 {
                let parameters: [Scalar] = [.number(Double(x)), .number(Double(y))]
                rows.append(Pairing.row(2 * x + y, "p", parameters, [.sharpeRatio: Double(x * y)]))
            }
        }
        rows.append(Pairing.row(99, "q", [.number(3), .number(2)], [.sharpeRatio: 0]))
        return RunSummary(parameterPaths: ["a.x", "a.y"], rows: rows)
    }()

    @Test func `cells are means over everything else`() throws {
        let map = try HeatMap(summary, x: "a.x", y: "a.y", metric: .sharpeRatio)
        #expect(map.cells == [[1, 2, 3], [2, 4, 3]])
        #expect(map.columns == [.number(1), .number(2), .number(3)])
        let text = map.text(style: TextStyle(width: 60), isASCII: true)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines[0] == "sharpe_ratio by a.x (across) and a.y (up)")
        // Shares 1/3, 1 and 2/3 of nine signs.
        #expect(lines[1] == "  2  " + ["=", "@", "#"].map { String(repeating: $0, count: 8) }.joined())
        #expect(lines[2].hasPrefix("  1  ........"))
        #expect(lines[3].hasPrefix("     1       2       3"))
        #expect(lines[4].hasPrefix("worst 1.000 ") && lines[4].hasSuffix(" 4.000 best"))
        #expect(text.utf8.allSatisfy { $0 < 128 })
        #expect(map.text(style: TextStyle(width: 40), isASCII: false).contains("█"))
        #expect(
            map.text(style: TextStyle(width: 40, hasColors: true), isASCII: false).contains("\u{1B}[48;5;")
        )
    }

    @Test func `a narrow terminal gets fewer columns`() throws {
        let rows = (0..<200).map {
            Pairing.row($0, "p", [.number(Double($0)), .number(Double($0 % 2))], [.cagr: 1])
        }
        let map = try HeatMap(
            RunSummary(parameterPaths: ["x", "y"], rows: rows),
            x: "x",
            y: "y",
            metric: .cagr
        )
        for line in map.text(style: TextStyle(width: 60), isASCII: true).split(separator: "\n").dropLast(2) {
            #expect(line.count <= 60)
        }
    }

    @Test func `a path that is not swept is put right`() {
        let error = #expect(throws: ReportError.self) {
            try HeatMap(summary, x: "a.z", y: "a.y", metric: .cagr)
        }
        #expect(error?.message.contains("did you mean 'a.x'?") == true)
        #expect(throws: ReportError.self) { try HeatMap(summary, x: "a.x", y: "a.x", metric: .cagr) }
    }

    @Test func `a histogram counts every value`() throws {
        let values = (0..<100).map { Double($0 * $0) }
        let histogram = try #require(Histogram(values))
        #expect(histogram.counts.reduce(0, +) == 100)
        #expect(histogram.limits.count == 10)
        #expect(histogram.counts[0] == 32, "0 to 990 are the squares of 0 to 31")
        let text = histogram.text(.integer, style: TextStyle(width: 50), isASCII: true)
        #expect(text.split(separator: "\n").count == 10)
        #expect(text.utf8.allSatisfy { $0 < 128 })
        #expect(Histogram([]) == nil)
        #expect(Histogram([2, 2, 2])?.counts == [3])
        #expect(Histogram([-1e308, 1e308])?.counts.reduce(0, +) == 2)
    }
}
