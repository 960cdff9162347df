import BacktestModel
import CKernels

extension ContainerRunner {
    /// Finds the next bar that concerns a sleeve: a signal, an order that may fill, a time exit, a protective level.
    mutating func schedule<S: ContainerShape>(_ index: Int, _ shape: S.Type) {
        let sleeve = self.sleeve(index, shape)
        if !S.isPlain, isProtected {
            sleeve.pointee.settleExtreme(
                through: sleeve.pointee.done,
                skipping: execution.zeroVolume == .wait
            )
        }
        // Bar by bar, every bar of the symbol is looked at; nothing need be searched for.
        if !S.isAlone, stepwise { return }
        var next = sleeve.pointee.count
        if sleeve.pointee.cursor < sleeve.pointee.signalCount {
            next = min(next, Int(sleeve.pointee.signalBars[sleeve.pointee.cursor]))
        }
        if !sleeve.pointee.orders.isEmpty { next = min(next, nextFill(sleeve, before: next, shape)) }
        if !S.isPlain, sleeve.pointee.position != 0 {
            next = min(next, max(sleeve.pointee.timeExit, sleeve.pointee.done + 1))
            if isProtected, sleeve.pointee.hasProtection {
                next = min(next, nextProtection(sleeve, before: next))
            }
        }
        nexts[index] =
            next < sleeve.pointee.count
            ? Int32(truncatingIfNeeded: sleeve.pointee.timelineIndex(next)) : Int32.max
    }

    /// First bar before `end` on which an order may fill, replace another or expire; `end` for none.
    @inline(__always)
    private mutating func nextFill<S: ContainerShape>(
        _ sleeve: UnsafeMutablePointer<Sleeve>,
        before end: Int,
        _ shape: S.Type
    ) -> Int {
        let order = sleeve.pointee.orders.first
        if S.isPlain || order.pointee.kind == .market {
            return max(order.pointee.due, sleeve.pointee.done + 1)
        }
        return nextResting(sleeve, before: end)
    }

    /// The same for a sleeve whose oldest order rests at its level.
    private mutating func nextResting(_ sleeve: UnsafeMutablePointer<Sleeve>, before end: Int) -> Int {
        let from = sleeve.pointee.done + 1
        var next = end
        for place in 0..<sleeve.pointee.orders.count {
            let order = sleeve.pointee.orders.first + place
            // Orders are due in the order in which they were decided.
            let first = max(order.pointee.due, from)
            guard first < next else { break }
            if order.pointee.kind == .market { return first }
            // On its due bar it may replace an older one, or find its position open.
            if order.pointee.due >= from { next = order.pointee.due }
            if let most = execution.expireBars { next = min(next, max(from, order.pointee.due + most - 1)) }
            guard first < next else { continue }
            let fallsTo = (order.pointee.kind == .limit) == (order.pointee.side == .long)
            next = Int(
                admf_scan_levels(
                    sleeve.pointee.scanLow,
                    sleeve.pointee.scanHigh,
                    Int64(first),
                    Int64(next),
                    fallsTo ? order.pointee.level : -Double.infinity,
                    fallsTo ? Double.infinity : order.pointee.level
                )
            )
        }
        return next
    }

    /// First bar before `end` on which a protective level is reached, `end` for none.
    private mutating func nextProtection(_ sleeve: UnsafeMutablePointer<Sleeve>, before end: Int) -> Int {
        let first = max(sleeve.pointee.protectedFrom, sleeve.pointee.done + 1)
        guard first < end else { return end }
        if sleeve.pointee.trails { return nextTrailing(sleeve, first: first, before: end) }
        let stop = sleeve.pointee.stopLevel
        let target = sleeve.pointee.targetLevel
        let isLong = sleeve.pointee.position > 0
        let below = isLong ? stop : target
        let above = isLong ? target : stop
        return Int(
            admf_scan_levels(
                sleeve.pointee.scanLow,
                sleeve.pointee.scanHigh,
                Int64(first),
                Int64(end),
                below.isNaN ? -Double.infinity : below,
                above.isNaN ? Double.infinity : above
            )
        )
    }

    /// A trailing stop moves with every new extreme, so bars are taken one by one (rule R61).
    private mutating func nextTrailing(
        _ sleeve: UnsafeMutablePointer<Sleeve>,
        first: Int,
        before end: Int
    ) -> Int {
        let isLong = sleeve.pointee.position > 0
        let target = sleeve.pointee.targetLevel
        if execution.zeroVolume != .wait {
            let hit = admf_scan_trailing(
                sleeve.pointee.scanLow,
                sleeve.pointee.scanHigh,
                Int64(first),
                Int64(end),
                isLong ? 1 : 0,
                sleeve.pointee.trailRate,
                sleeve.pointee.trailDistance,
                sleeve.pointee.stopLevel,
                target,
                &sleeve.pointee.extreme
            )
            if hit > first { sleeve.pointee.extremeThrough = Int(hit) - 1 }
            return Int(hit)
        }
        var bar = first
        while bar < end {
            if sleeve.pointee.volume[bar] == 0 {
                sleeve.pointee.extremeThrough = bar
            } else {
                let trail = sleeve.pointee.trailLevel
                let stop = sleeve.pointee.stopLevel
                if isLong {
                    let level = stop.isNaN ? trail : max(stop, trail)
                    if sleeve.pointee.scanLow[bar] <= level || sleeve.pointee.scanHigh[bar] >= target {
                        return bar
                    }
                } else {
                    let level = stop.isNaN ? trail : min(stop, trail)
                    if sleeve.pointee.scanHigh[bar] >= level || sleeve.pointee.scanLow[bar] <= target {
                        return bar
                    }
                }
                sleeve.pointee.extend(through: bar)
            }
            bar += 1
        }
        return end
    }
}
