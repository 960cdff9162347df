import BacktestModel
public import BacktestResults
import BacktestStatistics

/// The statistics of a sweep in words: how much of its best is luck.
public struct StatisticsReport: Sendable {
    /// Candidates that are listed.
    private static let listed = 10

    private let document: StatisticsDocument
    private let name: String

    /// A report on a document; `name` is what it is about.
    public init(_ document: StatisticsDocument, of name: String) {
        self.document = document
        self.name = name
    }

    /// What a run says at its end: the verdict with the numbers that it rests on, on one line.
    public static func line(_ document: StatisticsDocument) -> String {
        let found = document.statistics
        var parts: [String] = []
        if let place = found.best {
            let row = found.rows[place]
            parts.append("best \(document.ids[row.column])")
            parts.append("Sharpe \(NumberFormat.decimals(2).text(row.sharpe))")
            if let deflated = row.deflated {
                let trials = NumberFormat.integer.text(Double(found.trials.total))
                parts.append("DSR \(NumberFormat.decimals(3).text(deflated)) of \(trials) trials")
            }
        }
        if let overfitting = found.overfitting {
            parts.append("PBO \(NumberFormat.decimals(2).text(overfitting.probability))")
        }
        if let snooping = found.snooping {
            parts.append("SPA p \(NumberFormat.decimals(3).text(snooping.consistent.pValue))")
        }
        return "verdict: \(found.verdict.answer.text)  (\(parts.joined(separator: ", ")))"
    }

    /// The report as text, or as Markdown, which is the table of the candidates.
    public func render(_ format: OutputFormat, style: TextStyle = .plain) -> String {
        guard format == .table else { return table(limit: nil).render(format) }
        let found = document.statistics
        var text = style.mark("verdict: \(found.verdict.answer.text)", .bold) + "\n"
        text += facts.text(style)
        if !found.rows.isEmpty {
            let rest = found.rows.count - StatisticsReport.listed
            text += "\n" + table(limit: StatisticsReport.listed).render(.table, style: style)
            if rest > 0 { text += "\(rest) more: --format csv lists all\n" }
        }
        return text
    }

    private var facts: Facts {
        let found = document.statistics
        var facts = Facts()
        for reason in found.verdict.reasons { facts.add("because", reason) }
        let frequency = document.frequency.map { ", one a \($0)" } ?? ""
        facts.add(
            "returns",
            "\(name): \(count(found.columns, "column")), \(count(found.periods, "period"))\(frequency), "
                + "\(general(document.periodsPerYear)) a year"
        )
        addBest(to: &facts)
        addTrials(to: &facts)
        if let overfitting = found.overfitting {
            facts.add(
                "overfitting",
                "PBO \(decimals(overfitting.probability)) over \(count(overfitting.splits.count, "split")); "
                    + "the best of a half loses in the other in \(percent(overfitting.probabilityOfLoss))"
            )
        }
        if let snooping = found.snooping {
            facts.add(
                "data snooping",
                "SPA p \(pValue(snooping.consistent.pValue)), reality check p "
                    + "\(pValue(snooping.realityCheck.pValue)), \(count(snooping.replicates, "resample")) of mean "
                    + "block \(general(found.block))"
            )
            facts.add(
                "superior",
                snooping.superior.isEmpty
                    ? "none at the level of 5 %"
                    : snooping.superior.prefix(5).map { document.ids[found.rows[$0].column] }
                        .joined(separator: ", ")
                        + (snooping.superior.count > 5 ? " and \(snooping.superior.count - 5) more" : "")
            )
        }
        for reason in found.reasons + document.reasons { facts.add("note", reason) }
        return facts
    }

    private func addBest(to facts: inout Facts) {
        let found = document.statistics
        guard let place = found.best else { return }
        let row = found.rows[place]
        let value = document.objective.value.map { " (\(document.objective.metric) \(general($0)))" } ?? ""
        facts.add("best", document.ids[row.column] + value)
        var sharpe = decimals(row.sharpe)
        if let low = row.low, let high = row.high { sharpe += ", \(decimals(low)) to \(decimals(high))" }
        if let adjusted = row.adjusted { sharpe += "; \(decimals(adjusted)) with serial correlation" }
        if let holm = row.sharpeHolm { sharpe += "; \(decimals(holm)) after Holm's haircut" }
        facts.add("Sharpe ratio", sharpe)
        facts.add(
            "deflated",
            row.deflated.map {
                "\(decimals($0)): the probability that it beats the best of as many lucky ones"
            }
        )
        facts.add("track record", row.minimumTrackRecord.map { "needs \(general($0.rounded(.up))) periods" })
        for (metric, interval) in found.intervals {
            facts.add(
                metric.rawValue,
                "\(general(interval.value)), \(general(interval.low)) to \(general(interval.high)) by bootstrap"
            )
        }
        if let benchmark = row.benchmark {
            for (name, value) in zip(BenchmarkComparison.names, benchmark.values) {
                facts.add(name, value.map(general))
            }
        }
    }

    private func addTrials(to facts: inout Facts) {
        let trials = document.statistics.trials
        var text =
            "\(NumberFormat.integer.text(Double(trials.total))), worth \(general(trials.effective)) independent ones"
        if let expected = trials.expectedMaximumSharpe {
            text += "; the best of so many without skill shows a Sharpe ratio of \(decimals(expected))"
        }
        facts.add("trials", text)
        facts.add(
            "years needed",
            "\(decimals(trials.minimumBacktestYears)) before luck is not expected to show a Sharpe ratio of 1"
        )
    }

    /// The candidates by their deflated Sharpe ratio.
    private func table(limit: Int?) -> Table {
        var table = Table(columns: [
            Table.Column("container_id"), Table.Column("sharpe_ratio", .number(.decimals(2))),
            Table.Column("sharpe_low", .number(.decimals(2))),
            Table.Column("sharpe_high", .number(.decimals(2))),
            Table.Column("deflated_sharpe", .number(.decimals(3))),
            Table.Column("p_bhy", .number(.decimals(3))),
            Table.Column("superior"), Table.Column("cluster", .integer),
        ])
        let rows = document.statistics.rows
        let order = rows.indices.sorted {
            (-(rows[$0].deflated ?? -1), -rows[$0].sharpe, $0) < (
                -(rows[$1].deflated ?? -1), -rows[$1].sharpe, $1
            )
        }
        func number(_ value: Double?) -> Scalar { value.map { .number($0) } ?? .null }
        for place in order.prefix(limit ?? rows.count) {
            let row = rows[place]
            table.append([
                .text(document.ids[row.column]), number(row.sharpe), number(row.low), number(row.high),
                number(row.deflated), number(row.bhy), .text(row.isSuperior ? "yes" : "no"),
                number(row.cluster.map(Double.init)),
            ])
        }
        return table
    }

    private func decimals(_ value: Double) -> String { NumberFormat.decimals(3).text(value) }
    private func general(_ value: Double) -> String { NumberFormat.general.text(value) }
    private func percent(_ value: Double) -> String { NumberFormat.percentage(1).text(value) }

    /// A p-value; one below a thousandth says so.
    private func pValue(_ value: Double) -> String { value < 0.001 ? "below 0.001" : decimals(value) }

    private func count(_ number: Int, _ noun: String) -> String {
        "\(NumberFormat.integer.text(Double(number))) \(noun)\(number == 1 ? "" : "s")"
    }
}
