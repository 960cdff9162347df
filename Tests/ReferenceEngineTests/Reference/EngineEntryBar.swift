extension Reference {
    /// One of the two ways in which a bar's price may have gone: straight legs between open, high, low and close.
    struct PricePath {
        /// A place on the path: a leg, and how far along it.
        struct Place: Comparable {
            var leg: Int
            var distance: Double

            static func < (a: Place, b: Place) -> Bool {
                a.leg == b.leg ? a.distance < b.distance : a.leg < b.leg
            }
        }

        var points: [Double]

        /// Open, high, low, close and open, low, high, close.
        static func both(_ bar: Bar) -> [PricePath] {
            [
                PricePath(points: [bar.open, bar.high, bar.low, bar.close]),
                PricePath(points: [bar.open, bar.low, bar.high, bar.close]),
            ]
        }

        /// Where the path first meets a level, at a place or after it.
        func touch(_ level: Double, from start: Place = Place(leg: 0, distance: 0)) -> Place? {
            for leg in start.leg..<points.count - 1 {
                let (a, b) = (points[leg], points[leg + 1])
                guard min(a, b) <= level, level <= max(a, b) else { continue }
                let place = Place(leg: leg, distance: abs(level - a))
                if place >= start { return place }
            }
            return nil
        }
    }
}

/// R62: what is certain on the bar inside which a limit or stop entry has filled.
extension Reference.Engine {
    /// The protective order that fills on the bar of such an entry.
    ///
    /// R62: the place of the entry is what the open is in R4: a level at or beyond it fills there. Else a level fills that is
    /// met on every path between the entry and the close; where the paths leave by both, or by one and the other, `intrabar`
    /// decides. What one path misses altogether does not count.
    mutating func certainFill(
        _ s: Int,
        _ trade: Reference.OpenTrade,
        _ bar: Reference.Bar
    ) -> (Reference.ExitReason, Reference.FillPoint)? {
        let sign = trade.side.sign
        let entry = sleeves[s].insideLevel
        let stop = stopLevel(s, trade)
        let target = targetLevel(s, trade)
        if let stop, sign * (entry - stop.level) <= 0 {
            note(.beyondStop)
            return (stop.reason, .init(place: .inside, reference: entry, slips: true))
        }
        if let target, sign * (entry - target) >= 0 {
            note(.beyondTarget)
            return (.takeProfit, .init(place: .inside, reference: entry, slips: false))
        }
        var meetsStop: [Bool] = []
        var meetsTarget: [Bool] = []
        for path in Reference.PricePath.both(bar) {
            guard let start = path.touch(entry) else { continue }
            meetsStop.append(stop.map { path.touch($0.level, from: start) != nil } ?? false)
            meetsTarget.append(target.map { path.touch($0, from: start) != nil } ?? false)
        }
        guard meetsStop.contains(true) || meetsTarget.contains(true) else { return nil }
        guard zip(meetsStop, meetsTarget).allSatisfy({ $0 || $1 }) else {
            note(.uncertain)
            return nil
        }
        guard let stop, meetsStop.contains(true) else {
            note(.certainTarget)
            return target.map { (.takeProfit, .init(place: .inside, reference: $0, slips: false)) }
        }
        guard let target, meetsTarget.contains(true) else {
            note(stop.reason == .stopLoss ? .certainStop : .certainTrailing)
            return (stop.reason, .init(place: .inside, reference: stop.level, slips: true))
        }
        note(.eitherCertain)
        return intrabar(stop, target, bar)
    }

    /// Whether a resting entry that adds to an open position is met before what closes that position, on every path.
    ///
    /// R62: where one path leaves first, the position is closed first, and with it goes what rests.
    func reachesFirst(_ level: Double, _ s: Int, _ bar: Reference.Bar) -> Bool {
        guard let trade = sleeves[s].trade else { return true }
        let sign = trade.side.sign
        let stop = stopLevel(s, trade)?.level
        let target = targetLevel(s, trade)
        // R4: what the bar opens beyond is left there.
        if let stop, sign * (bar.open - stop) <= 0 { return false }
        if let target, sign * (bar.open - target) >= 0 { return false }
        let exits = [stop, target].compactMap { $0 }
        for path in Reference.PricePath.both(bar) {
            guard let entry = path.touch(level) else { continue }
            if exits.contains(where: { path.touch($0).map { $0 <= entry } ?? false }) { return false }
        }
        return true
    }
}
