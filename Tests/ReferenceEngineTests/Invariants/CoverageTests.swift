import Testing

/// What the random scenarios come to; a rule that they never reach would go untested in silence.
struct CoverageTests {
    /// The space is covered: every exit reason and every rejection turns up among the seeds.
    @Test func scenariosReachEveryCorner() {
        var reasons: Set<Reference.ExitReason> = []
        var rejections: Set<Reference.Rejection> = []
        var cuts = 0
        var cancelled = 0
        for seed in UInt64(0)..<2_000 {
            let outcome = Reference.Engine.run(ScenarioGenerator.scenario(seed: seed))
            reasons.formUnion(outcome.trades.map(\.reason))
            rejections.formUnion(outcome.rejections.keys)
            cuts += outcome.cuts
            cancelled += outcome.cancelled
        }
        #expect(reasons == Set(Reference.ExitReason.allCases))
        #expect(rejections == Set(Reference.Rejection.allCases))
        #expect(cuts > 0 && cancelled > 0)
    }

    /// A generator that no longer came to a rule would let it go untested in silence.
    @Test func theSeedsOfARunComeToEveryRule() {
        var seen: [Reference.Coverage: Int] = [:]
        for seed in UInt64(0)..<500 {
            let outcome = Reference.Engine.run(ScenarioGenerator.scenario(seed: seed))
            seen.merge(outcome.coverage, uniquingKeysWith: +)
        }
        for rule in Reference.Coverage.allCases {
            #expect(seen[rule, default: 0] > 0, "\(rule)")
        }
    }
}
