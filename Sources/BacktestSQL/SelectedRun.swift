public import BacktestResults

/// A run that is asked, and what its rows are called.
public struct SelectedRun: Sendable {
    /// The run.
    public var reader: RunReader
    /// The value of the column `run`: the run id, or the path where two runs have the same id.
    public var label: String

    /// Names runs.
    public static func label(_ readers: [RunReader]) -> [SelectedRun] {
        var counts: [String: Int] = [:]
        for reader in readers { counts[id(of: reader), default: 0] += 1 }
        return readers.map { reader in
            let id = id(of: reader)
            return SelectedRun(reader: reader, label: counts[id] == 1 ? id : reader.path)
        }
    }

    private static func id(of reader: RunReader) -> String {
        reader.manifest.runID.isEmpty ? reader.path : reader.manifest.runID
    }
}
