import BacktestEngine
public import BacktestMarketData

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
