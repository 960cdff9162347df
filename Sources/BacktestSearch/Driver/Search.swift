/// One set to try.
public struct SearchTrial: Sendable, Hashable {
    /// Its number, from 0, without gaps.
    public let number: Int
    /// The set.
    public let set: ParameterSet
}

/// Why a search has no more sets.
public enum SearchStop: String, Sendable, Hashable {
    /// As many as asked for have been tried.
    case trials
    /// The time is over; decided by whoever runs the sets.
    case time
    /// Nothing better came for too long.
    case patience
    /// No untried set that meets the constraints is left, or none was found.
    case exhausted
    /// Somebody asked for the end.
    case requested
}

/// What cannot be told to a search.
public enum SearchError: Error, Sendable, Hashable {
    /// No set has this number.
    case unknownTrial(Int)
    /// The set of this number has been told already.
    case toldBefore(Int)
}

/// A search: which sets to try, one generation after the other.
///
/// Sets are a function of space, settings and the outcomes told, which count in the order of trials, whatever the order in
/// which they arrive. So a search is resumed by telling it again what came of the sets that have been run.
public struct Search: Sendable {
    /// The space that is searched.
    public let space: SearchSpace
    /// What the search was told to do.
    public let settings: SearchSettings
    /// Every set so far, by number.
    public private(set) var trials: [ParameterSet] = []
    /// Why there are no more sets, `nil` while there may be.
    public private(set) var stop: SearchStop?
    /// Number of generations begun.
    public private(set) var generations = 0
    /// Each improvement: the trial and its loss.
    public private(set) var improvements: [(trial: Int, loss: Double)] = []

    private var method: any SearchMethod
    private var random: RandomSearch
    private var tried: TriedSets
    private var outcomes: [SearchOutcome?] = []
    private var given: [ParameterSet]
    /// First trial of the generation that is open, and the first that has not been handed out.
    private var generationStart = 0
    private var handedOut = 0
    /// Trials whose outcome the method knows.
    private var learned = 0
    private var lastImprovement = 0

    /// Draws that may break the constraints before a trial falls back on the first untried set.
    static let mostDraws = 1_000
    /// Times that a method is asked again after it has proposed a set that was tried before.
    static let mostRepeats = 10

    /// Starts a search.
    ///
    /// - Parameters:
    ///   - space: What is searched.
    ///   - settings: How; `cma_es` takes ordered parameters alone, `sobol` at most `mostSobolDimensions`.
    ///   - initial: Sets that are run first, in this order; those that repeat one, or break a constraint, are left out.
    public init(_ space: SearchSpace, _ settings: SearchSettings, initial: [ParameterSet] = []) {
        self.space = space
        self.settings = settings
        method = settings.make(space)
        random = RandomSearch(
            space,
            seed: settings.seed,
            suffix: settings.method.isAdaptive ? settings.suffix : ""
        )
        tried = TriedSets(space)
        given = initial.reversed()
    }

    /// Greatest number of parameters of `sobol`.
    public static var mostSobolDimensions: Int { SobolSequence.mostDimensions }

    /// Sets of a generation, `nil` where no set waits for a result.
    public var generation: Int? {
        guard let own = method.generation else { return settings.batch }
        return settings.batch ?? own
    }

    /// Trials that have been handed out and not been told.
    public var open: [Int] { (0..<handedOut).filter { outcomes[$0] == nil } }

    /// Whether the next sets wait for results of those that are open.
    public var isWaiting: Bool { stop == nil && handedOut == trials.count && !isGenerationTold }

    private var isGenerationTold: Bool { learned == trials.count }

    /// The next sets, at most `most`: fewer, or none, at the end of a generation or of the search.
    public mutating func ask(_ most: Int) -> [SearchTrial] {
        var asked: [SearchTrial] = []
        while asked.count < most {
            if handedOut == trials.count, !extend() { break }
            asked.append(SearchTrial(number: handedOut, set: trials[handedOut]))
            handedOut += 1
        }
        return asked
    }

    /// Takes what came of a trial.
    public mutating func tell(_ number: Int, _ outcome: SearchOutcome) throws(SearchError) {
        guard outcomes.indices.contains(number), number < handedOut else { throw .unknownTrial(number) }
        guard outcomes[number] == nil else { throw .toldBefore(number) }
        outcomes[number] = outcome
        while learned < trials.count, let outcome = outcomes[learned] {
            learn(learned, outcome)
            learned += 1
        }
    }

    /// Ends the search; sets that are open may still be told.
    public mutating func finish(_ reason: SearchStop) {
        if stop == nil { stop = reason }
        trials.removeLast(trials.count - handedOut)
        outcomes.removeLast(outcomes.count - handedOut)
    }

    /// What came of a trial, `nil` while it is not told.
    public func outcome(of number: Int) -> SearchOutcome? {
        outcomes.indices.contains(number) ? outcomes[number] : nil
    }

    /// The best trial told so far for the first objective, the earliest among equals; `nil` where none has a value.
    public var best: SearchTrial? {
        improvements.last.map { SearchTrial(number: $0.trial, set: trials[$0.trial]) }
    }

    private mutating func learn(_ number: Int, _ outcome: SearchOutcome) {
        method.tell(trials[number], outcome)
        guard case .losses(let losses) = outcome, let loss = losses.first, !loss.isNaN else { return }
        let before = improvements.last?.loss
        if let before, loss >= before { return }
        if before.map({ $0 - loss > settings.improvement }) ?? true { lastImprovement = number }
        improvements.append((number, loss))
    }

    /// Adds a set, and begins a generation where the last one has been told; whether there is one more set to hand out.
    private mutating func extend() -> Bool {
        guard stop == nil else { return false }
        if trials.count >= settings.trials {
            // Told or not: there is nothing more to ask for.
            stop = .trials
            return false
        }
        guard method.generation != nil else { return add() }
        guard isGenerationTold else { return false }
        method.endGeneration()
        if let patience = settings.patience, learned > 0, learned - lastImprovement > patience {
            stop = .patience
            return false
        }
        generations += 1
        generationStart = trials.count
        let size = min(generation ?? 1, settings.trials - trials.count)
        var added = 0
        while added < size, add() { added += 1 }
        return added > 0
    }

    private mutating func add() -> Bool {
        guard let set = nextSet() else {
            stop = .exhausted
            return false
        }
        tried[set] = trials.count
        trials.append(set)
        outcomes.append(nil)
        if method.generation == nil, generations == 0 { generations = 1 }
        return true
    }

    private mutating func nextSet() -> ParameterSet? {
        while let set = given.popLast() {
            if space.accepts(set), tried[set] == nil { return set }
        }
        return proposed() ?? drawn() ?? tried.firstUntried(in: space)
    }

    /// A set of the method; one that breaks a constraint is drawn again, one that is known is told and asked for again.
    private mutating func proposed() -> ParameterSet? {
        let number = trials.count
        var repeats = 0
        for attempt in 0..<Search.mostDraws {
            guard let set = method.propose(trial: number, attempt: attempt) else { return nil }
            guard space.accepts(set) else { continue }
            guard let known = tried[set] else { return set }
            guard method.generation != nil else { continue }
            if known < learned, let outcome = outcomes[known] { method.tell(set, outcome) }
            repeats += 1
            if repeats > Search.mostRepeats { return nil }
        }
        return nil
    }

    /// An independent draw, for a method that finds nothing new.
    private mutating func drawn() -> ParameterSet? {
        guard method.generation != nil else { return nil }
        for attempt in 0..<Search.mostDraws {
            guard let set = random.propose(trial: trials.count, attempt: attempt) else { return nil }
            if space.accepts(set), tried[set] == nil { return set }
        }
        return nil
    }
}
