import BacktestRandom
import BacktestSearch
import Foundation
import Testing

/// Sets and points that other libraries, or the rules worked out in Python, give for the same seed.
@Suite struct SamplerOracleTests {
    /// The space of the oracle: two stepped integers, a logarithmic and a plain range, a list.
    private static let space = SearchSpace(
        [
            SearchParameter("s.fast", .levels(count: 59, ordered: true)),
            SearchParameter("s.gap", .levels(count: 39, ordered: true)),
            SearchParameter("s.stop", .real(low: 0.001, high: 0.2, logarithmic: true, digits: 6)),
            SearchParameter("s.level", .real(low: -1.5, high: 2.5, logarithmic: false, digits: 6)),
            SearchParameter("s.exit", .levels(count: 3, ordered: false)),
        ],
        allows: { set in
            guard case .level(let fast) = set[0], case .level(let gap) = set[1] else { return false }
            return 2 + fast < 10 + 5 * gap
        }
    )

    private static func oracle() throws -> [String: Any] {
        try Fixture.json("samplers.json")
    }

    private static func texts(_ set: ParameterSet) -> [String] {
        set.enumerated().map { place, choice in
            switch choice {
            case .level(let level):
                ["\(2 + level)", "\(10 + 5 * level)", "", "", ["fixed", "trail", "atr"][level % 3]][place]
            case .real(let value): "\(value)"
            default: ""
            }
        }
    }

    @Test func `words are NumPy's`() throws {
        let words = try #require(try Self.oracle()["words"] as? [String: Any])
        let label = try #require(words["label"] as? String)
        let trial = try #require(words["trial"] as? Int)
        let expected = try #require(words["words"] as? [String]).compactMap { UInt64($0) }
        var stream = RandomStream(seed: 42, label: label, number: UInt64(trial))
        #expect(expected.count == 6)
        #expect(expected.map { _ in stream.next() } == expected)
        #expect(
            expected.indices.map {
                RandomStream(seed: 42, label: label, number: UInt64(trial)).word(UInt64($0))
            } == expected
        )
    }

    @Test func `random sets under a constraint`() throws {
        let expected = try #require(try Self.oracle()["random"] as? [[String: Any]])
        var search = Search(Self.space, SearchSettings(method: .random, trials: 24, seed: 42))
        let trials = search.ask(100)
        #expect(trials.count == 24)
        for (trial, row) in zip(trials, expected) {
            let texts = Self.texts(trial.set)
            for (path, text) in zip(Self.space.parameters.map(\.path), texts) {
                let want = try #require(row[path])
                #expect(text == "\(want)", "trial \(trial.number), \(path)")
            }
        }
        #expect(search.ask(1).isEmpty && search.stop == .trials)
    }

    @Test func `latin hypercube and scrambled sobol points`() throws {
        let oracle = try Self.oracle()
        let cube = SearchSpace(
            (0..<5).map { SearchParameter("\($0)", .real(low: 0, high: 1, logarithmic: false, digits: 17)) }
        )
        for (name, method) in [("latin_hypercube_u", SearchMethodName.latinHypercube), ("sobol_u", .sobol)] {
            let expected = try #require(oracle[name] as? [[Double]])
            var search = Search(cube, SearchSettings(method: method, trials: expected.count, seed: 42))
            let trials = search.ask(expected.count)
            #expect(trials.count == 24 && expected.count == 24)
            for (trial, point) in zip(trials, expected) {
                for (choice, want) in zip(trial.set, point) {
                    guard case .real(let value) = choice else { continue }
                    #expect(abs(value - want) < 1e-15, "\(name) \(trial.number)")
                }
            }
        }
    }

    @Test func `plain sobol points are SciPy's in 64 dimensions`() throws {
        let oracle = try Fixture.json("sobol_plain.json")
        let indices = try #require(oracle["index"] as? [Int])
        let points = try #require(oracle["points"] as? [[Double]])
        let cube = SearchSpace(
            (0..<64).map { SearchParameter("\($0)", .real(low: 0, high: 1, logarithmic: false, digits: 17)) }
        )
        var settings = SearchSettings(method: .sobol, trials: 64, seed: 1)
        settings.scramble = false
        var search = Search(cube, settings)
        let sets = search.ask(64).map(\.set)
        for (index, point) in zip(indices, points) {
            #expect(sets[index] == point.map { .real($0) }, "index \(index)")
        }
    }
}
