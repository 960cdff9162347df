import BacktestEvents
import BacktestModel

/// Crossed limits of the whole container as events.
extension ContainerRunner {
    mutating func publishBreach(_ breach: Breach) -> UInt32 {
        let sequence = bus.number(.riskBreach)
        guard bus.wants(.riskBreach) else { return sequence }
        bus.append(
            Event(
                type: .riskBreach,
                reason: breach.reason.rawValue,
                flags: EventFlags.limit,
                bar: Int32(breach.bar),
                sequence: sequence,
                cause: causeOfBreach(),
                value0: breach.observed,
                value1: breach.limit
            )
        )
        return sequence
    }

    /// What a crossed limit comes from: the last BAR of the bar at whose close it happened.
    ///
    /// Where no BARs are published it is, as for what protects a position, a POSITION_OPEN: the newest of what is held, or
    /// of all, where the last close has crossed it.
    private mutating func causeOfBreach() -> UInt32 {
        if stepwise, newestBar != Event.none32 { return newestBar }
        var held = Event.none32
        var any = Event.none32
        for index in 0..<sleeveCount {
            let opening = sleeves[index].opening
            guard opening != Event.none32 else { continue }
            if any == Event.none32 || opening > any { any = opening }
            if sleeves[index].position != 0, held == Event.none32 || opening > held { held = opening }
        }
        return held == Event.none32 ? any : held
    }
}
