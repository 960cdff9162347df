/// What the statistics of a sweep say of its best set, in one word and the reasons for it.
public struct SweepVerdict: Sendable, Equatable {
    /// The word.
    public enum Answer: String, Sendable {
        /// Luck does not explain it.
        case real
        /// Luck alone explains it.
        case luck
        /// Neither can be said.
        case cannotTell = "cannot_tell"

        /// In words.
        public var text: String { self == .cannotTell ? "cannot tell" : rawValue }
    }

    /// Deflated Sharpe ratio from which on a set may be real.
    public static let realDeflated = 0.95
    /// Deflated Sharpe ratio below which it is luck.
    public static let luckDeflated = 0.5
    /// P-value below which a set may be real.
    public static let realPValue = 0.05
    /// P-value above which it is luck.
    public static let luckPValue = 0.5
    /// Probability of overfitting below which a set may be real.
    public static let realOverfitting = 0.5

    /// The word.
    public let answer: Answer
    /// One sentence a number, with the threshold it was held against.
    public let reasons: [String]

    /// Weighs what is known; what is `nil` could not be computed, and then nothing is called real.
    public init(deflatedSharpe: Double?, pValue: Double?, overfitting: Double?) {
        var reasons: [String] = []
        var (isReal, isLuck) = (true, false)
        func weigh(
            _ name: String,
            _ value: Double?,
            real: (Double) -> Bool,
            _ bound: String,
            luck: (Double) -> Bool
        ) {
            guard let value else {
                isReal = false
                reasons.append("\(name) could not be computed")
                return
            }
            let number = SweepVerdict.text(value)
            if luck(value) {
                isLuck = true
                isReal = false
                reasons.append("\(name) is \(number): luck")
            } else if real(value) {
                reasons.append("\(name) is \(number), \(bound)")
            } else {
                isReal = false
                reasons.append("\(name) is \(number), not \(bound)")
            }
        }
        weigh(
            "the deflated Sharpe ratio",
            deflatedSharpe,
            real: { $0 >= SweepVerdict.realDeflated },
            "at least \(SweepVerdict.realDeflated)",
            luck: { $0 < SweepVerdict.luckDeflated }
        )
        weigh(
            "the SPA p-value",
            pValue,
            real: { $0 < SweepVerdict.realPValue },
            "below \(SweepVerdict.realPValue)",
            luck: { $0 > SweepVerdict.luckPValue }
        )
        weigh(
            "the probability of backtest overfitting",
            overfitting,
            real: { $0 < SweepVerdict.realOverfitting },
            "below \(SweepVerdict.realOverfitting)",
            luck: { _ in false }
        )
        answer = isLuck ? .luck : isReal ? .real : .cannotTell
        self.reasons = reasons
    }

    /// A share with four digits behind the point; never 1 where it is less.
    private static func text(_ value: Double) -> String {
        let rounded = (value * 10_000).rounded(value > 0.5 ? .down : .up) / 10_000
        return "\(rounded)"
    }
}
