import BacktestReports

/// Sizes and times for people; programs get plain numbers.
enum QuantityText {
    /// `12,345,678`.
    static func count(_ value: Int) -> String { NumberFormat.integer.text(Double(value)) }

    /// `340 MiB`, `1.4 GiB`.
    static func bytes(_ value: Int) -> String {
        let mebibytes = Double(value) / 1_048_576
        if mebibytes < 1 { return "\(value / 1_024) KiB" }
        if mebibytes < 1_024 { return "\(Int(mebibytes.rounded(.up))) MiB" }
        return "\((mebibytes / 1_024 * 10).rounded(.up) / 10) GiB"
    }

    /// `under a second`, `12 s`, `3 min`, `2.5 h`.
    static func seconds(_ value: Double) -> String {
        switch value {
        case ..<1: "under a second"
        case ..<120: "\(Int(value.rounded(.up))) s"
        case ..<7_200: "\(Int((value / 60).rounded(.up))) min"
        default: "\((value / 360).rounded(.up) / 10) h"
        }
    }
}
