import BacktestMarketData
import BacktestModel

/// Columns that follow from stamps alone.
enum TimeKernels {
    static func clock(
        _ operation: FeatureOperation,
        _ series: Series,
        _ zone: TimeZoneRules,
        _ out: MutableDoubles
    ) {
        for i in 0..<series.count {
            let seconds = localSeconds(series, zone, i)
            let day = floorDivide(seconds, 86_400)
            let second = seconds - day * 86_400
            switch operation {
            case .hour: out[i] = Double(second / 3_600)
            case .minute: out[i] = Double(second / 60 % 60)
            case .dayOfWeek: out[i] = Double(CivilDate.weekday(daysSinceEpoch: Int(day)))
            case .month: out[i] = Double(CivilDate(daysSinceEpoch: Int(day)).month)
            default: preconditionFailure("\(operation) is not a clock")
            }
        }
    }

    static func barsIntoSession(_ series: Series, _ zone: TimeZoneRules, _ out: MutableDoubles) {
        var today = Int64.min
        var bars = 0.0
        for i in 0..<series.count {
            let day = floorDivide(localSeconds(series, zone, i), 86_400)
            bars = day == today ? bars + 1 : 0
            today = day
            out[i] = bars
        }
    }

    /// How long until the session's last bar is not known before it has come, so earlier days stand for it.
    static func minutesToClose(_ series: Series, _ zone: TimeZoneRules, _ out: MutableDoubles) {
        var today = Int64.min
        var latestEarlier: Int64 = -1
        var latestToday: Int64 = -1
        for i in 0..<series.count {
            let seconds = localSeconds(series, zone, i)
            let day = floorDivide(seconds, 86_400)
            let second = seconds - day * 86_400
            if day != today {
                latestEarlier = max(latestEarlier, latestToday)
                latestToday = -1
                today = day
            }
            latestToday = max(latestToday, second)
            out[i] = latestEarlier < 0 ? .nan : Double(max(latestEarlier - second, 0)) / 60
        }
    }

    /// The file's vwap, else the volume-weighted typical price since the local day began.
    static func vwap(_ series: Series, _ zone: TimeZoneRules, _ out: MutableDoubles) {
        if let vwap = series.vwap {
            out.update(from: vwap.pointer, count: series.count)
            return
        }
        var today = Int64.min
        var notional = 0.0
        var volume = 0.0
        for i in 0..<series.count {
            let day = floorDivide(localSeconds(series, zone, i), 86_400)
            if day != today {
                today = day
                notional = 0
                volume = 0
            }
            let price = (series.high[i] + series.low[i] + series.close[i]) / 3
            notional += price * series.volume[i]
            volume += series.volume[i]
            out[i] = ScalarMath.divide(notional, volume)
        }
    }

    /// A number in [0, 1) from a seed, a stream, the symbol and the bar's stamp: SplitMix64's finaliser, which passes
    /// BigCrush over a counter (Steele, Lea and Flood 2014), twice.
    static func random(_ seed: Double, _ stream: Int, _ series: Series, _ out: MutableDoubles) {
        var key = mixed(seed.bitPattern &+ 0x9E37_79B9_7F4A_7C15)
        key = mixed(key ^ (UInt64(stream) &* 0xD1B5_4A32_D192_ED03))
        for byte in series.symbol.utf8 { key = mixed(key ^ UInt64(byte)) }
        for i in 0..<series.count {
            let stamp = UInt64(bitPattern: series.timestamps.pointer[i])
            out[i] = Double(mixed(key ^ mixed(stamp)) >> 11) * 0x1p-53
        }
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    @inline(__always)
    private static func localSeconds(_ series: Series, _ zone: TimeZoneRules, _ i: Int) -> Int64 {
        let instant = Timestamp(nanoseconds: series.timestamps.pointer[i])
        return instant.secondsFloor + Int64(zone.offsetSeconds(at: instant))
    }
}
