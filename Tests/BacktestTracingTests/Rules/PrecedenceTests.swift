import BacktestEvents
import BacktestTracing
import Testing

@Suite struct PrecedenceTests {
    /// A rule of each scope that names `momentum_0042` of portfolio `momentum`, weakest first.
    static let ladder: [TraceScope] = [
        .everything, .pattern("*"), .kind(.portfolio), .pattern("mom*"), .pattern("momentum_*"),
        .pattern("momentum_004?"), .container("momentum"), .container("momentum_0042"),
    ]

    @Test(arguments: 0..<8, 0..<8)
    func narrowerScopeWinsWhereverItIsWritten(a: Int, b: Int) {
        let rules = [a, b].map { rank in (Self.ladder[rank], directive { $0.maxEvents = 100 + rank }) }
        let settings = plan(rules).settings(forContainer: "momentum_0042", ofPortfolio: "momentum")
        #expect(settings.maxEvents == 100 + max(a, b))
    }

    @Test func laterRuleWinsAmongEquals() {
        let rules: [(TraceScope, TraceDirective)] = [
            (.pattern("a*c"), directive { $0.maxEvents = 1 }),
            (.pattern("?bc"), directive { $0.maxEvents = 2 }),
        ]
        #expect(plan(rules).settings(forContainer: "abc").maxEvents == 2)
        #expect(plan(rules.reversed()).settings(forContainer: "abc").maxEvents == 1)
    }

    @Test func eachKeyIsDecidedOnItsOwn() {
        let settings = plan([
            (.pattern("momentum_*"), directive { $0.maxEvents = 5 }),
            (
                .pattern("*"),
                directive {
                    $0.retention = .slidingWindow; $0.maxEvents = 9
                }
            ),
            (
                .everything,
                directive {
                    $0.eventTypes = types(.signal); $0.retention = .all
                }
            ),
        ]).settings(forContainer: "momentum_1")
        #expect(settings.maxEvents == 5)
        #expect(settings.retention == .slidingWindow)
        #expect(settings.eventTypes == types(.signal))
    }

    @Test func kindsConcernOnlyTheirOwn() {
        let plan = plan([(.kind(.execution), directive { $0.level = .debug })])
        #expect(plan.settings(forContainer: "x", kind: .portfolio).level == .minimal)
        #expect(plan.settings(forContainer: "x", kind: .execution).level == .debug)
    }

    @Test func patternsMatchThePortfolioToo() {
        let plan = plan([(.pattern("*_book"), directive { $0.maxEvents = 3 })])
        #expect(plan.settings(forContainer: "my_book_0007", ofPortfolio: "my_book").maxEvents == 3)
        #expect(plan.settings(forContainer: "my_book_0007").maxEvents == 10_000)
    }

    // MARK: level and mode

    @Test func narrowLevelBeatsWideEventTypes() {
        let settings = plan([
            (
                .everything,
                directive {
                    $0.eventTypes = types(.fill); $0.maxEvents = 500
                }
            ),
            (.container("odd"), directive { $0.level = .debug }),
        ]).settings(forContainer: "odd")
        #expect(settings.eventTypes == .all)
        #expect(settings.retention == .all)
        #expect(settings.maxEvents == 500, "a general bound still bounds")
    }

    @Test func narrowLevelNoneSilencesWideEnabled() {
        let settings = plan([
            (.everything, directive { $0.enabled = true }),
            (.container("quiet"), directive { $0.level = TraceLevel.none }),
        ]).settings(forContainer: "quiet")
        #expect(!settings.enabled)
        #expect(!settings.keepsAnything)
    }

    @Test func writtenKeyBeatsLevelOfAnEquallyWideRule() {
        let rules: [(TraceScope, TraceDirective)] = [
            (.everything, directive { $0.eventTypes = types(.fill) }),
            (.everything, directive { $0.level = .debug }),
        ]
        #expect(plan(rules).settings(forContainer: "x").eventTypes == types(.fill))
        #expect(plan(rules.reversed()).settings(forContainer: "x").eventTypes == types(.fill))
    }

    @Test(arguments: [
        (TraceMode.minimal, RetentionPolicy.tradeComplete), (.slidingWindow, .slidingWindow), (.full, .all),
    ])
    func modeNamesARetentionPolicy(mode: TraceMode, policy: RetentionPolicy) {
        let modeAlone = plan([(.container("x"), directive { $0.mode = mode })])
        #expect(modeAlone.settings(forContainer: "x").retention == policy)
        let both = plan([
            (
                .container("x"),
                directive {
                    $0.mode = mode; $0.retention = .minimal
                }
            )
        ])
        #expect(both.settings(forContainer: "x").retention == .minimal, "the policy itself says more")
    }

    @Test func fullModeTracesAllTypesUnlessTheyAreWritten() {
        let full = directive { $0.mode = .full }
        #expect(plan([(.everything, full)]).settings(forContainer: "x").eventTypes == .all)
        let written = directive {
            $0.mode = .full; $0.eventTypes = types(.signal)
        }
        #expect(plan([(.everything, written)]).settings(forContainer: "x").eventTypes == types(.signal))
    }

    @Test func modeSwitchesOnWhatTheRunLeavesOff() {
        let settings = plan([
            (.everything, directive { $0.level = TraceLevel.none }),
            (.container("watched"), directive { $0.mode = .minimal }),
        ]).settings(forContainer: "watched")
        #expect(settings.keepsAnything)
    }

    // MARK: presets

    @Test(arguments: ContainerKind.allCases)
    func levelNoneKeepsNothing(kind: ContainerKind) {
        let settings = plan([(.everything, directive { $0.level = TraceLevel.none })])
            .settings(forContainer: "x", kind: kind)
        #expect(!settings.keepsAnything)
        #expect(settings.level == .none)
    }

    @Test func minimalIsTheDefaultAndTracksOpenTrades() {
        let settings = TracingPlan().settings(forContainer: "x")
        #expect(settings == TraceSettings())
        #expect(settings.retention == .tradeComplete)
        #expect(settings.eventTypes == .trades)
        #expect(settings.storageBackend == .memory)
        #expect(settings.streamingMetrics)
    }

    @Test func minimalLeavesBusyContainersAlone() {
        for kind in [ContainerKind.data, .strategy] {
            #expect(!TraceSettings.preset(.minimal, for: kind).enabled)
        }
        #expect(TraceSettings.preset(.minimal, for: .analysis).eventTypes == types(.signal))
    }

    @Test(arguments: ContainerKind.allCases)
    func levelsOnlyEverAdd(kind: ContainerKind) {
        let presets = TraceLevel.allCases.map { TraceSettings.preset($0, for: kind) }
        for (lower, higher) in zip(presets, presets.dropFirst()) {
            #expect(!lower.enabled || higher.enabled)
            #expect(lower.eventTypes.isSubset(of: higher.eventTypes))
        }
        #expect(TraceLevel.allCases == TraceLevel.allCases.sorted())
        #expect(TraceLevel.debug.lower == .normal && TraceLevel.minimal.lower == TraceLevel.none)
    }

    @Test func enabledAloneGetsSomethingOfUse() {
        let settings = plan([
            (.everything, directive { $0.level = TraceLevel.none }),
            (.container("x"), directive { $0.enabled = true }),
        ]).settings(forContainer: "x")
        #expect(settings.keepsAnything)
        #expect(settings.eventTypes == .trades)
    }

    @Test func noRoomKeepsNothing() {
        let settings = plan([(.everything, directive { $0.maxEvents = 0 })]).settings(forContainer: "x")
        #expect(!settings.keepsAnything)
    }
}
