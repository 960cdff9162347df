import BacktestExpressions
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
        #expect(
            try ParetoFront.indices(
                of: rows([(1, 0.9), (3, 0.9), (2, 0.9), (9, 1), (8, 1.5)]),
                [.sharpeRatio]
            ) == [1]
        )
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

    /// Seeded whole numbers below a limit.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(limit))
        }
    }

    /// Containers at random places of a grid of three parameters, two portfolios, some values undefined, many ties.
    private func scattered(_ seed: UInt64) -> RunSummary {
        var dice = Dice(state: seed)
        var taken: Set<[Int]> = []
        var rows: [RunSummary.Row] = []
        while rows.count < 120 {
            let place = [dice.roll(5), dice.roll(4), dice.roll(3), dice.roll(2)]
            guard taken.insert(place).inserted else { continue }
            let values: [Scalar] = [
                .number([1, 2, 5, 10, 50][place[0]]), .number(Double(place[1])),
                .number(0.5 * Double(place[2])),
            ]
            var row = Pairing.row(rows.count, place[3] == 0 ? "p" : "q", values, [:])
            if dice.roll(10) > 0 { row.metrics[.sharpeRatio] = Double(dice.roll(7)) / 2 - 1 }
            if dice.roll(10) > 0 { row.metrics[.maxDrawdown] = Double(dice.roll(5)) / 10 }
            row.metrics[.totalTrades] = Double(dice.roll(60))
            rows.append(row)
        }
        return RunSummary(parameterPaths: ["a", "b", "c"], rows: rows)
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `plateaus agree with their definition`(seed: UInt64) {
        let summary = scattered(seed)
        let axes = (0..<3).map { axis in
            Set(
                summary.rows.compactMap { row -> Double? in
                    if case .number(let value) = row.parameters[axis] { return value }
                    return nil
                }
            ).sorted()
        }
        func steps(_ x: RunSummary.Row, _ y: RunSummary.Row) -> Int {
            (0..<3).reduce(0) { sum, axis in
                guard case .number(let a) = x.parameters[axis], case .number(let b) = y.parameters[axis],
                    let i = axes[axis].firstIndex(of: a), let j = axes[axis].firstIndex(of: b)
                else { return 99 }
                return sum + abs(i - j)
            }
        }
        let found = Plateau.all(summary, maximize: true) { $0.metrics[.sharpeRatio] }
        for (row, plateau) in zip(summary.rows, found) {
            let near = summary.rows.filter { $0.portfolioID == row.portfolioID && steps($0, row) == 1 }
                .compactMap { $0.metrics[.sharpeRatio] }
            guard let own = row.metrics[.sharpeRatio] else {
                #expect(plateau.mean == nil && plateau.worst == nil && plateau.neighbourCount == 0)
                continue
            }
            #expect(plateau.neighbourCount == near.count)
            #expect(plateau.worst == near.min())
            let mean = (near.reduce(0, +) + own) / Double(near.count + 1)
            #expect(abs((plateau.mean ?? .nan) - mean) < 1e-12)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `several keys, a condition and ties agree with plain sorting`(seed: UInt64) throws {
        let summary = scattered(seed)
        var query = Leaderboard.Query(by: "sharpe_ratio", condition: try Formula.parse("total_trades >= 20"))
        query.thenBy = ["max_drawdown", "b"]
        let board = try Leaderboard(summary, query)
        // Worst first by one key, then stably by each before it: equal ones keep container order.
        func key(_ row: RunSummary.Row, _ name: MetricName, _ sign: Double) -> Double {
            row.metrics[name].map { $0 * sign } ?? -.infinity
        }
        var expected = summary.rows.filter { ($0.metrics[.totalTrades] ?? 0) >= 20 }
        let sorts: [(RunSummary.Row) -> Double] = [
            { if case .number(let value) = $0.parameters[1] { value } else { 0 } },
            { key($0, .maxDrawdown, -1) }, { key($0, .sharpeRatio, 1) },
        ]
        for sort in sorts {
            // Swift's sort is not promised to be stable, so the place decides.
            expected = expected.enumerated().sorted {
                let (x, y) = (sort($0.element), sort($1.element))
                return x != y ? x > y : $0.offset < $1.offset
            }.map(\.element)
        }
        #expect(board.rows.map(\.containerID) == expected.map(\.containerID))
        #expect(board.matchCount == expected.count)
        let permuted = RunSummary(parameterPaths: summary.parameterPaths, rows: summary.rows.reversed())
        let again = try Leaderboard(permuted, query)
        #expect(
            again.rows.map { $0.metrics[.sharpeRatio] } == board.rows.map { $0.metrics[.sharpeRatio] },
            "the order of the rows decides between equal ones alone"
        )
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `fronts of three objectives agree with their definition`(seed: UInt64) throws {
        let rows = scattered(seed).rows.map { row in
            var row = row
            row.metrics[.cagr] = row.metrics[.totalTrades]
            return row
        }
        let metrics: [MetricName] = [.sharpeRatio, .maxDrawdown, .cagr]
        func point(_ row: RunSummary.Row) -> [Double]? {
            let values = metrics.compactMap { row.metrics[$0] }
            return values.count == 3 ? [values[0], -values[1], values[2]] : nil
        }
        let expected = rows.indices.filter { i in
            guard let own = point(rows[i]) else { return false }
            return !rows.contains { other in
                guard let them = point(other), them != own else { return false }
                return zip(them, own).allSatisfy { $0 >= $1 }
            }
        }
        #expect(try ParetoFront.indices(of: rows, metrics) == Array(expected))
    }
}
