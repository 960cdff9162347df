import BacktestConfiguration
import BacktestHashing
import BacktestMarketData
import BacktestModel
import BacktestReports
import BacktestResults
import BacktestSweep

/// The prices that a run was made of, read again from its data files.
enum StoredPrices {
    /// Why there are none, a clause without a full stop.
    struct Reason: Error {
        let text: String
    }

    /// Bytes of data beyond which a page is not worth the reading.
    static let byteCountMax = 256 << 20

    /// Reads the bars, if the files still have the bytes that the run read.
    static func read(_ manifest: Manifest) -> Result<[PriceHistory], Reason> {
        guard manifest.data.reduce(0, { $0 + $1.byteCount }) <= byteCountMax else {
            return .failure(Reason(text: "the data files are large"))
        }
        func absolute(_ path: String) -> String {
            path.hasPrefix("/") || manifest.workingDirectory.isEmpty
                ? path : "\(manifest.workingDirectory)/\(path)"
        }
        for file in manifest.data {
            guard let found = try? SHA256.hexadecimal(ofFile: absolute(file.path)) else {
                return .failure(Reason(text: "\(file.path) cannot be read"))
            }
            guard found == file.sha256 else {
                return .failure(Reason(text: "\(file.path) has changed since the run"))
            }
        }
        let options = ConfigurationLoader.Options(
            environment: manifest.environment,
            settings: manifest.settings,
            containerLimit: 1
        )
        let configuration = absolute(manifest.configurationPath)
        guard let plan = ConfigurationLoader.load(path: configuration, options: options).plan else {
            return .failure(Reason(text: "\(manifest.configurationPath) cannot be read as it was"))
        }
        let hashes = manifest.data.map(\.symbol)
        guard plan.data.bars.map(\.symbol) == hashes, let loaded = try? TapeLoader.load(plan.data, jobs: 1)
        else {
            return .failure(Reason(text: "the config has other data by now"))
        }
        return .success(
            loaded.tape.series.map { series in
                let tradable = series.firstTradable..<series.count
                return PriceHistory(
                    symbol: series.symbol,
                    times: tradable.map { Timestamp(nanoseconds: series.timestamps[$0]) },
                    closes: tradable.map { series.close[$0] }
                )
            }
        )
    }
}
