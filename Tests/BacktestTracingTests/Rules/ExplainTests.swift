import BacktestEvents
import BacktestTracing
import Testing

@Suite struct ExplainTests {
    static let plan = BacktestTracingTests.plan([
        (
            .everything,
            directive {
                $0.level = .minimal; $0.maxEvents = 50
            }
        ),
        (
            .pattern("portfolio_*"),
            directive {
                $0.eventTypes = types(.fill); $0.maxEvents = 60
            }
        ),
        (.container("portfolio_1"), directive { $0.mode = .full }),
        (.container("portfolio_2"), directive { $0.level = TraceLevel.none }),
    ])

    private func explanation(_ key: TraceKey, of id: String) throws -> TraceExplanation {
        try #require(Self.plan.explain(container: id).first { $0.key == key })
    }

    @Test func namesTheWinnerAndTheOverruled() throws {
        let events = try explanation(.maxEvents, of: "portfolio_1")
        #expect(events.value == "60")
        #expect(events.origin == "portfolio_*, line 2")
        #expect(events.overruled == ["tracing, line 1"])
    }

    @Test func saysWhatImpliedAValue() throws {
        let retention = try explanation(.retention, of: "portfolio_1")
        #expect(retention.value == "all")
        #expect(retention.origin == "portfolio_1, line 3 (mode full)")
        #expect(retention.overruled == ["tracing, line 1 (level minimal)"])
        let enabled = try explanation(.enabled, of: "portfolio_2")
        #expect(enabled.value == "false")
        #expect(enabled.origin == "portfolio_2, line 4 (level none)")
    }

    @Test func namesThePresetWhereNoRuleSpeaks() throws {
        let window = try explanation(.contextWindow, of: "portfolio_1")
        #expect(window.value == "5")
        #expect(window.origin == "preset minimal for portfolio containers")
        #expect(window.overruled.isEmpty)
    }

    @Test func coversEveryKeyInOrder() {
        #expect(Self.plan.explain(container: "x").map(\.key) == TraceKey.allCases)
    }

    /// Each key is written, read back and told apart from the default by `explain`.
    @Test func everyKeyCanBeSet() {
        let full = directive {
            $0.enabled = false
            $0.level = .debug
            $0.mode = .full
            $0.eventTypes = types(.error)
            $0.retention = .minimal
            $0.maxEvents = 3
            $0.storageBackend = .kafka
            $0.storagePath = "topic"
            $0.compression = .zstd
            $0.maxFileSizeMegabytes = 100
            $0.rotation = .hourly
            $0.batchSize = 9
            $0.batchTimeoutMilliseconds = 8
            $0.onStorageFailure = .abort
            $0.onOverload = .degrade
            $0.queueSize = 16
            $0.totalThresholdMegabytes = 7
            $0.latency = true
            $0.monitorMemory = true
            $0.memoryThresholdMegabytes = 1.5
            $0.sampleRate = 0.25
            $0.contextWindow = 2
            $0.samplingSeed = 11
            $0.streamingMetrics = false
            $0.storeTrades = true
            $0.dynamicRules = [DynamicTraceRule(condition: "sharpe_ratio > 1", action: TraceDirective())]
            $0.observers = [.latency, .memory]
            $0.featureExtraction = .off
            $0.distributedTracing = DistributedTracingOptions()
            $0.alerts = [TraceAlert(name: "a", condition: "price > 1")]
        }
        let plain = TracingPlan().explain(container: "x")
        let set = BacktestTracingTests.plan([(.container("x"), full)]).explain(container: "x")
        for (a, b) in zip(plain, set) {
            #expect(a.value != b.value, "\(a.key)")
            #expect(b.origin == "x, line 1")
            #expect(full.says(a.key) && !TraceDirective().says(a.key))
        }
        #expect(TraceDirective().isEmpty && !full.isEmpty)
    }

    @Test func findsRulesThatConcernNobody() {
        let containers: [(id: String, portfolio: String?, kind: ContainerKind)] = [
            ("portfolio_1_0001", "portfolio_1", .portfolio)
        ]
        let idle = Self.plan.rulesWithoutContainer(among: containers)
        #expect(idle.map(\.origin) == ["portfolio_2, line 4"])
    }

    /// A resolver settles each set of matching rules once and agrees with the plan for every container.
    @Test func resolverAgreesWithThePlan() {
        var rules: [(TraceScope, TraceDirective)] = (0..<80).map { (index: Int) in
            (.pattern("*\(index)"), directive { $0.maxEvents = index })
        }
        rules += [
            (.container("p"), directive { $0.batchSize = 5 }),
            (.container("p_33"), directive { $0.batchSize = 6 }),
        ]
        let plan = BacktestTracingTests.plan(rules)
        var resolver = TraceResolver(plan)
        for index in 0..<200 {
            let id = "p_\(index)"
            let expected = plan.settings(forContainer: id, ofPortfolio: "p")
            #expect(resolver.settings(forContainer: id, ofPortfolio: "p") == expected)
            #expect(resolver.settings(forContainer: id, ofPortfolio: "p") == expected)
        }
        #expect(resolver.settledCount <= 82)
    }

    /// Only where no rule looks at ids may all containers of a kind share their settings.
    @Test(
        arguments: [
            ([], false), ([.everything, .kind(.analysis)], false), ([.everything, .pattern("p_*")], true),
            ([.container("p")], true),
        ] as [([TraceScope], Bool)]
    )
    func resolverSaysWhetherIdsMatter(scopes: [TraceScope], expected: Bool) {
        let plan = BacktestTracingTests.plan(scopes.map { ($0, directive { $0.maxEvents = 1 }) })
        #expect(TraceResolver(plan).looksAtIdentifiers == expected)
    }

    /// The portfolio's rule and the container's own are told apart by the cache.
    @Test func resolverTellsOwnIdFromPortfolio() {
        let plan = BacktestTracingTests.plan([
            (.container("p"), directive { $0.maxEvents = 1 }),
            (.container("q"), directive { $0.maxEvents = 2 }),
        ])
        var resolver = TraceResolver(plan)
        #expect(resolver.settings(forContainer: "p", ofPortfolio: "q").maxEvents == 1)
        #expect(resolver.settings(forContainer: "q", ofPortfolio: "p").maxEvents == 2)
    }
}
