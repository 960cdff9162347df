/// The metrics.json of one container: how a record becomes bytes, and bytes a record.
///
/// Keys stand in the order of `spec/results.md`; a failed container has `error` after `halted`, a `null` period and
/// `null` for every metric. Nothing in it depends on the clock, so the same config and data give the same bytes.
public enum MetricsDocument {
    /// Version of the layout; keys are only ever added to one version.
    public static let schemaVersion = 1
    /// The file's name inside a container's folder.
    public static let fileName = "metrics.json"
}
