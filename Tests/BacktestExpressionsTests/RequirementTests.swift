import BacktestExpressions
import Testing

@Suite struct RequirementTests {
    /// Four containers, the best is the third; `gap` has no value in the first.
    private let sharpe = [0.5, 1.0, 2.0, -0.5]
    private let trades = [10.0, 30, 40, 50]
    private let gap: [Double?] = [nil, 1, 2, 3]

    private var population: Population {
        Population(count: 4, best: 2) { name, index in
            switch name {
            case "sharpe_ratio": sharpe[index]
            case "total_trades": trades[index]
            case "gap": gap[index]
            default: nil
            }
        }
    }

    @Test(arguments: [
        ("max(sharpe_ratio) >= 2", RequirementResult.Outcome.pass), ("max(sharpe_ratio) > 2", .fail),
        ("min(sharpe_ratio) == -0.5", .pass), ("mean(sharpe_ratio) == 0.75", .pass),
        ("median(sharpe_ratio) == 0.75", .pass), ("quantile(sharpe_ratio, 0.5) > 0", .pass),
        ("quantile(sharpe_ratio, 1) < 2", .fail), ("count(total_trades >= 30) >= 3", .pass),
        ("count(total_trades >= 30) > 3", .fail), ("share(total_trades >= 30) == 75%", .pass),
        ("all(total_trades >= 10)", .pass), ("all(sharpe_ratio > 0)", .fail),
        ("any(sharpe_ratio > 1.5)", .pass),
        ("any(sharpe_ratio > 3)", .fail), ("all(sharpe_ratio) <= 2", .pass), ("all(sharpe_ratio) < 2", .fail),
        ("2 >= all(sharpe_ratio)", .pass), ("any(sharpe_ratio) < -0.4", .pass),
        ("not any(total_trades < 10)", .pass), ("sharpe_ratio == 2", .pass),
        ("best(total_trades) == 40", .pass),
        ("best(sharpe_ratio * 2 > 3) and max(sharpe_ratio, 3) == 3", .cannotTell),
        ("max(sharpe_ratio) - min(sharpe_ratio) == 2.5", .pass),
        ("all(sharpe_ratio) <= max(total_trades)", .pass),
        ("max(abs(sharpe_ratio) / total_trades) <= 0.05", .pass),
    ])
    func `every aggregate`(text: String, outcome: RequirementResult.Outcome) throws {
        guard outcome != .cannotTell else {
            // `best` of a condition has no form that could be compared: refused, never passed.
            #expect(throws: ExpressionDiagnostic.self) { try Requirement.parse(text) }
            return
        }
        #expect(try Requirement.parse(text).evaluate(population).outcome == outcome)
    }

    @Test(arguments: [
        "missing > 0", "max(missing) > 0", "all(gap > 0)", "not all(gap > 0)", "any(gap > 5)",
        "count(gap > 0) >= 4",
        "all(gap) >= 1", "1 / (sharpe_ratio - 2) > 0", "sharpe_ratio > 0 and missing > 0",
        "log(min(sharpe_ratio)) < 9",
    ])
    func `what cannot be evaluated never passes`(text: String) throws {
        let result = try Requirement.parse(text).evaluate(population)
        #expect(result.outcome == .cannotTell)
        #expect(result.reason?.isEmpty == false)
    }

    @Test(arguments: [
        ("count(gap > 0) >= 3", RequirementResult.Outcome.pass), ("count(gap > 0) >= 5", .fail),
        ("all(gap > 1)", .fail), ("any(gap > 2)", .pass), ("min(gap) >= 1", .pass),
        ("sharpe_ratio < 0 and missing > 0", .fail), ("sharpe_ratio > 0 or missing > 0", .pass),
    ])
    func `what is known decides`(text: String, outcome: RequirementResult.Outcome) throws {
        #expect(try Requirement.parse(text).evaluate(population).outcome == outcome)
    }

    @Test func `what was observed, against what, and whose it is`() throws {
        let highest = try Requirement.parse("max(sharpe_ratio) >= 3").evaluate(population)
        #expect((highest.observed, highest.threshold) == (2, 3))
        let every = try Requirement.parse("all(total_trades) <= 20").evaluate(population)
        #expect((every.observed, every.threshold, every.example) == (50, 20, 3))
        #expect(try Requirement.parse("min(gap) > 0").evaluate(population).undefinedCount == 1)
    }

    @Test func `without containers nothing holds`() throws {
        let empty = Population(count: 0, best: nil, bestReason: "none") { _, _ in nil }
        for text in [
            "all(sharpe_ratio > 0)", "any(sharpe_ratio > 0)", "sharpe_ratio > 0",
            "share(sharpe_ratio > 0) <= 1",
        ] {
            #expect(try Requirement.parse(text).evaluate(empty).outcome == .cannotTell, "\(text)")
        }
        #expect(try Requirement.parse("count(sharpe_ratio > 0) >= 1").evaluate(empty).outcome == .fail)
    }

    @Test(arguments: [
        ("max(sharpe_ratio)", 0, 17, "a requirement is a condition"),
        ("all(sharpe_ratio)", 0, 17, "need a comparison"),
        ("count(sharpe_ratio) > 1", 6, 12, "needs a condition"),
        ("max(sharpe_ratio > 1) > 0", 4, 16, "needs a number"),
        ("max(mean(x)) > 0", 4, 4, "inside another"), ("quantile(x) > 0", 0, 11, "takes 2 arguments, not 1"),
        ("quantile(x, 2) > 0", 12, 1, "from 0 to 1"), ("maximum(x) > 0", 0, 7, "unknown function 'maximum'"),
        ("all(x) > any(x)", 7, 1, "only one side"), ("all(x) + 1 > 2", 0, 6, "need a comparison"),
        ("median(x, y) > 0", 0, 12, "takes 1 argument, not 2"), ("x[1] > 0", 2, 1, "no history"),
        ("(x > 1) > 0", 1, 5, "needs a number"), ("x and y > 1", 0, 1, "needs a condition"),
    ])
    func `errors point at their place`(text: String, offset: Int, length: Int, message: String) {
        let error = #expect(throws: ExpressionDiagnostic.self) { try Requirement.parse(text) }
        #expect(error?.offset == offset)
        #expect(error?.length == length)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }

    @Test func `names are looked up where they are known`() throws {
        let error = #expect(throws: ExpressionDiagnostic.self) {
            try Requirement.parse("max(sharp_ratio) > 1", known: ["sharpe_ratio"])
        }
        #expect(error?.offset == 4)
        #expect(error?.hint == "did you mean 'sharpe_ratio'?")
    }
}
