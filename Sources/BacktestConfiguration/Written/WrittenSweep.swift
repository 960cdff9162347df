import BacktestYAML

/// `sweep:` as written.
struct WrittenSweep: Sendable {
    /// A path and what is written for it.
    struct Parameter: Sendable {
        var path: Located<String>
        var node: YAMLNode
    }

    /// The map `sweep.objective`.
    struct Objective: Sendable {
        var maximize: Located<String>?
        var minimize: Located<String>?
        var condition: Located<String>?
    }

    var place: Located<Void>?
    var parameters: [Parameter] = []
    var constraints: [YAMLNode] = []
    var zips: [[Located<String>]] = []
    var cases: [[Parameter]] = []
    var casesPlace: Located<Void>?
    var objective = Objective()
    var objectivePlace: Located<Void>?
}
