public import BacktestEvents

/// Thins a container's stream on its way to a store and keeps what matters (events.md, "Sampling").
///
/// Critical events always stay, with `contextWindow` events on either side. Of the rest a share stays: `sampleRate` times
/// the activity around the event, which is the number of events in the ten places around it, over ten, plus twice the share
/// of critical ones among them; but at least 1 and at most 3. Whether an event is in that share is a hash of the
/// seed, the container and the event's sequence: the same run keeps the same events, whatever the batches and workers.
///
/// An event is decided once the events after it that matter for it are known, so the last few wait for `finish`.
public struct EventSampler: ~Copyable {
    /// An event on its way, with its clock readings if there are any.
    public struct Item: Sendable, Hashable {
        /// The event.
        public var event: Event
        /// Its clock readings.
        public var stamps: EventStamps?

        /// Makes an item.
        public init(event: Event, stamps: EventStamps? = nil) {
            self.event = event
            self.stamps = stamps
        }

        /// Equality of everything, `Event` having no hash of its own.
        public static func == (a: Item, b: Item) -> Bool { a.event == b.event && a.stamps == b.stamps }

        /// Hashes the sequence.
        public func hash(into hasher: inout Hasher) { hasher.combine(event.sequence) }
    }

    /// Places before an event, and after it with the event itself, that its activity is measured over.
    private static let halfWindow = 5

    /// Events that passed.
    public private(set) var keptCount = 0
    /// Events that were left out.
    public private(set) var sampledOutCount = 0

    private let sampleRate: Double
    private let contextWindow: Int
    private let key: UInt64
    /// Events that wait for a decision, oldest first.
    private var waiting: [Item] = []
    private var firstWaiting = 0
    /// Critical events among the first k of the stream, for the last k; a ring.
    private var criticals: [Int]
    /// Events seen.
    private var seen = 0

    /// Begins a container's stream.
    ///
    /// - Parameters:
    ///   - settings: `sampleRate`, `contextWindow` (up to 100,000) and `samplingSeed`.
    ///   - runSeed: The run's seed, for where the settings have none.
    ///   - containerID: Makes containers of one run differ.
    public init(settings: TraceSettings, runSeed: UInt64, containerID: String) {
        sampleRate = min(max(settings.sampleRate, 0), 1)
        contextWindow = min(max(settings.contextWindow, 0), 100_000)
        // FNV-1a (Fowler, Noll, Vo): stable across runs and machines, unlike `Hasher`.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in containerID.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        key = EventSampler.mix((settings.samplingSeed ?? runSeed) ^ hash)
        let span = 2 * max(contextWindow, EventSampler.halfWindow) + 2
        criticals = [Int](repeating: 0, count: span + 1)
    }

    private var lookahead: Int { max(contextWindow, EventSampler.halfWindow - 1) }

    /// Takes the next event; hands over those that are now decided and stay.
    public mutating func take(_ item: Item, _ keep: (Item) -> Void) {
        let isCritical = EventTypeSet.critical.contains(type: item.event.type)
        let before = criticals[seen % criticals.count]
        seen += 1
        criticals[seen % criticals.count] = before + (isCritical ? 1 : 0)
        waiting.append(item)
        if waiting.count - firstWaiting > lookahead { decideNext(keep) }
        if firstWaiting > 4_096 {
            waiting.removeFirst(firstWaiting)
            firstWaiting = 0
        }
    }

    /// Ends the stream: decides what waits.
    public mutating func finish(_ keep: (Item) -> Void) {
        while firstWaiting < waiting.count { decideNext(keep) }
        waiting.removeAll(keepingCapacity: true)
        firstWaiting = 0
    }

    private mutating func decideNext(_ keep: (Item) -> Void) {
        let item = waiting[firstWaiting]
        let index = seen - (waiting.count - firstWaiting)
        firstWaiting += 1
        if stays(item.event, at: index) {
            keptCount += 1
            keep(item)
        } else {
            sampledOutCount += 1
        }
    }

    private func stays(_ event: Event, at index: Int) -> Bool {
        if criticalCount(from: index - contextWindow, to: index + contextWindow + 1) > 0 { return true }
        let first = max(index - EventSampler.halfWindow, 0)
        let end = min(index + EventSampler.halfWindow, seen)
        let density = Double(end - first) / Double(2 * EventSampler.halfWindow)
        let share = Double(criticalCount(from: first, to: end)) / Double(end - first)
        let rate = sampleRate * min(max(density + 2 * share, 1), 3)
        let uniform = Double(EventSampler.mix(key ^ UInt64(event.sequence)) >> 11) * 0x1p-53
        return uniform < rate
    }

    private func criticalCount(from first: Int, to end: Int) -> Int {
        let first = max(first, 0)
        let end = min(end, seen)
        return criticals[end % criticals.count] - criticals[first % criticals.count]
    }

    /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
