/// Joins publishers of signals to subscribers by strategy id, so that a signal is only ever offered where its filter lets it.
///
/// Delivery is by route: the cost of a signal is the number of its subscribers, not of all containers.
public struct SignalRouter: Sendable {
    /// Ids of the strategies that publish, in the order given.
    public let published: [String]
    private var routes: [[String]]

    /// Makes a router for strategies that publish; ids are distinct.
    public init(published: [String]) {
        self.published = published
        routes = [[String]](repeating: [], count: published.count)
    }

    /// Adds a subscriber; refuses a filter that names a strategy nobody publishes.
    ///
    /// This is the only way to hear signals, and it takes nothing but a filter that cannot be empty.
    public mutating func subscribe(
        _ subscriber: String,
        toSignalsFrom filter: StrategyFilter
    ) throws(SubscriptionError) {
        var indices: [Int] = []
        for strategy in filter.strategies {
            guard let index = published.firstIndex(of: strategy) else {
                throw .unknownStrategy(subscriber: subscriber, strategy: strategy, published: published)
            }
            indices.append(index)
        }
        for index in indices { routes[index].append(subscriber) }
    }

    /// Adds a subscriber from run-time wishes, as `Subscription` checks them; other event types need no route.
    public mutating func subscribe(
        _ subscriber: String,
        to types: EventTypeSet,
        strategies: [String]?,
        containers: [String]?
    ) throws(SubscriptionError) {
        let subscription = try Subscription(
            subscriber: subscriber,
            types: types,
            strategies: strategies,
            containers: containers
        )
        if case .signals(let filter) = subscription { try subscribe(subscriber, toSignalsFrom: filter) }
    }

    /// Who hears the signals of a strategy, in the order of subscription; empty for an unknown one.
    public func subscribers(of strategy: String) -> [String] {
        published.firstIndex(of: strategy).map { routes[$0] } ?? []
    }
}
