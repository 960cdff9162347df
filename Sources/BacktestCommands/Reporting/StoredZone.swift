import BacktestMarketData
import BacktestReports
import BacktestResults
import BacktestYAML

/// The zone of a run's data, from its own config.yaml, so that a page says the same where the data is gone.
enum StoredZone {
    /// The clock of `data.timezone`; UTC where the config names none, or one that this machine does not know.
    static func clock(of run: RunReader) -> PageClock {
        let zone = name(of: run).flatMap { TimeZoneRules(named: $0) } ?? .utc
        return PageClock(name: zone.name) { zone.offsetSeconds(at: $0) }
    }

    private static func name(of run: RunReader) -> String? {
        let prefix = "data.timezone="
        if let setting = run.manifest.settings.last(where: { $0.hasPrefix(prefix) }) {
            return String(setting.dropFirst(prefix.count))
        }
        guard let bytes = FileText.bytes(of: "\(run.path)/config.yaml"),
            let root = YAMLDocument(parsing: bytes).root
        else { return nil }
        let section = run.manifest.environment.flatMap { root[$0]?["data"]?["timezone"]?.text }
        return section ?? root["data"]?["timezone"]?.text
    }
}
