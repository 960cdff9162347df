import BacktestEngine
public import BacktestModel

extension RunPlan {
    /// Number of containers that trade: every portfolio times every parameter set; the largest integer where there are more.
    public var tradingContainerCount: Int {
        SweepPlan.containerCount(templates: portfolios.count, sets: sweep.setCount)
    }

    /// The options of one container: the plan's own, then the values of its parameter set, axis by axis.
    ///
    /// - Parameters:
    ///   - portfolio: Index into `portfolios`; -1 for an analysis container.
    ///   - set: Index of the parameter set, 0 to `sweep.setCount` - 1.
    /// - Returns: The options with which the container runs.
    public func settings(ofPortfolio portfolio: Int, set: Int) -> ContainerSettings {
        var settings = ContainerSettings(
            portfolioIndex: portfolio,
            execution: execution,
            portfolio: portfolio < 0 ? PortfolioOptions() : portfolios[portfolio].options,
            metrics: metrics,
            parameters: parameters
        )
        guard sweep.isSweep else { return settings }
        let rows = sweep.rows(ofSet: set)
        for (axis, row) in zip(sweep.axes, rows) {
            for column in axis.columns { column[row]?.apply(&settings) }
        }
        return settings
    }

    /// Paths and printed values of a parameter set, in the order of `sweep.paths`; what a case leaves out is left out.
    public func parameterValues(ofSet set: Int) -> [(path: String, value: Scalar)] {
        guard sweep.isSweep else { return [] }
        let rows = sweep.rows(ofSet: set)
        var values = [Scalar?](repeating: nil, count: sweep.paths.count)
        for (axis, row) in zip(sweep.axes, rows) {
            for (parameter, column) in zip(axis.parameters, axis.columns) {
                values[parameter] = column[row]?.printed
            }
        }
        return zip(sweep.paths, values).compactMap { path, value in value.map { (path, $0) } }
    }

    /// The id of a container: the portfolio's, with a sweep followed by `_` and the set's index (rule R80).
    public func containerID(ofPortfolio portfolio: Int, set: Int) -> String {
        containerID(portfolios[portfolio].id, set: set)
    }

    /// The id of a container of the portfolio or analysis container with that id.
    public func containerID(_ id: String, set: Int) -> String {
        guard sweep.isSweep else { return id }
        let digits = String(set)
        return id + "_" + String(repeating: "0", count: max(0, sweep.idDigitCount - digits.count)) + digits
    }
}
