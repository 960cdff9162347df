import Glibc

/// How good the best of many worthless trials looks.
public enum ExpectedMaximum {
    /// Euler's constant.
    static let euler = 0.577_215_664_901_532_9

    /// Expected maximum of M independent normal numbers, e_M = (1 - g) z(1 - 1 / M) + g z(1 - 1 / (M e)).
    ///
    /// Bailey and Lopez de Prado 2014; within 8 % of the exact value from M = 2 on, 1 % from 100 on. 0 for M of 1 and less, and never
    /// below: between 1 and 1.3, where effective trials often lie, the formula falls to minus infinity, and would inflate a ratio
    /// that it should deflate.
    public static func normal(_ trials: Double) -> Double {
        guard trials > 1 else { return 0 }
        let first = NormalDistribution.quantile(1 - 1 / trials)
        let second = NormalDistribution.quantile(1 - 1 / (trials * M_E))
        return max(0, (1 - euler) * first + euler * second)
    }

    /// The Sharpe ratio a period that the best of the trials shows by luck, sqrt(V) e_N.
    public static func sharpe(trials: Double, variance: Double) -> Double {
        variance.squareRoot() * normal(trials)
    }

    /// Years of data needed before the best of the trials is not expected to reach a Sharpe ratio by luck.
    ///
    /// (e_N / target)^2; Bailey, Borwein, Lopez de Prado, Zhu, Pseudo-mathematics and financial charlatanism, 2014.
    ///
    /// - Parameters:
    ///   - trials: Number of independent trials.
    ///   - target: An annualised Sharpe ratio.
    /// - Returns: Years, 0 for one trial.
    public static func minimumBacktestYears(trials: Double, target: Double = 1) -> Double {
        let ratio = normal(trials) / target
        return ratio * ratio
    }

    /// The variance to deflate with: that over the trials, at least what luck alone gives to one, 1 / (n - 1).
    ///
    /// Sets that share most of their returns have nearly the same ratio, so that their variance says little of luck.
    ///
    /// - Parameters:
    ///   - sharpes: Sharpe ratios a period, one a trial.
    ///   - periods: Number of periods, n.
    ///   - hasFloor: Whether it is at least that of luck.
    /// - Returns: The variance a period, `nil` where there is none.
    public static func variance(ofSharpes sharpes: [Double], periods: Int, hasFloor: Bool = true) -> Double? {
        let floor = hasFloor && periods > 1 ? 1 / Double(periods - 1) : nil
        guard let variance = Samples.variance(sharpes) else { return floor }
        return max(variance, floor ?? 0)
    }
}
