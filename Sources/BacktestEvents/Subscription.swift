/// Why a subscription was refused; the message says which subscriber, and what to pass.
public enum SubscriptionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// SIGNAL was asked for without a list of strategies.
    case missingStrategyFilter(subscriber: String)
    /// SIGNAL was asked for with an empty list of strategies.
    case emptyStrategyFilter(subscriber: String)
    /// A filter names a strategy that is not among those published.
    case unknownStrategy(subscriber: String, strategy: String, published: [String])
    /// FILL was asked for without a list of containers.
    case missingContainerFilter(subscriber: String)
    /// FILL was asked for with an empty list of containers.
    case emptyContainerFilter(subscriber: String)
    /// A container was handed a signal of a strategy that its filter does not name.
    case foreignSignal(container: String, strategy: String, filter: [String])

    /// One sentence with the remedy.
    public var description: String {
        switch self {
        case .missingStrategyFilter(let subscriber):
            "'\(subscriber)' subscribes to SIGNAL without a strategy filter; pass the ids of its strategies"
        case .emptyStrategyFilter(let subscriber):
            "'\(subscriber)' subscribes to SIGNAL with an empty strategy filter; name at least one strategy"
        case .unknownStrategy(let subscriber, let strategy, let published):
            "'\(subscriber)' filters for strategy '\(strategy)', which nobody publishes; published: "
                + (published.isEmpty ? "none" : published.joined(separator: ", "))
        case .missingContainerFilter(let subscriber):
            "'\(subscriber)' subscribes to FILL without a container or order filter; pass the ids of its containers"
        case .emptyContainerFilter(let subscriber):
            "'\(subscriber)' subscribes to FILL with an empty container filter; name at least one container"
        case .foreignSignal(let container, let strategy, let filter):
            "container '\(container)' was offered a signal of strategy '\(strategy)', which its filter ("
                + filter.joined(separator: ", ") + ") does not let through"
        }
    }
}

/// The strategies whose signals a subscriber hears; never empty, by construction.
public struct StrategyFilter: Sendable, Hashable {
    /// The ids, distinct, in the order given.
    public let strategies: [String]

    /// Makes a filter for a subscriber; refuses an empty list.
    public init(_ strategies: [String], subscriber: String) throws(SubscriptionError) {
        var distinct: [String] = []
        for strategy in strategies where !distinct.contains(strategy) { distinct.append(strategy) }
        guard !distinct.isEmpty else { throw .emptyStrategyFilter(subscriber: subscriber) }
        self.strategies = distinct
    }

    /// Whether signals of a strategy pass.
    public func contains(_ strategy: String) -> Bool { strategies.contains(strategy) }
}

/// The containers whose fills a subscriber hears; never empty, by construction.
public struct ContainerFilter: Sendable, Hashable {
    /// The ids, distinct, in the order given.
    public let containers: [String]

    /// Makes a filter for a subscriber; refuses an empty list.
    public init(_ containers: [String], subscriber: String) throws(SubscriptionError) {
        var distinct: [String] = []
        for container in containers where !distinct.contains(container) { distinct.append(container) }
        guard !distinct.isEmpty else { throw .emptyContainerFilter(subscriber: subscriber) }
        self.containers = distinct
    }
}

/// What a subscription asks for; signals and fills cannot be spelled without their filter.
public enum Subscription: Sendable, Hashable {
    /// The signals of some strategies.
    case signals(StrategyFilter)
    /// The fills of some containers.
    case fills(ContainerFilter)
    /// Every event of some types.
    case events(EventTypeSet)

    /// The subscription of run-time wishes: a set of types and lists that may be missing or empty.
    ///
    /// Refuses SIGNAL without strategies and FILL without containers.
    public init(
        subscriber: String,
        types: EventTypeSet,
        strategies: [String]?,
        containers: [String]?
    ) throws(SubscriptionError) {
        if types.contains(type: .signal) {
            guard let strategies else { throw .missingStrategyFilter(subscriber: subscriber) }
            self = .signals(try StrategyFilter(strategies, subscriber: subscriber))
        } else if types.contains(type: .fill) {
            guard let containers else { throw .missingContainerFilter(subscriber: subscriber) }
            self = .fills(try ContainerFilter(containers, subscriber: subscriber))
        } else {
            self = .events(types)
        }
    }
}
