public import BacktestModel
import Glibc

/// A container of a run, before it runs: a portfolio or analysis container with one parameter set.
public struct PlannedContainer: Sendable, Hashable {
    /// What the container is made from.
    public enum Template: Sendable, Hashable {
        /// Index into `RunPlan.portfolios`.
        case portfolio(Int)
        /// Index into `RunPlan.analyses`.
        case analysis(Int)
    }

    /// The container's id, which is its folder's name.
    public var id: String
    /// What it is made from.
    public var template: Template
    /// Index of its parameter set, 0 to `SweepPlan.setCount` - 1.
    public var set: Int
}

extension RunPlan {
    /// Number of containers: every portfolio and analysis container times every parameter set.
    public var containerCount: Int { (portfolios.count + analyses.count) * sweep.setCount }

    /// The container at a position, 0 to `containerCount` - 1: portfolios in config order, then analysis containers, each
    /// with its parameter sets in ascending order.
    public func container(at index: Int) -> PlannedContainer {
        let (place, set) = index.quotientAndRemainder(dividingBy: sweep.setCount)
        let isPortfolio = place < portfolios.count
        let owner = isPortfolio ? portfolios[place].id : analyses[place - portfolios.count].id
        return PlannedContainer(
            id: containerID(of: owner, set: set),
            template: isPortfolio ? .portfolio(place) : .analysis(place - portfolios.count),
            set: set
        )
    }

    /// The id of a portfolio's container: the portfolio's own without a sweep, else with the set's index padded to at least
    /// four digits (rule R80).
    public func containerID(of owner: String, set: Int) -> String {
        guard sweep.isSweep else { return owner }
        let width = max(4, String(sweep.setCount - 1).count)
        let digits = String(set)
        return "\(owner)_" + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Positions of the containers whose id matches one of some shell patterns (all where there are none), ascending, the
    /// first `limit` of them.
    public func containers(matching patterns: [String], limit: Int?) -> [Int] {
        let count = containerCount
        let most = min(limit ?? count, count)
        guard !patterns.isEmpty else { return Array(0..<most) }
        var positions: [Int] = []
        for index in 0..<count where positions.count < most {
            let id = container(at: index).id
            if patterns.contains(where: { fnmatch($0, id, 0) == 0 }) { positions.append(index) }
        }
        return positions
    }

    /// Ids of the strategies whose signals a container hears: the filter of its subscription.
    public func filter(of template: PlannedContainer.Template) -> [String] {
        switch template {
        case .portfolio(let index): portfolios[index].strategies.map { strategies[$0].id }
        case .analysis(let index): analyses[index].strategies.map { strategies[$0].id }
        }
    }
}

extension SweepPlan {
    /// Paths and values of a set, in the order in which the paths were written; what a case leaves out is missing.
    public func parameters(ofSet index: Int) -> [(path: String, value: Scalar)] {
        var values = [Scalar?](repeating: nil, count: paths.count)
        for (axis, row) in zip(axes, rows(ofSet: index)) {
            for (parameter, value) in zip(axis.parameters, axis.rows[row]) {
                values[parameter] = value?.printed
            }
        }
        return zip(paths, values).compactMap { path, value in value.map { (path, $0) } }
    }

    /// The values that each path takes, in the order written: the expanded lists, each value once.
    public func expandedValues() -> [(path: String, values: [Scalar])] {
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
