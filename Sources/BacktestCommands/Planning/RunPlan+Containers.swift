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
        return PlannedContainer(id: analysisID(analysis, set: set), template: .analysis(analysis), set: set)
    }

    private func analysisID(_ index: Int, set: Int) -> String {
        guard sweep.isSweep else { return analyses[index].id }
        let width = max(4, String(sweep.numberedSetCount - 1).count)
        let digits = String(set)
        return analyses[index].id + "_" + String(repeating: "0", count: max(0, width - digits.count)) + digits
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
    package func expandedValues() -> [(path: String, values: [Scalar])] {
        paths.indices.map { parameter in
            var seen: Set<Scalar> = []
            var values: [Scalar] = []
            for axis in axes {
                guard let column = axis.parameters.firstIndex(of: parameter) else { continue }
                for row in axis.rows {
                    guard let value = row[column]?.printed, seen.insert(value).inserted else { continue }
                    values.append(value)
                }
            }
            return (paths[parameter], values)
        }
    }
}
