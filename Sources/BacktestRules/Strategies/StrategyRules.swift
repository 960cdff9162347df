public import BacktestModel

/// When a condition gives a signal.
public enum SignalTrigger: String, Sendable, Hashable, CaseIterable {
    /// On a bar where it turns true (the first bar counts as preceded by false).
    case edge
    /// On every bar where it holds.
    case level
}

/// The rules of a strategy before numbers are put in place of its parameters.
public struct StrategyRules: Sendable, Hashable {
    /// Names of the parameters, in the order in which values are given: the same list that the rules were parsed with.
    public let parameterNames: [String]
    /// When a condition gives a signal.
    public let trigger: SignalTrigger
    /// When to buy, `nil` for never.
    public let enterLong: Rule?
    /// When to sell what is held.
    public let exitLong: Rule?
    /// When to sell short.
    public let enterShort: Rule?
    /// When to buy back.
    public let exitShort: Rule?
    /// Size of each signal in [0, 1] (clamped; undefined counts as 0), `nil` for 1 always.
    public let strength: Rule?
    /// All rules as one program, equal steps once.
    let program: StrategyProgram

    /// Makes a strategy; one without any rule never signals.
    ///
    /// The conditions must have been parsed as conditions, the strength as a number, all with the same
    /// parameter names.
    public init(
        parameterNames: [String] = [],
        trigger: SignalTrigger = .edge,
        enterLong: Rule? = nil,
        exitLong: Rule? = nil,
        enterShort: Rule? = nil,
        exitShort: Rule? = nil,
        strength: Rule? = nil
    ) {
        for rule in [enterLong, exitLong, enterShort, exitShort] {
            precondition(rule?.kind ?? .condition == .condition, "an action needs a condition")
        }
        precondition(strength?.kind ?? .number == .number, "the strength needs a number")
        self.parameterNames = parameterNames
        self.trigger = trigger
        self.enterLong = enterLong
        self.exitLong = exitLong
        self.enterShort = enterShort
        self.exitShort = exitShort
        self.strength = strength
        program = StrategyProgram(
            conditions: [
                (.enterLong, enterLong), (.exitLong, exitLong), (.enterShort, enterShort),
                (.exitShort, exitShort),
            ],
            strength: strength
        )
    }

    /// The rule of an action, `nil` where there is none.
    public func rule(for action: SignalAction) -> Rule? {
        switch action {
        case .enterLong: enterLong
        case .exitLong: exitLong
        case .enterShort: enterShort
        case .exitShort: exitShort
        }
    }

    /// What only numbers show: a window that is not a whole number or is too small, a negative index.
    ///
    /// - Parameter parameters: A value for each of `parameterNames`.
    /// - Returns: every problem with the action whose rule has it (`nil` for the strength); empty where all is well.
    /// - Complexity: O(steps of the rules); allocates only where there is a problem or a computed window.
    public func problems(parameters: [Double]) -> [(action: SignalAction?, diagnostic: RuleDiagnostic)] {
        precondition(parameters.count == parameterNames.count)
        if program.requirements.isEmpty { return [] }
        return program.problems(parameters)
    }

    /// Tape indices of the symbols whose series the rules read by name when they evaluate a symbol, ascending.
    ///
    /// - Parameters:
    ///   - symbol: Tape index of the symbol that is evaluated.
    ///   - strategySymbols: Tape indices of all symbols of the strategy; `other` is the one of two that is not `symbol`.
    /// - Returns: indices without `symbol` itself.
    public func namedSymbols(evaluating symbol: Int, strategySymbols: [Int]) -> [Int] {
        program.namedSymbols(other: strategySymbols.first { $0 != symbol }).subtracting([symbol]).sorted()
    }

    /// Index of the first bar on which every rule can be defined, 0 where the first bar will do.
    ///
    /// A lower bound: `bars_since`, a cross or another symbol's data may need longer. The parameters must be free of problems.
    public func warmupBars(parameters: [Double]) -> Int {
        precondition(parameters.count == parameterNames.count)
        return program.warmupBars(parameters)
    }
}
