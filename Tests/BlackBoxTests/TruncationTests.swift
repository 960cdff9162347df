import Foundation
import ProgramTestKit
import Testing

/// The future changes nothing before it: a run on data that end at any bar decides and fills as the run on all of them did.
///
/// Hourly bars over a clock change and a month's end, daily, weekly and monthly ones of other symbols, resampled ones, indicators
/// on their own timeframe, resting entries with exits, and files that end at different times.
@Suite struct TruncationTests {
    /// A file of bars that can be cut.
    private struct File: Sendable {
        var name: String
        /// Stamps in UTC, ascending, with the end of each bar.
        var bars: [(stamp: Date, end: Date)]
        var seed: UInt64
        var start: Double
        /// Writes local days where the file is stamped by them.
        var isDaily: Bool
    }

    /// New York goes back to winter time on 2024-11-03.
    private static let zone = TimeZone(identifier: "America/New_York") ?? .gmt
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }()

    private static func day(_ text: String) -> Date {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        return calendar.date(from: DateComponents(year: parts[0], month: parts[1], day: parts[2]))
            ?? .distantPast
    }

    private static func steps(
        _ component: Calendar.Component,
        from first: Date,
        to end: Date
    ) -> [(Date, Date)] {
        var found: [(Date, Date)] = []
        var index = 0
        while let stamp = calendar.date(byAdding: component, value: index, to: first), stamp < end {
            index += 1
            guard let next = calendar.date(byAdding: component, value: index, to: first) else { break }
            found.append((stamp, next))
        }
        return found
    }

    private static let files: [File] = {
        let (first, end) = (day("2024-10-14"), day("2024-12-09"))
        let hours = stride(from: first, to: end, by: 3_600).map { ($0, $0.addingTimeInterval(3_600)) }
        let weekdays = steps(.day, from: day("2024-09-01"), to: end).filter {
            !calendar.isDateInWeekend($0.0)
        }
        return [
            File(name: "H", bars: hours, seed: 1, start: 100, isDaily: false),
            // It ends earlier than the others.
            File(name: "G", bars: Array(hours.prefix(900)), seed: 2, start: 50, isDaily: false),
            File(name: "D", bars: weekdays, seed: 3, start: 80, isDaily: true),
            File(
                name: "W",
                bars: steps(.weekOfYear, from: day("2024-03-04"), to: end),
                seed: 4,
                start: 20,
                isDaily: true
            ),
            File(
                name: "M",
                bars: steps(.month, from: day("2023-06-01"), to: end),
                seed: 5,
                start: 10,
                isDaily: true
            ),
        ]
    }()

    /// The rows of a file whose bars have ended by an instant.
    private static func text(_ file: File, until: Date) -> String {
        var state = file.seed &* 0x9E37_79B9_7F4A_7C15
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53
        }
        var lines = "timestamp,open,high,low,close,volume\n"
        var price = file.start
        for (stamp, end) in file.bars {
            let open = price * (1 + (uniform() - 0.5) / 200)
            let close = open * (1 + (uniform() - 0.5) / 25)
            let (high, low) = (
                max(open, close) * (1 + uniform() / 100), min(open, close) * (1 - uniform() / 100)
            )
            let volume = uniform() < 0.05 ? 0 : Int(uniform() * 1_000) + 1
            price = close
            guard end <= until else { continue }
            let parts = calendar.dateComponents([.year, .month, .day], from: stamp)
            let text =
                file.isDaily
                ? String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
                : stamp.formatted(.iso8601)
            lines += "\(text),\(open),\(high),\(low),\(close),\(volume)\n"
        }
        return lines
    }

    private static func yaml(_ execution: String) -> String {
        """
        name: desk
        data:
          timezone: America/New_York
          warmup: 24
          bars:
            - {symbol: H, file: H.csv, timeframe: 1h}
            - {symbol: G, file: G.csv, timeframe: 1h, resample: 4h}
            - {symbol: D, file: D.csv, timeframe: 1d}
            - {symbol: W, file: W.csv, timeframe: 1w}
            - {symbol: M, file: M.csv, timeframe: 1M}
        strategies:
          - id: mixed
            symbols: [H, G]
            rules:
              enter_long: close > sma(close, 8) and D.close > sma(D.close, 5)
              exit_long: close < sma(close, 8) or W.close < W.close[1]
              enter_short: close < sma(close, 12) and M.close < sma(M.close, 3)
              exit_short: close > sma(close, 5)
          - {id: days, symbols: [D], type: sma_cross, params: {fast: 3, slow: 8}}
        portfolios:
          - id: p
            strategies: [mixed, days]
            direction: long_short
            sizing: {method: percent_of_equity, value: 60%}
            risk: {stop_loss: 2%, take_profit: 3%, trailing_stop: 2.5%, max_holding_bars: 30, cooldown_bars: 1}
        execution: {\(execution)}
        results: {store_trades: true}
        tracing: {mode: full, storage: {backend: file, compression: none}}
        """
    }

    /// What happened up to an instant, one line a decision or fill: what it was, when, of what size and price, but for ids.
    private static func decisions(_ tree: ResultsTree, before: Date) throws -> [String] {
        guard let data = tree.files["p/events.jsonl"] else { throw DeskProblem(text: "no events") }
        let kinds: Set = [
            "SIGNAL", "ORDER_REQUEST", "ORDER", "FILL", "POSITION_OPEN", "POSITION_CLOSE", "RISK_BREACH",
        ]
        let limit = Int(before.timeIntervalSince1970) * 1_000_000_000
        return try data.split(separator: 0x0A).compactMap { line -> String? in
            guard let event = try JSONSerialization.jsonObject(with: line) as? [String: Any],
                let kind = event["event_type"] as? String, kinds.contains(kind),
                let time = event["timestamp"] as? Int, time < limit
            else { return nil }
            let payload = try JSONSerialization.data(
                withJSONObject: event["payload"] ?? [:],
                options: .sortedKeys
            )
            let owner = "\(event["strategy_id"] ?? "") \(event["symbol"] ?? "")"
            return "\(time) \(kind) \(owner) \(String(decoding: payload, as: UTF8.self))"
        }
    }

    @Test(
        .enabled(if: TimeZone(identifier: "America/New_York") != nil, "needs tzdata"),
        arguments: [
            "limit: 0.5%, expire_bars: 3, max_participation: 20%, zero_volume: wait",
            "latency_bars: 1, stop: 0.3%",
            "fill: close, slippage: {rate: 5bps, volume_impact: 0.1}",
        ]
    )
    func `data that end earlier give the same events before their end`(execution: String) throws {
        try Desk.with { desk in
            func run(until: Date, spoiling spoilt: String? = nil) throws -> ResultsTree {
                for file in Self.files {
                    let end = file.name == spoilt ? until.addingTimeInterval(-6 * 86_400) : until
                    try desk.write("\(file.name).csv", Self.text(file, until: end))
                }
                return try desk.tree(Self.yaml(execution))
            }
            let end = Self.day("2024-12-09")
            let whole = try Self.decisions(run(until: end), before: end)
            #expect(whole.count > 300, "\(whole.count)")
            for kind in ["SIGNAL", "FILL", "POSITION_CLOSE"] {
                #expect(whole.contains { $0.contains(" \(kind) ") })
            }
            // Within a day, at midnight, at the hour that comes twice, at the end of a week, of a month.
            let cuts = [
                Self.day("2024-10-25").addingTimeInterval(14 * 3_600), Self.day("2024-11-01"),
                Self.day("2024-11-03").addingTimeInterval(2 * 3_600), Self.day("2024-11-04"),
                Self.day("2024-11-18").addingTimeInterval(-3_600),
                Self.day("2024-12-01").addingTimeInterval(11 * 3_600),
            ]
            for cut in cuts {
                // A bar counts at its stamp, and what it decides is done at its close: the last bars' day is left out.
                let settled = cut.addingTimeInterval(-5 * 3_600)
                let expected = try Self.decisions(run(until: cut), before: settled)
                let found = whole.filter {
                    Int($0.prefix { $0 != " " }) ?? 0 < Int(settled.timeIntervalSince1970) * 1_000_000_000
                }
                let place = zip(expected, found).enumerated().first { $0.element.0 != $0.element.1 }?.offset
                #expect(
                    expected.count == found.count,
                    "\(cut): \(expected.count) events, \(found.count) of the whole"
                )
                if let place {
                    Issue.record("\(cut): \(expected[place])\n  the whole has \(found[place])")
                }
            }
            // The law can fail: without the last week of a daily file something else is decided.
            let late = Self.day("2024-11-27")
            let other = try Self.decisions(run(until: late, spoiling: "D"), before: late)
            #expect(
                other
                    != whole.filter {
                        Int($0.prefix { $0 != " " }) ?? 0 < Int(late.timeIntervalSince1970) * 1_000_000_000
                    }
            )
        }
    }
}
