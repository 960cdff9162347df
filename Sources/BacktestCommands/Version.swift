/// The versions that manifests and `admf version` print; this is the only place that names them.
package enum Version {
    /// The program's, as semantic versioning has it.
    package static let program = "0.1.0"
    /// The engine's: grows whenever the same config and data may give other numbers.
    package static let engine = "2"
}
