/// Why a request got no answer that will do.
public enum HTTPFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// libcurl is not on this machine.
    case noLibrary
    /// Nobody answered: the reason in the library's words.
    case transport(String)
    /// The server answered with a status that is no success.
    case status(Int)

    /// Whether the same request may succeed a little later (the statuses are those of the OTLP/HTTP specification).
    public var mayPass: Bool {
        switch self {
        case .noLibrary: false
        case .transport: true
        case .status(let status): [429, 502, 503, 504].contains(status)
        }
    }

    /// In words, without a full stop.
    public var description: String {
        switch self {
        case .noLibrary: "libcurl is not installed (Debian: libcurl4)"
        case .transport(let reason): reason
        case .status(let status): "the server answered with status \(status)"
        }
    }
}
