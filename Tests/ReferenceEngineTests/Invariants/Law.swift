import Testing

/// Runs a law over seeded random scenarios; the law says what is wrong, `nil` where nothing is.
func law(
    _ prepare: (inout Reference.Scenario) -> Void = { _ in },
    _ broken: (Reference.Scenario) -> String?
) {
    for seed in UInt64(0)..<400 {
        var scenario = ScenarioGenerator.scenario(seed: seed)
        prepare(&scenario)
        guard broken(scenario) != nil else { continue }
        let smallest = ScenarioShrinker.shrink(scenario) { broken($0) != nil }
        Issue.record("seed \(seed): \(broken(smallest) ?? "")\n\(ScenarioText.text(smallest))")
        return
    }
}
