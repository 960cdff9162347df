import Glibc

/// Variables of the environment, read when asked for.
package enum Environment {
    /// The value of a variable, `nil` where it is not set or empty.
    package static func value(_ name: String) -> String? {
        guard let pointer = getenv(name), pointer.pointee != 0 else { return nil }
        return String(cString: pointer)
    }
}
