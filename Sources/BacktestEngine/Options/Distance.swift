/// How far a protective level or an entry level lies from its reference price.
public enum Distance: Sendable, Hashable {
    /// A share of the price, 0.02 for 2 %.
    case rate(Double)
    /// Price units.
    case price(Double)
    /// A multiple of the average true range over `period` bars at the decision bar's close, frozen (rule R60).
    case atr(multiple: Double, period: Int)
}
