import BacktestEvents
import Testing

/// Who may hear what: a signal without a filter cannot even be asked for.
@Suite struct SubscriptionTests {
    @Test func `SIGNAL without a strategy filter is refused and names the remedy`() {
        var router = SignalRouter(published: ["momentum_1", "pairs_1"])
        #expect(throws: SubscriptionError.missingStrategyFilter(subscriber: "p")) {
            try router.subscribe("p", to: EventTypeSet(.signal), strategies: nil, containers: nil)
        }
        #expect(throws: SubscriptionError.emptyStrategyFilter(subscriber: "p")) {
            try router.subscribe(
                "p",
                to: [.trades, EventTypeSet(.signal)],
                strategies: [],
                containers: ["p"]
            )
        }
        #expect(
            throws: SubscriptionError.unknownStrategy(
                subscriber: "p",
                strategy: "momentum_2",
                published: ["momentum_1", "pairs_1"]
            )
        ) {
            try router.subscribe("p", to: .all, strategies: ["momentum_1", "momentum_2"], containers: nil)
        }
        #expect(router.subscribers(of: "momentum_1").isEmpty)
        let message = SubscriptionError.missingStrategyFilter(subscriber: "p").description
        #expect(message.contains("'p'") && message.contains("pass the ids"))
    }

    @Test func `FILL without a container filter is refused`() {
        #expect(throws: SubscriptionError.missingContainerFilter(subscriber: "x")) {
            try Subscription(subscriber: "x", types: .trades, strategies: nil, containers: nil)
        }
        #expect(throws: SubscriptionError.emptyContainerFilter(subscriber: "x")) {
            try Subscription(subscriber: "x", types: EventTypeSet(.fill), strategies: nil, containers: [])
        }
        #expect(throws: Never.self) {
            try Subscription(subscriber: "x", types: EventTypeSet(.bar), strategies: nil, containers: nil)
        }
    }

    @Test func `a signal goes to its subscribers alone`() throws {
        var router = SignalRouter(published: ["a", "b", "c"])
        try router.subscribe("one", toSignalsFrom: StrategyFilter(["a", "b", "a"], subscriber: "one"))
        try router.subscribe("two", toSignalsFrom: StrategyFilter(["b"], subscriber: "two"))
        #expect(router.subscribers(of: "a") == ["one"])
        #expect(router.subscribers(of: "b") == ["one", "two"])
        #expect(router.subscribers(of: "c").isEmpty)
        #expect(router.subscribers(of: "d").isEmpty)
    }
}
