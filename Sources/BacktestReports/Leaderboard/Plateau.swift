import BacktestModel
public import BacktestResults

/// How a container's neighbourhood in the grid of parameters does: a peak that stands alone is luck more often than skill.
public struct Plateau: Sendable, Equatable {
    /// Mean over the container and its neighbours, `nil` where the container itself has no value.
    public var mean: Double?
    /// The worst of the neighbours, `nil` without any that has a value.
    public var worst: Double?
    /// Number of neighbours that have a value.
    public var neighbourCount: Int

    private struct Place: Hashable {
        var portfolioID: String
        var positions: [Int]
    }

    /// The plateau of every container of a run.
    ///
    /// Neighbours are the containers of the same portfolio one step up or down in one parameter and equal in all others, a
    /// step being the next value that occurs in the run. Parameters that are no numbers have no steps.
    ///
    /// - Parameters:
    ///   - summary: The run.
    ///   - maximize: Whether more is better.
    ///   - value: What is averaged.
    /// - Returns: a plateau per row of the summary.
    public static func all(
        _ summary: RunSummary,
        maximize: Bool,
        value: (RunSummary.Row) -> Double?
    ) -> [Plateau] {
        let axes = summary.parameterPaths.indices.map { axis in
            GridAxis(summary.rows.map { $0.parameters[axis] })
        }
        let places = summary.rows.map { row in
            Place(
                portfolioID: row.portfolioID,
                positions: zip(axes, row.parameters).map { $0.position(of: $1) }
            )
        }
        let values = summary.rows.map(value)
        let indices = Dictionary(zip(places, places.indices), uniquingKeysWith: { old, _ in old })
        return places.indices.map { index in
            guard let own = values[index] else { return Plateau(mean: nil, worst: nil, neighbourCount: 0) }
            var sum = own
            var worst: Double?
            var count = 0
            for axis in axes.indices where axes[axis].isNumeric {
                for step in [-1, 1] {
                    var place = places[index]
                    place.positions[axis] += step
                    guard let other = indices[place], let found = values[other] else { continue }
                    sum += found
                    count += 1
                    worst = worst.map { maximize ? min($0, found) : max($0, found) } ?? found
                }
            }
            return Plateau(mean: sum / Double(count + 1), worst: worst, neighbourCount: count)
        }
    }

    /// The plateau as JSON.
    var json: JSONValue {
        .object([
            Named("mean", mean.map { .number($0) } ?? .null),
            Named("worst_neighbour", worst.map { .number($0) } ?? .null),
            Named("neighbours", .number(Double(neighbourCount))),
        ])
    }
}

/// The values that a parameter takes in a run, in order.
struct GridAxis {
    /// The values: numbers ascending, then others in the order in which they occur.
    let values: [Scalar]
    /// Whether all are numbers, so that steps mean something; null, where it doesn't concern a container, is let pass.
    let isNumeric: Bool
    private let positions: [Scalar: Int]

    init(_ column: [Scalar]) {
        var seen: Set<Scalar> = []
        let distinct = column.filter { seen.insert($0).inserted }
        var numbers: [Double] = []
        var others: [Scalar] = []
        for value in distinct {
            if case .number(let number) = value { numbers.append(number) } else { others.append(value) }
        }
        values = numbers.sorted().map { .number($0) } + others
        isNumeric = others.allSatisfy { $0 == .null }
        // A gap between numbers and others, so that no step leads from one to the other.
        var positions: [Scalar: Int] = [:]
        for (index, value) in values.enumerated() {
            positions[value] = index < numbers.count ? index : numbers.count + 1 + 2 * (index - numbers.count)
        }
        self.positions = positions
    }

    func position(of value: Scalar) -> Int { positions[value] ?? -2 }
}
