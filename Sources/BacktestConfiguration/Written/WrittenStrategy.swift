import BacktestMarketData
import BacktestYAML

/// One entry of `strategies:` as written.
struct WrittenStrategy: Sendable {
    /// A rule and the node that holds its text.
    struct Rule: Sendable {
        var action: String
        var node: YAMLNode
    }

    /// A parameter and its value.
    struct Parameter: Sendable {
        var name: Located<String>
        var node: YAMLNode
    }

    /// The map `signals`.
    struct Signals: Sendable {
        var file: Located<String>?
        var timeFormat: TimeFormat?
    }

    var place: Located<Void>
    var id: Located<String>?
    var type: Located<String>?
    var parameters: [Parameter] = []
    var rules: [Rule]?
    var rulesPlace: Located<Void>?
    var signals = Signals()
    var signalsPlace: Located<Void>?
    var symbols: [Located<String>]?
    var trigger: Located<String>?
    var strength: YAMLNode?
}
