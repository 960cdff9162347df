import BacktestSearch
import Foundation

/// Functions to be minimised, whose minima are known: the surfaces on which other libraries' searches were measured.
struct Surface: Sendable {
    let name: String
    let space: SearchSpace
    let minimum: Double
    let loss: @Sendable (ParameterSet) -> Double

    static let all = [branin, hartmann, ackley, ridge, mixedExit]

    private static func real(
        _ path: String,
        _ low: Double,
        _ high: Double,
        log: Bool = false
    ) -> SearchParameter {
        SearchParameter(path, .real(low: low, high: high, logarithmic: log, digits: 6))
    }

    private static func number(_ choice: ParameterChoice?) -> Double {
        switch choice {
        case .real(let value): value
        case .level(let level): Double(level)
        case .whole(let value): Double(value)
        case nil: .nan
        }
    }

    static let branin = Surface(
        name: "branin",
        space: SearchSpace([real("s.x", -5, 10), real("s.y", 0, 15)]),
        minimum: 0.39788735772973816
    ) { set in
        let x = number(set[0])
        let y = number(set[1])
        let valley = y - 5.1 / (4 * .pi * .pi) * x * x + 5 / .pi * x - 6
        return valley * valley + 10 * (1 - 1 / (8 * .pi)) * cos(x) + 10
    }

    static let hartmann = Surface(
        name: "hartmann6",
        space: SearchSpace((0..<6).map { real("s.x\($0)", 0, 1) }),
        minimum: -3.322368011415515
    ) { set in
        let a: [[Double]] = [
            [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
            [17, 8, 0.05, 10, 0.1, 14],
        ]
        let p: [[Double]] = [
            [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
            [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
            [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
            [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
        ]
        let weights: [Double] = [1, 1.2, 3, 3.2]
        return -weights.indices.reduce(0) { sum, row in
            let distance = set.indices.reduce(0.0) {
                let away = number(set[$1]) - p[row][$1]
                return $0 + a[row][$1] * away * away
            }
            return sum + weights[row] * exp(-distance)
        }
    }

    static let ackley = Surface(
        name: "ackley5",
        space: SearchSpace((0..<5).map { real("s.x\($0)", -15, 15) }),
        minimum: 0
    ) { set in
        let x = zip(set, [3.7, -2.1, 0.9, -5.3, 1.4]).map { number($0) - $1 }
        let squares = x.reduce(0) { $0 + $1 * $1 } / 5
        let waves = x.reduce(0) { $0 + cos(2 * .pi * $1) } / 5
        return 20 + M_E - 20 * exp(-0.2 * squares.squareRoot()) - exp(waves)
    }

    /// Like a crossover's Sharpe ratio over two lengths: a broad hill, a narrower better one, roughness, lucky spikes.
    static let ridge = Surface(
        name: "ridge_ints",
        space: SearchSpace([
            SearchParameter("s.fast", .levels(count: 59, ordered: true)),
            SearchParameter("s.gap", .levels(count: 200, ordered: true)),
        ]),
        minimum: -1.5577199736549343
    ) { set in
        let f = 2 + number(set[0])
        let g = 1 + number(set[1])
        func square(_ x: Double) -> Double { x * x }
        let broad = 0.8 * exp(-square((f - 34) / 18) - square((g - 120) / 60))
        let narrow = 1.3 * exp(-square((f - 12) / 6) - square((g - 48) / 22))
        return -(broad + narrow + 0.25 * square(square(roughness(Int(f), Int(g)))))
    }

    private static func roughness(_ f: Int, _ g: Int) -> Double {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(f),\(g)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        hash ^= hash >> 33
        return Double(hash >> 11) * 0x1p-53
    }

    /// Like a strategy with an exit to choose, a stop on a log scale and a length.
    static let mixedExit = Surface(
        name: "mixed_exit",
        space: SearchSpace([
            SearchParameter("s.exit", .levels(count: 3, ordered: false)),
            real("s.stop", 0.001, 0.2, log: true),
            SearchParameter("s.lookback", .levels(count: 246, ordered: true)), real("s.width", 0.5, 4),
        ]),
        minimum: -2.6
    ) { set in
        guard case .level(let exit) = set[0] else { return .nan }
        let stop = log(number(set[1]) / [0.02, 0.05, 0.008][exit])
        let length = (5 + number(set[2]) - 80) / 40
        let width = number(set[3]) - 2.2
        return
            -([0, 0.25, 0.4][exit] + exp(-stop * stop) + 0.8 * exp(-length * length) + 0.4 * cos(2.5 * width)
            * exp(-abs(width)))
    }

    /// The least loss above the minimum after some trials of a search.
    func regret(_ settings: SearchSettings) throws -> Double {
        var search = Search(space, settings)
        while true {
            let trials = search.ask(1 << 20)
            if trials.isEmpty { break }
            for trial in trials { try search.tell(trial.number, .losses([loss(trial.set)])) }
        }
        return (search.improvements.last?.loss ?? .infinity) - minimum
    }
}
