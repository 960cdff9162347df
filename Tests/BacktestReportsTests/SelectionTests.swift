import BacktestMetrics
import BacktestModel
import BacktestReports
import BacktestResults
import Testing

/// Pareto fronts, plateaus and ties.
@Suite struct SelectionTests {
    private func rows(_ points: [(Double?, Double?)]) -> [RunSummary.Row] {
        points.enumerated().map { index, point in
            var row = Pairing.row(index, "p", [.number(Double(index))], [:])
            row.metrics[.sharpeRatio] = point.0
            row.metrics[.maxDrawdown] = point.1
            return row
        }
    }

    @Test func `the front is what no other beats`() throws {
        let found = try ParetoFront.indices(
            of: rows([(1, 0.1), (2, 0.2), (1.5, 0.3), (3, 0.9), (nil, 0), (1, 0.1), (0.5, 0.05)]),
            [.sharpeRatio, .maxDrawdown]
        )
        #expect(found == [0, 1, 3, 5, 6], "more drawdown is worse, equal ones stay, undefined ones go")
        #expect(try ParetoFront.indices(of: rows([(1, 1), (3, 1), (2, 1)]), [.sharpeRatio]) == [1])
        #expect(try ParetoFront.indices(of: [], [.sharpeRatio]).isEmpty)
        #expect(throws: ReportError.self) { try ParetoFront.indices(of: rows([(1, 1)]), [.totalTrades]) }
    }

    @Test func `the front agrees with its definition on many points`() throws {
        var state: UInt64 = 99
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double((state >> 33) % 40) / 10
        }
        let points = (0..<300).map { _ in (next(), next()) }
        let expected = points.indices.filter { i in
            !points.indices.contains { j in
                points[j].0 >= points[i].0 && points[j].1 <= points[i].1 && points[j] != points[i]
            }
        }
        let found = try ParetoFront.indices(
            of: rows(points.map { ($0.0, $0.1) }),
            [.sharpeRatio, .maxDrawdown]
        )
        #expect(found == Array(expected))
    }

    /// A 3 x 3 grid with a lonely peak in a corner and a plateau in another.
    private let grid: RunSummary = {
        let values: [[Double]] = [[6, 0, 0], [0, 3, 4], [0, 4, 5]]
        var rows: [RunSummary.Row] = []
        for x in 0..<3 {
            for y in 0..<3 {
                let parameters: [Scalar] = [.number(Double(10 * x)), .number([1, 2, 50][y]), .text("m")]
                rows.append(Pairing.row(3 * x + y, "p", parameters, [.sharpeRatio: values[x][y]]))
            }
        }
        return RunSummary(parameterPaths: ["x", "y", "mode"], rows: rows)
    }()

    @Test func `a plateau beats a lonely peak`() throws {
        let plain = try Leaderboard(grid, .init(by: "sharpe_ratio"))
        #expect(plain.rows.first?.containerID == "p_0")
        #expect(plain.plateaus.isEmpty)
        var query = Leaderboard.Query(by: "sharpe_ratio", top: 2)
        query.selectsPlateau = true
        let board = try Leaderboard(grid, query)
        #expect(board.rows.map(\.containerID) == ["p_8", "p_5"])
        let best = try #require(board.plateaus.first)
        #expect(best.mean == 13.0 / 3)
        #expect((best.worst, best.neighbourCount) == (4, 2))
        #expect(board.table([.sharpeRatio]).columns.contains { $0.name == "worst_neighbour" })
        #expect(board.json.elements[0]["plateau"]?["neighbours"]?.integer == 2)
    }

    @Test func `neighbours stay in their portfolio`() {
        var rows = grid.rows
        rows[1].portfolioID = "q"
        let summary = RunSummary(parameterPaths: grid.parameterPaths, rows: rows)
        let found = Plateau.all(summary, maximize: true) { $0.metrics[.sharpeRatio] }
        #expect(found[0].neighbourCount == 1, "one of two has gone to another portfolio")
        #expect((found[1].mean, found[1].worst, found[1].neighbourCount) == (0, nil, 0))
    }

    @Test func `a plateau of what should be low has its highest as the worst`() {
        let found = Plateau.all(grid, maximize: false) { $0.metrics[.sharpeRatio] }
        #expect(found[4].worst == 4)
        #expect(found[4].mean == 11.0 / 5)
    }

    @Test func `ties are decided by the next key`() throws {
        var query = Leaderboard.Query(by: "mode")
        query.thenBy = ["x", "sharpe_ratio"]
        let board = try Leaderboard(grid, query)
        #expect(board.rows.map(\.containerID).prefix(4) == ["p_8", "p_7", "p_6", "p_5"])
        query.thenBy = ["sharp_ratio"]
        #expect(throws: ReportError.self) { try Leaderboard(grid, query) }
    }
}

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
        let text = map.text(style: TextStyle(width: 40), isASCII: true)
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
