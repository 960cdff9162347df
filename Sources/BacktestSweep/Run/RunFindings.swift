import BacktestEngine
import BacktestMarketData
import BacktestMetrics
import BacktestModel
import BacktestResults

/// What the containers of a run did that would mislead a user who is not told: no signal, no fill, ruin, odd prices.
///
/// Gathered from what metrics.json says, so that containers which a resumed run keeps count like those that it runs; the first
/// of a kind is the first in the order in which the pieces of a run are numbered.
struct RunFindings: Sendable {
    /// How often something happened, and to whom first.
    private struct Count {
        var number = 0
        var first: (id: String, template: Int, set: Int)?

        mutating func add(_ record: ContainerRecord, _ template: Int, _ set: Int, _ more: Int = 1) {
            number += more
            if first == nil { first = (record.containerID, template, set) }
        }

        mutating func merge(_ other: Count) {
            number += other.number
            first = first ?? other.first
        }
    }

    private var containers = 0
    /// Without a fill: every entry was rejected; other orders found no price; no signal was acted on; there was no signal.
    private var rejected = Count()
    private var rejections: [String: Int] = [:]
    private var unfilled = Count()
    private var unheeded = Count()
    private var silent = Count()
    private var insolvent = Count()
    private var halted: [String: Count] = [:]
    private var atZero = Count()
    private var firstAtZero: Timestamp?
    private var zeroContainers = Count()
    private var dropped = Count()
    private var droppedEvents = 0
    private var beyondVolume = Count()
    private var beyondContainers = Count()
    /// By strategy: containers that heard nothing of it, of all that listened to it.
    private var strategies: [String: (silent: Int, all: Int)] = [:]

    /// Takes a container in that has ended.
    mutating func add(_ record: ContainerRecord, template: Int, set: Int) {
        guard record.status == .completed else { return }
        containers += 1
        for row in record.byStrategy {
            let so = strategies[row.key] ?? (0, 0)
            strategies[row.key] = (so.silent + (row.signals == 0 ? 1 : 0), so.all + 1)
        }
        func events(_ name: String) -> Int { record.events.first { $0.name == name }?.count ?? 0 }
        if events("FILL") == 0 {
            let refused = record.rejections.filter { RunFindings.refusals.contains($0.name) }
            if !refused.isEmpty {
                rejected.add(record, template, set)
                for reason in refused { rejections[reason.name, default: 0] += reason.value }
            } else if events("ORDER") > 0 {
                unfilled.add(record, template, set)
            } else if events("SIGNAL") > 0 {
                unheeded.add(record, template, set)
            } else {
                silent.add(record, template, set)
            }
        }
        if record.metrics.isInsolvent {
            insolvent.add(record, template, set)
        } else if let halt = record.halted {
            halted[halt.reason, default: Count()].add(record, template, set)
        }
        if let fills = record.fillsAtZero {
            atZero.add(record, template, set, fills.count)
            zeroContainers.add(record, template, set)
            firstAtZero = firstAtZero ?? fills.first
        }
        if let fills = record.fillsBeyondVolume {
            beyondVolume.add(record, template, set, fills.count)
            beyondContainers.add(record, template, set)
        }
        if record.memory.dropped > 0 {
            dropped.add(record, template, set)
            droppedEvents += record.memory.dropped
        }
    }

    /// Takes events in that a sliding window let go of once it was full.
    mutating func addEventsBeyondWindow(_ count: Int, of record: ContainerRecord, template: Int, set: Int) {
        guard count > 0 else { return }
        dropped.add(record, template, set)
        droppedEvents += count
    }

    /// Adds the findings of containers that come after these.
    mutating func merge(_ other: RunFindings) {
        containers += other.containers
        rejected.merge(other.rejected)
        rejections.merge(other.rejections) { $0 + $1 }
        unfilled.merge(other.unfilled)
        unheeded.merge(other.unheeded)
        silent.merge(other.silent)
        insolvent.merge(other.insolvent)
        halted.merge(other.halted) { a, b in
            var sum = a
            sum.merge(b)
            return sum
        }
        atZero.merge(other.atZero)
        zeroContainers.merge(other.zeroContainers)
        firstAtZero = firstAtZero ?? other.firstAtZero
        dropped.merge(other.dropped)
        droppedEvents += other.droppedEvents
        beyondVolume.merge(other.beyondVolume)
        beyondContainers.merge(other.beyondContainers)
        strategies.merge(other.strategies) { ($0.silent + $1.silent, $0.all + $1.all) }
    }

    private static let refusals = Set(
        RejectionReason.allCases.filter { $0 != .none && !$0.isCancellation }.map(\.name)
    )
}

extension RunFindings {
    /// One sentence a kind of finding, with its counts and the first container; none where all is as it should be.
    func sentences(_ prepared: PreparedRun) -> [String] {
        var found = prepared.plan.strategies.compactMap { strategy -> String? in
            guard let heard = strategies[strategy.id], heard.all > 0, heard.silent == heard.all else {
                return nil
            }
            let cause: String
            switch strategy.source {
            case .file: cause = "no row of its file belongs to a bar that is traded"
            default: cause = "its rules were never true"
            }
            return "strategy '\(strategy.id)' never signalled in \(RunFindings.of(heard.all)): \(cause)"
        }
        func say(_ count: Count, _ what: String) {
            guard count.number > 0, let first = count.first else { return }
            let name =
                count.number == 1 && containers == 1
                ? "container \(first.id)" : "\(share(count.number)), first \(first.id)"
            found.append("\(name): \(what)")
        }
        say(rejected, rejectedText(prepared))
        say(
            unfilled,
            "no order was ever filled: orders came on the last bar, or rested at prices that were not reached"
        )
        say(unheeded, "signals led to no order: portfolio.direction drops them, or only exits were true")
        if silent.number > 0, silent.number < containers { say(silent, "no signal, so no trade") }
        say(
            insolvent,
            "equity fell to 0 or below (halted: insolvency); such containers rank behind all others"
        )
        for (reason, count) in halted.sorted(by: { $0.key < $1.key }) { say(count, "halted by \(reason)") }
        if let first = zeroContainers.first, let time = firstAtZero {
            found.append(
                "slippage was larger than the price: \(atZero.number) sale\(atZero.number == 1 ? "" : "s") filled at 0 in "
                    + "\(RunFindings.of(zeroContainers.number)), first \(first.id) at \(time.iso8601)"
            )
        }
        if let first = beyondContainers.first {
            found.append(
                "volume_impact: \(beyondVolume.number) fills were of more units than their bar's volume, in "
                    + "\(RunFindings.of(beyondContainers.number)), first \(first.id); set execution.max_participation"
            )
        }
        say(dropped, "max_events was reached, and \(droppedEvents) events were not kept in memory")
        return found
    }

    private func share(_ count: Int) -> String { "\(count) of \(containers) containers" }

    private static func of(_ count: Int) -> String { count == 1 ? "1 container" : "\(count) containers" }

    /// A number without a point where it is whole.
    private static func text(_ number: Double) -> String {
        let text = "\(number)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Why entries were rejected, and what to do about the commonest reason.
    private func rejectedText(_ prepared: PreparedRun) -> String {
        let total = rejections.values.reduce(0, +)
        let reasons = rejections.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let list = reasons.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        var text = "no trade, because every entry was rejected (\(total) of \(total); \(list))"
        guard rejections[RejectionReason.sizeZero.name] != nil, let first = rejected.first else {
            return text
        }
        let template = prepared.templates[first.template]
        let portfolio = prepared.plan.settings(ofPortfolio: template.portfolioIndex, set: first.set).portfolio
        let lowest = prepared.frames[template.frame].lanes.compactMap { $0.lane.series.low.buffer.min() }
            .min()
        text += "; initial_capital is \(RunFindings.text(portfolio.initialCapital))"
        if let lowest { text += ", the lowest price \(RunFindings.text(lowest))" }
        if portfolio.sizing.lotSize != nil { text += "; sizing.fractional: true allows parts of a unit" }
        return text
    }
}
