import BacktestRandom

/// What population methods share: points of the unit cube that have been told, and the words of a generation.
struct Individual: Sendable {
    var point: [Double]
    var outcome: SearchOutcome
}

extension Individual {
    /// Better for one objective (rule V19); the earlier one among equals is chosen by sorting stably.
    static func isBetter(_ a: Individual, _ b: Individual) -> Bool { a.outcome.isBetter(than: b.outcome) }
}

extension Array where Element == Individual {
    /// Best first, earlier ones first among equals.
    func ranked() -> [Individual] {
        indices.sorted { a, b in
            Individual.isBetter(self[a], self[b]) || (!Individual.isBetter(self[b], self[a]) && a < b)
        }.map { self[$0] }
    }
}

/// Variation of points of the unit cube.
enum Variation {
    /// Simulated binary crossover of one coordinate within [0, 1] (Deb and Agrawal 1995); gives one of the two children.
    static func crossed(_ a: Double, _ b: Double, spread eta: Double, _ stream: inout RandomStream) -> Double
    {
        let u = stream.uniform()
        let takesFirst = stream.uniform() < 0.5
        let low = min(a, b)
        let high = max(a, b)
        guard high - low > 1e-14 else { return a }
        func child(_ edge: Double) -> Double {
            let beta = 1 + 2 * edge / (high - low)
            let alpha = 2 - power(beta, -(eta + 1))
            return u <= 1 / alpha
                ? power(u * alpha, 1 / (eta + 1)) : power(1 / (2 - u * alpha), 1 / (eta + 1))
        }
        let value =
            takesFirst
            ? 0.5 * (low + high - child(low) * (high - low))
            : 0.5 * (low + high + child(1 - high) * (high - low))
        return min(max(value, 0), 1)
    }

    /// Polynomial mutation of one coordinate within [0, 1] (Deb 2001).
    static func mutated(_ x: Double, spread eta: Double, _ stream: inout RandomStream) -> Double {
        let u = stream.uniform()
        let delta: Double
        if u < 0.5 {
            let value = 2 * u + (1 - 2 * u) * power(1 - x, eta + 1)
            delta = power(value, 1 / (eta + 1)) - 1
        } else {
            let value = 2 * (1 - u) + 2 * (u - 0.5) * power(x, eta + 1)
            delta = 1 - power(value, 1 / (eta + 1))
        }
        return min(max(x + delta, 0), 1)
    }

    /// A coordinate of an unordered parameter: any of its values.
    static func redrawn(_ parameter: SearchParameter, _ stream: inout RandomStream) -> Double {
        parameter.place(of: parameter.choice(stream.uniform()))
    }
}
