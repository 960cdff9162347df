import BacktestModel

/// What the orders of a container have traded of one bar's volume (rule R34a).
struct VolumeUse {
    /// Bar of the symbol.
    var local = -1
    /// Units bought and sold in it.
    var quantity = 0.0
}

extension ContainerRunner {
    /// Share of an order or a bar's volume that is what rounding has left, not units to trade (rule R71).
    static var remainderTolerance: Double { 1e-12 }

    /// Units that may still trade in the bar under way (rule R34a), floored to the lot; infinite without a limit.
    @inline(__always)
    mutating func room<S: ContainerShape>(
        _ sleeve: UnsafeMutablePointer<Sleeve>,
        _ shape: S.Type
    ) -> Double {
        guard !S.isPlain, let share = execution.maxParticipation else { return .infinity }
        return room(sleeve, share)
    }

    private mutating func room(_ sleeve: UnsafeMutablePointer<Sleeve>, _ share: Double) -> Double {
        let use = volumeUse + Int(sleeve.pointee.lane)
        let most = share * sleeve.pointee.volume[sleeve.pointee.local]
        let left = use.pointee.local == sleeve.pointee.local ? most - use.pointee.quantity : most
        return left > most * ContainerRunner.remainderTolerance ? floorToLot(left) : 0
    }

    /// Counts units that have traded in the bar under way.
    @inline(__always)
    mutating func use<S: ContainerShape>(
        _ quantity: Double,
        of sleeve: UnsafeMutablePointer<Sleeve>,
        _ shape: S.Type
    ) {
        guard !S.isPlain, execution.maxParticipation != nil else { return }
        let use = volumeUse + Int(sleeve.pointee.lane)
        if use.pointee.local != sleeve.pointee.local {
            use.pointee = VolumeUse(local: sleeve.pointee.local)
        }
        use.pointee.quantity += quantity
    }

    /// What of `wanted` units trades at once: all of it where rounding alone would leave a rest.
    @inline(__always)
    mutating func part(of wanted: Double, of total: Double, room: Double) -> Double {
        wanted - room <= total * ContainerRunner.remainderTolerance ? wanted : room
    }

    /// Notes a fill whose slippage has taken all of the price, or whose impact supposes more volume than there was; whether it
    /// is one of the latter.
    @inline(__always)
    mutating func noteOddities(
        _ sleeve: UnsafeMutablePointer<Sleeve>,
        _ bar: Int,
        quantity: Double,
        price: Double,
        slips: Bool
    ) -> Bool {
        guard slips else { return false }
        if price <= 0 {
            if outcome.salesAtZero == 0 { outcome.firstSaleAtZero = bar }
            outcome.salesAtZero += 1
        }
        guard execution.slippage.volumeImpact > 0, quantity > sleeve.pointee.volume[sleeve.pointee.local]
        else {
            return false
        }
        if outcome.fillsBeyondVolume == 0 { outcome.firstFillBeyondVolume = bar }
        outcome.fillsBeyondVolume += 1
        return true
    }
}
