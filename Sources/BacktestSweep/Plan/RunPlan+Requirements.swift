package import BacktestEngine
public import BacktestMarketData
package import BacktestModel

extension RunPlan {
    /// Files without a vwap column whose symbol a portfolio trades at `execution.fill: next_vwap`, in the order of `data.bars`.
    ///
    /// Looks at swept fills too. Empty where all is well.
    public func missingVWAP(in loaded: LoadedTape) -> [DataProblem] {
        var needed = Set<Int>()
        for index in portfolios.indices {
            var wants = false
            eachSettings(ofPortfolio: index, sweeping: ["execution.fill"]) {
                wants = wants || $0.execution.fill == .nextVWAP
            }
            if wants {
                for strategy in portfolios[index].strategies {
                    needed.formUnion(strategies[strategy].symbols)
                }
            }
        }
        return loaded.files.indices.filter { needed.contains($0) && loaded.tape.series[$0].vwap == nil }.map {
            DataProblem(
                file: loaded.files[$0].path,
                kind: .missingColumn,
                message: "execution.fill: next_vwap needs a vwap column, which the file has not",
                remedy: "add the column or choose another fill"
            )
        }
    }

    /// Signal files with limit entries for a portfolio whose fill cannot let them rest (rule R34), each with that fill.
    ///
    /// `limited` are the indices of the strategies whose file has a limit; swept fills count too.
    public func misplacedLimits(_ limited: [Int]) -> [DataProblem] {
        limited.compactMap { index -> DataProblem? in
            guard case .file(let path, _) = strategies[index].source else { return nil }
            var misplaced: FillTiming?
            for portfolio in portfolios.indices where portfolios[portfolio].strategies.contains(index) {
                eachSettings(ofPortfolio: portfolio, sweeping: ["execution.fill"]) {
                    if !$0.execution.fill.letsEntriesRest { misplaced = misplaced ?? $0.execution.fill }
                }
            }
            return misplaced.map { fill in
                DataProblem(
                    file: path,
                    column: "limit",
                    kind: .misplacedLimit,
                    message:
                        "execution.fill: \(fill.rawValue) has no meaning for entries that rest at a limit",
                    remedy: "use fill: next_open, or leave the limits out"
                )
            }
        }
    }

    /// Whether only the data show that the configuration has a meaning: a fill at the vwap, or a signal file whose limits could
    /// not rest.
    public var isDecidedByData: Bool {
        let files = strategies.indices.filter {
            if case .file = strategies[$0].source { true } else { false }
        }
        if !misplacedLimits(files).isEmpty { return true }
        var wantsVWAP = false
        for index in portfolios.indices {
            eachSettings(ofPortfolio: index, sweeping: ["execution.fill"]) {
                wantsVWAP = wantsVWAP || $0.execution.fill == .nextVWAP
            }
        }
        return wantsVWAP
    }

    /// The plan's own options of a portfolio, and those with every value of some swept options by itself: a value sets its
    /// option whole.
    ///
    /// `options` are the ends of the paths that matter. The values of a range are plain numbers; they are looked at only for
    /// options in `numbers`, as there may be millions.
    func eachSettings(
        ofPortfolio index: Int,
        sweeping options: [String],
        numbers: [String] = [],
        _ body: (ContainerSettings) -> Void
    ) {
        let base = ContainerSettings(
            portfolioIndex: index,
            execution: execution,
            portfolio: portfolios[index].options,
            metrics: metrics,
            parameters: parameters
        )
        body(base)
        for axis in sweep.axes {
            for (parameter, column) in zip(axis.parameters, axis.columns) {
                let path = sweep.paths[parameter]
                guard (column.isRange ? numbers : options + numbers).contains(where: { path.hasSuffix($0) })
                else { continue }
                for row in 0..<column.count {
                    var settings = base
                    column[row]?.apply(&settings)
                    body(settings)
                }
            }
        }
    }
}

extension FillTiming {
    /// Whether an entry may rest at a limit or stop under it (rule R34): the others name one price of one bar.
    package var letsEntriesRest: Bool { self == .nextOpen }
}

extension SignalList {
    /// Whether an entry of it rests at a limit.
    package var hasLimits: Bool { overrides.contains { !$0.limit.isNaN } }
}
