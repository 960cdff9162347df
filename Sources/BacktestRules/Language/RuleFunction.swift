/// A function of the rule language: what it takes and what it means.
struct RuleFunction: Sendable {
    enum ArgumentKind: Sendable, Hashable {
        /// Anything that is a number on each bar.
        case number
        /// Anything that is true or false on each bar.
        case condition
        /// A whole number of at least so much that does not change from bar to bar.
        case window(Int)
        /// A number that does not change from bar to bar.
        case scalar
    }

    struct Argument: Sendable {
        var name: String
        var kind: ArgumentKind
        /// What stands for it when left out; `nil` where it must be given.
        var standard: Double?
    }

    var name: String
    var arguments: [Argument]
    /// Whether the last argument may be repeated.
    var isVariadic = false
    var kind: RuleKind = .number
    var summary: String
    var warmUp: String
    var formula: String

    var required: Int { arguments.filter { $0.standard == nil }.count }

    /// `sma(x, n)`.
    var signature: String {
        let names = arguments.map { argument in
            argument.standard.map { "\(argument.name) = \(shortest($0))" } ?? argument.name
        }
        return "\(name)(\(names.joined(separator: ", "))\(isVariadic ? ", ..." : ""))"
    }

    static func named(_ name: String) -> RuleFunction? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    static let all: [RuleFunction] = averages + momentums + channels + statistics + arithmetic + times
}

extension RuleFunction.Argument {
    static let x = RuleFunction.Argument(name: "x", kind: .number)
    static let y = RuleFunction.Argument(name: "y", kind: .number)
    static let n = window("n")
    static let k = RuleFunction.Argument(name: "k", kind: .scalar)

    static func window(_ name: String, atLeast minimum: Int = 1, standard: Double? = nil) -> Self {
        RuleFunction.Argument(name: name, kind: .window(minimum), standard: standard)
    }
}
