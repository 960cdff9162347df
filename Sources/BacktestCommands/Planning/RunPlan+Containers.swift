package import BacktestModel
package import BacktestSweep

/// A container of a run, before it runs: a portfolio or analysis container with one parameter set.
package struct PlannedContainer: Sendable, Hashable {
    /// What the container is made from.
    package enum Template: Sendable, Hashable {
        /// Index into `RunPlan.portfolios`.
        case portfolio(Int)
        /// Index into `RunPlan.analyses`.
        case analysis(Int)
    }

    /// The container's id, which is its folder's name.
    package var id: String
    /// What it is made from.
    package var template: Template
    /// Index of its parameter set, 0 to `SweepPlan.setCount` - 1.
    package var set: Int
}

extension RunPlan {
    /// Number of containers: every portfolio and analysis container times every parameter set; the largest integer where
    /// there are more.
    package var containerCount: Int {
        SweepPlan.containerCount(templates: portfolios.count + analyses.count, sets: sweep.setCount)
    }

    /// The same, with the sets that a limit has left out of the plan.
    package var numberedContainerCount: Int {
        SweepPlan.containerCount(templates: portfolios.count + analyses.count, sets: sweep.numberedSetCount)
    }

    /// The container at a position, 0 to `containerCount` - 1: portfolios in config order, then analysis containers, each
    /// with its parameter sets in ascending order.
    package func container(at index: Int) -> PlannedContainer {
        let (place, set) = index.quotientAndRemainder(dividingBy: sweep.setCount)
        guard place >= portfolios.count else {
            let id = containerID(ofPortfolio: place, set: set)
            return PlannedContainer(id: id, template: .portfolio(place), set: set)
        }
        let analysis = place - portfolios.count
        let id = containerID(analyses[analysis].id, set: set)
        return PlannedContainer(id: id, template: .analysis(analysis), set: set)
    }

    /// Positions of the containers whose id matches one of some shell patterns (all where there are none), ascending, the
    /// first `limit` of them.
    package func containers(matching patterns: [String], limit: Int?) -> [Int] {
        let count = containerCount
        let most = min(limit ?? count, count)
        guard !patterns.isEmpty else { return Array(0..<most) }
        let wildcards = patterns.map { WildcardPattern($0) }
        var positions: [Int] = []
        for index in 0..<count where positions.count < most {
            let id = container(at: index).id
            if wildcards.contains(where: { $0.matches(id) }) { positions.append(index) }
        }
        return positions
    }

    /// Ids of the strategies whose signals a container hears: the filter of its subscription.
    package func filter(of template: PlannedContainer.Template) -> [String] {
        switch template {
        case .portfolio(let index): portfolios[index].strategies.map { strategies[$0].id }
        case .analysis(let index): analyses[index].strategies.map { strategies[$0].id }
        }
    }
}

extension SweepPlan {
    /// The values that each path takes, in the order written: the expanded lists, each value once.
    ///
    /// Of a list of more than `limit` rows the first values alone; `count` is the number of all.
    package func expandedValues(limit: Int = .max) -> [(path: String, values: [Scalar], count: Int)] {
        paths.indices.map { parameter in
            var seen: Set<Scalar> = []
            var values: [Scalar] = []
            var rowCount = 0
            for axis in axes {
                guard let place = axis.parameters.firstIndex(of: parameter) else { continue }
                let column = axis.columns[place]
                rowCount = column.count
                for row in 0..<min(column.count, limit) {
                    guard let value = column[row]?.printed, seen.insert(value).inserted else { continue }
                    values.append(value)
                }
            }
            return (paths[parameter], values, rowCount > limit ? rowCount : values.count)
        }
    }
}
