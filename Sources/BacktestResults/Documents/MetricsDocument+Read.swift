import BacktestMetrics
import BacktestModel

extension MetricsDocument {
    /// Reads a document back; unknown keys are passed over, what is missing, doubled or of the wrong kind is an error.
    ///
    /// A record that was written reads back equal to itself, and writes the same bytes again.
    public static func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(DocumentError) -> ContainerRecord {
        var reader = MetricsReader(bytes)
        do throws(JSONSyntaxError) {
            return try reader.read()
        } catch {
            if let found = reader.foundSchemaVersion, found > schemaVersion {
                throw .newerSchema(found: found, known: schemaVersion)
            }
            if let found = reader.foundSchemaVersion, found < 1 {
                throw .olderSchema(found: found, known: schemaVersion)
            }
            throw .damaged(error)
        }
    }

    /// Reads a document back.
    public static func read(_ bytes: [UInt8]) throws(DocumentError) -> ContainerRecord {
        try bytes.withUnsafeBufferPointer { (buffer) throws(DocumentError) in try read(buffer) }
    }
}

/// Why a document of the results tree cannot be used.
public enum DocumentError: Error, Sendable, Equatable {
    /// Not JSON, cut short, or without what it must have.
    case damaged(JSONSyntaxError)
    /// Written by a later version of admf.
    case newerSchema(found: Int, known: Int)
    /// Written before the layout had a version that is still read.
    case olderSchema(found: Int, known: Int)
}
