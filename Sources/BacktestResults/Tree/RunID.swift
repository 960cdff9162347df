import BacktestModel

/// The name of a run's folder: UTC time and the hash part, such as `20261120T101500Z-3fa9c1`.
public enum RunID {
    /// Number of hex digits of the config's hash that a run id carries.
    public static let hashDigits = 6

    /// The hash part: the first 6 digits of the config's hash.
    public static func hashPart(of configurationHash: String) -> String {
        String(configurationHash.prefix(hashDigits))
    }

    /// The run id of the `attempt`-th run (from 1) of one config in one second; from the second on it ends in `-2`, `-3` ….
    public static func text(secondsSinceEpoch: Int64, configurationHash: String, attempt: Int = 1) -> String {
        let stamp = Timestamp(seconds: secondsSinceEpoch).iso8601.filter { $0 != "-" && $0 != ":" }
        return "\(stamp)-\(hashPart(of: configurationHash))" + (attempt > 1 ? "-\(attempt)" : "")
    }

    /// Whether a folder's name has the form of a run id.
    public static func isRunID(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard bytes.count >= 16 + 1 + hashDigits, bytes[8] == UInt8(ascii: "T"),
            bytes[15] == UInt8(ascii: "Z"),
            bytes[16] == UInt8(ascii: "-")
        else { return false }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return (bytes[0..<8] + bytes[9..<15]).allSatisfy { digits.contains($0) }
    }
}
