import BacktestExpressions
import BacktestMetrics
import BacktestModel
import BacktestReports
import BacktestResults
import Testing

private func board(
    _ by: String = "sharpe_ratio",
    maximize: Bool? = nil,
    top: Int? = nil,
    where condition: String? = nil
) throws -> Leaderboard {
    let formula = try condition.map { try Formula.parse($0) }
    return try Leaderboard(Board.summary, .init(by: by, maximize: maximize, top: top, condition: formula))
}

private func order(_ board: Leaderboard) -> [Int] {
    board.rows.compactMap { $0.containerID.last.flatMap { Int(String($0)) } }
}

@Suite struct LeaderboardTests {
    @Test func bestFirstTiesInContainerOrderUndefinedLast() throws {
        #expect(order(try board()) == [2, 0, 3, 4, 1, 5])
        #expect(order(try board(maximize: false)) == [4, 0, 3, 2, 1, 5])
    }

    @Test func directionIsTheMetricsOwn() throws {
        #expect(order(try board("max_drawdown")) == [0, 1, 2, 3, 4, 5])
        #expect(try board("max_drawdown").query.maximize == false)
        #expect(order(try board("total_return")).first == 4)
        #expect(order(try board("fast.n")) == [5, 4, 3, 2, 1, 0], "a parameter can be ordered by")
    }

    @Test(arguments: [
        ("total_trades >= 2000", [2, 3, 4]), ("fast.n < 10", [0, 1]),
        ("fast.n < 10 and sharpe_ratio > 1", [0]),
        ("not (sharpe_ratio > 0)", [4]), ("momentum.risk.stop_loss == 1%", [2, 0, 3, 1, 5]),
        ("win_rate > 2", []),
        ("final_equity / initial_capital - 1 > 0.2", [2, 3, 4]),
    ])
    func conditions(text: String, containers: [Int]) throws {
        let board = try board(where: text)
        #expect(order(board) == containers)
        #expect(board.matchCount == containers.count)
        #expect(board.containerCount == 6)
    }

    @Test func topCutsTheList() throws {
        #expect(order(try board(top: 2)) == [2, 0])
        #expect(order(try board(top: 100)).count == 6)
        #expect(throws: ReportError.self) { try board(top: 0) }
    }

    @Test func unknownNamesAreSaidWithTheNearest() {
        let error = #expect(throws: ReportError.self) { try board("sharp_ratio") }
        #expect(error?.message.contains("did you mean 'sharpe_ratio'?") == true)
        let other = #expect(throws: ReportError.self) { try board(where: "total_trade > 1") }
        #expect(other?.message.contains("did you mean 'total_trades'?") == true)
        let number = #expect(throws: ReportError.self) { try board(where: "total_trades") }
        #expect(number?.message.contains("is a number") == true)
    }

    @Test func conditionsAreParsedAgainstTheRunsNames() throws {
        #expect(try Leaderboard.condition("fast.n > 5", for: Board.summary).names == ["fast.n"])
        let unknown = #expect(throws: ExpressionDiagnostic.self) {
            try Leaderboard.condition("fast.m > 5", for: Board.summary)
        }
        #expect(unknown?.offset == 0 && unknown?.hint?.contains("fast.n") == true)
        let number = #expect(throws: ExpressionDiagnostic.self) {
            try Leaderboard.condition("fast.n + 5", for: Board.summary)
        }
        #expect(number?.message.contains("condition") == true)
    }

    @Test func golden() throws {
        expectGolden(Array(try board(top: 4).render(.table).utf8), "rank.txt")
        expectGolden(Array(try board(top: 4).render(.markdown).utf8), "rank.md")
        expectGolden(Array(try board(where: "total_trades > 0").render(.csv).utf8), "rank.csv")
        expectGolden(Array(try board(top: 1).render(.json).utf8), "rank.json")
    }

    @Test func jsonHasTheNamesOfMetricsJSON() throws {
        let rows = try JSONValue.parse(Array(try board().render(.json).utf8)).elements
        #expect(rows.count == 6)
        #expect(rows[0]["container_id"]?.text == "momentum_0002")
        #expect(rows[0]["parameters"]?["fast.n"]?.number == 10)
        #expect(rows[0]["metrics"]?.rows.map(\.name) == MetricName.names)
        #expect(rows[5]["status"]?.text == "failed")
        #expect(rows[5]["metrics"]?["sharpe_ratio"] == .null)
    }

    @Test func emptyRun() throws {
        let board = try Leaderboard(RunSummary(), .init(by: "sharpe_ratio"))
        #expect(board.rows.isEmpty)
        #expect(board.render(.json) == "[]\n")
    }

    @Test func footerSaysHowManyThereAre() throws {
        #expect(try board(top: 2).render(.table).hasSuffix("2 of 6 containers\n"))
        let text = try board(top: 1, where: "total_trades >= 2000").render(.table)
        #expect(text.hasSuffix("1 of 6 containers; 3 meet total_trades >= 2000\n"))
    }
}
