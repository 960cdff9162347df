/// The plain, slow engine that the real one is compared with; it shares no code with it, names included.
///
/// Written from `trading.md` and its fine print alone. Comments cite the rule (R..) that a line follows, or the letter
/// (a) to (n) of the list of readings where the spec is silent.
enum Reference {}

extension Reference {
    /// The side of a position.
    enum Side: Hashable, CaseIterable {
        case long
        case short

        var sign: Double { self == .long ? 1 : -1 }
    }

    /// One bar; `time` orders bars, `day` numbers local calendar days.
    struct Bar: Hashable {
        var time: Int
        var day: Int
        var open: Double
        var high: Double
        var low: Double
        var close: Double
        var volume: Double = 1_000
        var vwap: Double?
    }

    /// A symbol's own bars, oldest first; the first `warmup` of them are seen by indicators but not traded (R10).
    struct Symbol: Hashable {
        var name: String
        var bars: [Bar]
        var warmup = 0
    }

    /// What a signal asks for, in the order in which the signals of one bar are taken (b).
    enum Action: Hashable, CaseIterable {
        case exitLong
        case exitShort
        case enterLong
        case enterShort
    }

    /// A signal on a bar in the symbol's own numbering; the optional fields are a signal file's (R39).
    struct Signal: Hashable {
        var bar: Int
        var action: Action
        var strength = 1.0
        var quantity: Double?
        var stop: Double?
        var target: Double?
        var limit: Double?
    }

    /// A strategy, and its signals on each symbol that it trades.
    struct Strategy: Hashable {
        var id: String
        var weight = 1.0
        /// Ascending symbol indices.
        var symbols: [Int]
        /// One list per symbol of `symbols`.
        var signals: [[Signal]]
    }

    /// A distance from a price (R60).
    enum Distance: Hashable {
        case rate(Double)
        case price(Double)
        case atr(Double, period: Int)
    }

    enum Direction: Hashable, CaseIterable {
        case longOnly
        case shortOnly
        case longShort
    }

    enum SizingMethod: Hashable, CaseIterable {
        case percentOfEquity
        case fixedQuantity
        case fixedNotional
        case riskPerTrade
        case volatilityTarget
        case kelly
    }

    enum Timing: Hashable, CaseIterable {
        case nextOpen
        case nextClose
        case close
        case nextVWAP
    }

    enum Intrabar: Hashable, CaseIterable {
        case stopFirst
        case targetFirst
        case nearestOpen
    }

    struct Sizing: Hashable {
        var method = SizingMethod.percentOfEquity
        var value = 1.0
        /// Whether `value` is a share of the portfolio's equity instead of the sleeve's (R40a).
        var ofPortfolio = false
        /// Decided at the decision bar's close instead of the fill (R44).
        var atSignalPrice = false
        var lot: Double?
        var lookback = 20
        var minimumTrades = 10
        var kellyMultiplier = 1.0
        var scaleByStrength = false
    }

    struct Portfolio: Hashable {
        var capital = 100_000.0
        var direction = Direction.longOnly
        var sharedCash = false
        var pyramiding = false
        var sizing = Sizing()
    }

    struct Risk: Hashable {
        var stopLoss: Distance?
        var takeProfit: Distance?
        var trailingStop: Distance?
        var maxHoldingBars: Int?
        var maxDrawdown: Double?
        var dailyLossLimit: Double?
        var maxPositions: Int?
        var maxLeverage = 1.0
        var cooldownBars = 0
        var intrabar = Intrabar.stopFirst
    }

    struct Commission: Hashable {
        var rate = 0.0
        var perShare = 0.0
        var perTrade = 0.0
        var minimum = 0.0
        var maximum = Double.infinity
    }

    struct Slippage: Hashable {
        var rate = 0.0
        var ticks = 0.0
        var tickSize = 0.0
        var spread = 0.0
        var spreadRate = 0.0
        var volumeImpact = 0.0
    }

    struct Execution: Hashable {
        var fill = Timing.nextOpen
        var latencyBars = 0
        var commission = Commission()
        var slippage = Slippage()
        var maxParticipation: Double?
        var waitsForVolume = false
        var borrowRate = 0.0
        var limitEntry: Distance?
        var stopEntry: Distance?
        /// Bars of the symbol from its due bar on after which a resting entry ends (R34).
        var expireBars: Int?
        var closeAtEnd = false
    }

    struct MetricsOptions: Hashable {
        var daily = false
        var periodsPerYear = 252.0
        var riskFree = 0.0
    }

    /// Everything that decides a backtest of one container.
    struct Scenario: Hashable {
        var symbols: [Symbol]
        var strategies: [Strategy]
        var portfolio = Portfolio()
        var risk = Risk()
        var execution = Execution()
        var metrics = MetricsOptions()
    }
}
