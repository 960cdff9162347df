public import BacktestMarketData

extension Rule {
    /// The value of a number rule on every bar of one symbol, NaN where it is undefined.
    ///
    /// For a look at single values (features, explanations, tests); sweeps share work through `FeatureGraph`.
    ///
    /// - Parameters:
    ///   - tape: The market data.
    ///   - symbol: Tape index of the symbol to evaluate.
    ///   - strategySymbols: Tape indices of all symbols of the strategy, which `other` needs.
    ///   - parameterNames: The names that the rule was parsed with.
    ///   - parameters: A value for each name.
    /// - Returns: one value per bar, warm-up bars included.
    public func numbers(
        tape: Tape,
        symbol: Int = 0,
        strategySymbols: [Int] = [],
        parameterNames: [String] = [],
        parameters: [Double] = []
    ) -> [Double] {
        precondition(kind == .number, "only a number has numbers")
        var graph = FeatureGraph(tape: tape)
        let variant = graph.bind(
            rules: StrategyRules(parameterNames: parameterNames, strength: self),
            parameters: parameters,
            symbol: symbol,
            strategySymbols: strategySymbols
        )
        var evaluator = SignalEvaluator(graph: graph)
        return evaluator.strengthColumn(of: variant, store: FeatureStore())
    }
}
