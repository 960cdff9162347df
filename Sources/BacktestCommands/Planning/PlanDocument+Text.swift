import BacktestMarketData
import BacktestModel
import BacktestReports
import BacktestSweep

extension PlanDocument {
    /// Most containers that the text lists; `--json` has them all.
    static let listedMax = 10
    /// Most values of a swept parameter that are listed.
    static let listedValuesMax = 10_000

    /// What a person reads before the tables.
    func head() -> String {
        "\(plan.name)  (\(plan.configurationPath), config \(plan.configurationHash.prefix(12)))\n"
    }

    /// The data files.
    func dataTable() -> Table {
        var table = Table(columns: [
            Table.Column("symbol"), Table.Column("file"), Table.Column("bars", .integer),
            Table.Column("start"), Table.Column("end"),
        ])
        for (file, series) in zip(tape.files, tape.tape.series) {
            table.append([
                .text(file.symbol), .text(file.path), .number(Double(file.bars)),
                .optional(series.firstStamp?.iso8601), .optional(series.lastStamp?.iso8601),
            ])
        }
        return table
    }

    /// Which container hears which strategy.
    func subscriptionTable() -> Table {
        var table = Table(columns: [
            Table.Column("container"), Table.Column("kind"), Table.Column("hears"), Table.Column("symbols"),
        ])
        for subscription in subscriptions {
            table.append([
                .text(plan.sweep.isSweep ? "\(subscription.id)_*" : subscription.id),
                .text(subscription.kind),
                .text(subscription.hears.joined(separator: ", ")),
                .text(subscription.symbols.joined(separator: ", ")),
            ])
        }
        return table
    }

    /// The values of every swept parameter.
    func parameterTable() -> Table {
        var table = Table(columns: [
            Table.Column("parameter"), Table.Column("count", .integer), Table.Column("values"),
        ])
        for list in plan.sweep.expandedValues(limit: PlanDocument.listedValuesMax) {
            var values = list.values.map(PlanDocument.printed)
            if list.count > values.count {
                values =
                    values.prefix(PlanDocument.listedMax) + ["... (\(QuantityText.count(list.count)) values)"]
            }
            table.append([
                .text(list.path), .number(Double(list.count)), .text(values.joined(separator: ", ")),
            ])
        }
        return table
    }

    /// The first `limit` selected containers, one a row.
    func containerTable(limit: Int) -> Table {
        let names = ["id", "portfolio_id", "hears"].map { Table.Column($0) }
        var table = Table(columns: names + plan.sweep.paths.map { Table.Column($0, .general) })
        for index in selected.prefix(limit) {
            let container = plan.container(at: index)
            let parameters = plan.parameterValues(ofSet: container.set)
            let values = plan.sweep.paths.map { path in
                parameters.first { $0.path == path }?.value ?? .null
            }
            table.append(
                [
                    .text(container.id), .text(templateID(container)),
                    .text(plan.filter(of: container.template).joined(separator: " ")),
                ] + values
            )
        }
        return table
    }

    /// How metrics are scaled to a year, a line for each set of symbols.
    func years() -> String {
        calendar.annualizations.map { annualization in
            let symbols =
                calendar.annualizations.count > 1 ? " (\(annualization.symbols.joined(separator: ", ")))" : ""
            let periods = numberText((annualization.periods * 100).rounded() / 100)
            return "Periods a year\(symbols): \(periods), because \(annualization.reason)\n"
        }.joined()
    }

    /// What an entry is worth in money, a line for each portfolio and size of sleeve.
    func sizes() -> String {
        SizingText.all(plan).map { "Size in \($0.portfolioID): \($0.text)\n" }.joined()
    }

    /// Counts and estimates.
    func totals() -> String {
        let sets = plan.sweep.numberedSetCount
        let dropped = plan.sweep.productCount - sets
        let templates = plan.portfolios.count + plan.analyses.count
        var text = "Parameter sets: \(QuantityText.count(sets))"
        let isBound = plan.sweep.isLowerBound
        if isBound {
            text += " or more, of \(QuantityText.count(plan.sweep.productCount)) combinations"
        } else if dropped > 0 {
            text += " (\(QuantityText.count(dropped)) more break a constraint)"
        }
        text +=
            "\nContainers: \(QuantityText.count(plan.numberedContainerCount)) = \(templates) x \(QuantityText.count(sets))"
        if isBound { text += " or more" }
        if selected.count != plan.numberedContainerCount {
            text += ", \(QuantityText.count(selected.count)) selected"
        }
        text += "\nEstimate: \(QuantityText.count(estimate.barEvaluations)) bars to evaluate,"
        text += " \(QuantityText.seconds(estimate.seconds)) with \(estimate.jobs) jobs,"
        return text + " \(QuantityText.bytes(estimate.memoryBytes)) of memory\n"
    }

    static func printed(_ value: Scalar) -> String {
        switch value {
        case .null: "-"
        case .boolean(let flag): flag ? "true" : "false"
        case .number(let number): numberText(number)
        case .text(let text): text
        }
    }
}
