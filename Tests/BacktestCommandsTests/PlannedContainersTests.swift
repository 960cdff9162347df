import BacktestCommands
import BacktestEngine
import BacktestModel
import BacktestRules
import BacktestSweep
import Testing

/// Ids, order and selection of a run's containers.
@Suite struct PlannedContainersTests {
    private static func plan(axes: [[Double]] = [], portfolios: [String] = ["a", "b"]) -> RunPlan {
        var plan = RunPlan(
            name: "n",
            configurationPath: "c.yaml",
            configurationBytes: [],
            configurationHash: ""
        )
        for id in ["s", "t"] {
            plan.strategies.append(
                StrategyPlan(id: id, source: .file(path: "\(id).csv"), symbols: [0], parameterOffset: 0)
            )
        }
        plan.portfolios = portfolios.map {
            PortfolioPlan(id: $0, strategies: [1, 0], options: PortfolioOptions())
        }
        for (index, values) in axes.enumerated() {
            plan.sweep.paths.append("s.p\(index)")
            let rows = values.map { [SweepValue?.some(SweepValue(printed: .number($0), apply: { _ in }))] }
            plan.sweep.axes.append(SweepAxis(parameters: [index], rows: rows))
        }
        return plan
    }

    @Test func `without a sweep a container is called like its portfolio`() {
        var plan = Self.plan()
        plan.analyses = [AnalysisPlan(id: "watch", strategies: [0], portfolios: [])]
        #expect(plan.containerCount == 3)
        #expect((0..<3).map { plan.container(at: $0).id } == ["a", "b", "watch"])
        #expect(plan.container(at: 2).template == .analysis(0))
        #expect(plan.filter(of: .portfolio(0)) == ["t", "s"])
        #expect(plan.filter(of: .analysis(0)) == ["s"])
        #expect(plan.parameterValues(ofSet: 0).isEmpty)
    }

    @Test func `the last parameter is the fastest, portfolios come one after the other`() {
        let plan = Self.plan(axes: [[1, 2], [10, 20, 30]])
        #expect(plan.containerCount == 12)
        #expect(plan.container(at: 0).id == "a_0000")
        #expect(plan.container(at: 5).id == "a_0005")
        #expect(plan.container(at: 6).id == "b_0000")
        let values = (0..<6).map { plan.parameterValues(ofSet: $0).map(\.value) }
        #expect(values[1] == [.number(1), .number(20)])
        #expect(values[5] == [.number(2), .number(30)])
        #expect(plan.parameterValues(ofSet: 4).map(\.path) == ["s.p0", "s.p1"])
    }

    @Test func `sets that break a constraint are not numbered`() {
        var plan = Self.plan(axes: [[1, 2, 3]])
        plan.sweep.survivors = [0, 2]
        #expect(plan.containerCount == 4)
        #expect(plan.container(at: 1).id == "a_0001")
        #expect(plan.parameterValues(ofSet: 1).map(\.value) == [.number(3)])
    }

    @Test func `more containers than an integer counts are the largest integer`() {
        var plan = Self.plan(axes: [[Double]](repeating: (0..<256).map(Double.init), count: 8))
        #expect(plan.containerCount == .max)
        #expect(plan.tradingContainerCount == .max)
        #expect(plan.containers(matching: [], limit: 2) == [0, 1])
        plan.sweep.survivors = [0, 1, 2]
        plan.sweep.survivorCount = plan.sweep.productCount
        #expect(plan.containerCount == 6)
        #expect(plan.numberedContainerCount == .max)
        #expect(plan.container(at: 3).id == "b_0000000000000000000")
    }

    @Test func `numbers are padded to four digits and more where they are needed`() {
        let many = Self.plan(axes: [(0..<10_001).map(Double.init)])
        #expect(many.container(at: 0).id == "a_00000")
        #expect(many.container(at: 10_000).id == "a_10000")
        #expect(Self.plan(axes: [(0..<10_000).map(Double.init)]).container(at: 9_999).id == "a_9999")
    }

    @Test func `selection by pattern and number`() {
        let plan = Self.plan(axes: [[1, 2, 3]])
        #expect(plan.containers(matching: [], limit: nil) == Array(0..<6))
        #expect(plan.containers(matching: [], limit: 2) == [0, 1])
        #expect(plan.containers(matching: [], limit: 100) == Array(0..<6))
        #expect(plan.containers(matching: ["b_*"], limit: nil) == [3, 4, 5])
        #expect(plan.containers(matching: ["*_0001", "a_000?"], limit: nil) == [0, 1, 2, 4])
        #expect(plan.containers(matching: ["*_0001", "a_000?"], limit: 3) == [0, 1, 2])
        #expect(plan.containers(matching: ["b"], limit: nil).isEmpty)
    }

    @Test func `expanded lists name each value once, in the order written`() {
        var plan = Self.plan(axes: [[3, 1, 3]])
        plan.sweep.paths.append("s.q")
        let value = SweepValue(printed: .text("x"), apply: { _ in })
        plan.sweep.axes.append(SweepAxis(parameters: [1], rows: [[value], [nil]]))
        let lists = plan.sweep.expandedValues()
        #expect(lists.map(\.path) == ["s.p0", "s.q"])
        #expect(lists[0].values == [.number(3), .number(1)])
        #expect(lists[1].values == [.text("x")])
        #expect(plan.parameterValues(ofSet: 1).map(\.path) == ["s.p0"], "a case may leave a parameter out")
    }
}
