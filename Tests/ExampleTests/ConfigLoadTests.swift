import BacktestConfiguration
import BacktestSweep
import Foundation
import ProgramTestKit
import Testing

/// The examples read in this process: faster than the program, and the plan can be looked at.
@Suite struct ConfigLoadTests {
    @Test(arguments: ConfigExampleTests.examples)
    func `has no error and no warning`(example: String) {
        let path = Program.top.appendingPathComponent("configs/\(example)").path
        let outcome = ConfigurationLoader.load(path: path)
        #expect(outcome.diagnostics.isEmpty, "\(outcome.render(color: false))")
        #expect(outcome.plan?.warnings.isEmpty == true)
    }

    @Test(arguments: [
        ("01-buy-and-hold.yaml", 1, 1), ("02-quickstart.yaml", 1_044, 2), ("03-pairs.yaml", 9, 1),
        ("04-eurusd-stops.yaml", 9, 1), ("05-many-strategies.yaml", 1, 2), ("06-twenty-stocks.yaml", 12, 1),
        ("07-signals-from-a-file.yaml", 1, 2), ("08-bitcoin-latency.yaml", 16, 1),
        ("tracing/03-container-settings.yaml", 1, 5), ("tracing/05-portfolio-settings.yaml", 40, 1),
    ])
    func `has the parameter sets and portfolios that it seems to have`(
        example: String,
        sets: Int,
        portfolios: Int
    ) throws {
        let path = Program.top.appendingPathComponent("configs/\(example)").path
        let plan = try #require(ConfigurationLoader.load(path: path).plan)
        #expect(plan.sweep.setCount == sets)
        #expect(plan.portfolios.count == portfolios)
    }

    @Test(arguments: ["development", "production"])
    func `an environment changes the hash of the config`(environment: String) throws {
        let path = Program.top.appendingPathComponent("configs/tracing/06-environments.yaml").path
        let options = ConfigurationLoader.Options(environment: environment)
        let plain = try #require(ConfigurationLoader.load(path: path).plan)
        let plan = try #require(ConfigurationLoader.load(path: path, options: options).plan)
        #expect(plan.configurationHash != plain.configurationHash)
        #expect(plan.environment == environment)
    }

    @Test func `every key of the schema stands in the document`() throws {
        let url = Program.top.appendingPathComponent("docs/configuration.md")
        let text = try String(contentsOf: url, encoding: .utf8)
        let object = try JSONSerialization.jsonObject(with: Data(ConfigurationSchema.json.utf8))
        let keys = Self.keys(of: object)
        #expect(keys.count > 80)
        // What stands in code spans, cut into words: `{atr: 2, period: 14}` documents two keys.
        let spans = text.matches(of: /`([^`\n]+)`/).map { String($0.1) }
        let words = Set(
            spans.flatMap { $0.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init) }
        )
        let missing = keys.filter { !words.contains($0) }
        #expect(missing.isEmpty)
    }

    /// The names under every `properties` of a JSON Schema, sorted.
    private static func keys(of value: Any) -> [String] {
        var found: Set<String> = []
        var waiting = [value]
        while let next = waiting.popLast() {
            if let list = next as? [Any] { waiting += list }
            guard let object = next as? [String: Any] else { continue }
            if let properties = object["properties"] as? [String: Any] { found.formUnion(properties.keys) }
            waiting += Array(object.values)
        }
        return found.sorted()
    }
}
