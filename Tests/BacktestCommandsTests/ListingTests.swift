import BacktestMetrics
import BacktestRules
import Foundation
import Testing

/// The commands that print what is built in, in every format.
@Suite struct ListingTests {
    private func objects(_ arguments: String...) throws -> [[String: Any]] {
        let outcome = try Admf().run(arguments + ["--json"])
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(value as? [[String: Any]])
    }

    @Test func `every metric has its formula and direction`() throws {
        let rows = try objects("metrics")
        #expect(rows.map { $0["name"] as? String } == MetricName.names)
        #expect(rows.allSatisfy { ($0["formula"] as? String)?.isEmpty == false })
        let sharpe = try #require(rows.first { $0["name"] as? String == "sharpe_ratio" })
        #expect(sharpe["better"] as? String == "higher")
        #expect(sharpe["formula"] as? String == "mean(r - rf) / std(r, ddof 1) x sqrt(P)")
        let turnover = try #require(rows.first { $0["name"] as? String == "turnover" })
        #expect(turnover["better"] is NSNull)
        #expect(try objects("metrics", "max_drawdown").map { $0["better"] as? String } == ["lower"])
    }

    @Test func `every strategy has its parameters and rules`() throws {
        let rows = try objects("strategies")
        #expect(rows.map { $0["name"] as? String } == BuiltinStrategies.all.map(\.name))
        let cross = try #require(rows.first)
        let parameters = try #require(cross["parameters"] as? [[String: Any]])
        #expect(parameters.map { $0["name"] as? String } == ["fast", "slow"])
        #expect(parameters.map { $0["default"] as? Double } == [10, 30])
        let rules = try #require(cross["rules"] as? [String: String])
        #expect(rules["enter_long"] == "crosses_above(sma(close, fast), sma(close, slow))")
    }

    @Test func `a strategy is printed as YAML to copy`() throws {
        let outcome = try Admf()("strategies", "donchian_breakout")
        #expect(
            outcome.output == """
                # donchian_breakout: buys a close above the highest high of earlier bars, sells one below the lowest low \
                (turtle rules)
                #   entry: bars of the channel that opens
                #   exit: bars of the channel that closes
                - id: my_donchian_breakout
                  params: {entry: 20, exit: 10}
                  rules:
                    exit_long: close < donchian_lower(exit)[1]
                    exit_short: close > donchian_upper(exit)[1]
                    enter_long: close > donchian_upper(entry)[1]
                    enter_short: close < donchian_lower(entry)[1]

                """
        )
    }

    @Test func `every indicator is listed`() throws {
        let rows = try objects("indicators")
        #expect(rows.count == Indicators.all.count)
        for name in [
            "sma", "rsi", "macd_signal", "percentile_rank", "minutes_to_close", "hlc3", "bars_since",
        ] {
            #expect(rows.contains { $0["name"] as? String == name }, "\(name)")
        }
        #expect(try objects("indicators", "crosses_above").map { $0["gives"] as? String } == ["condition"])
    }

    @Test(arguments: ["metrics", "strategies", "indicators", "doctor"])
    func `formats agree on the number of rows`(command: String) throws {
        let count = try objects(command).count
        let csv = try Admf()(command, "--format", "csv").output.split(separator: "\n")
        let markdown = try Admf()(command, "--format=markdown").output.split(separator: "\n")
        #expect(csv.count == count + 1)
        #expect(csv.first?.hasPrefix("name,") == true)
        #expect(markdown.count == count + 2)
        #expect(markdown.allSatisfy { $0.hasPrefix("|") && $0.hasSuffix("|") })
        #expect(try Admf()(command).output.contains("name"))
    }

    @Test func `two formats contradict each other`() throws {
        let outcome = try Admf()("metrics", "--json", "--format", "csv")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("--json contradicts --format csv"))
        #expect(try Admf()("metrics", "--json", "--format", "json").status == 0)
    }

    @Test func `a misspelt name is put right`() throws {
        let outcome = try Admf()("metrics", "sharp_ratio")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("did you mean 'sharpe_ratio'?"))
    }
}

@Suite struct DoctorTests {
    private func findings(_ admf: Admf, _ arguments: String...) throws -> (Int32, [String: [String: Any]]) {
        let outcome = try admf.run(["doctor", "--json"] + arguments)
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let rows = try #require(value as? [[String: Any]])
        return (
            outcome.status, Dictionary(uniqueKeysWithValues: rows.map { ($0["name"] as? String ?? "", $0) })
        )
    }

    @Test func `the libraries work`() throws {
        let scratch = try Scratch()
        let (status, found) = try findings(Admf(folder: scratch.folder))
        #expect(status == 0)
        for name in ["libyaml", "zlib", "libisal", "libzstd", "libcrypto", "sqlite"] {
            #expect(found[name]?["state"] as? String == "fine")
            let version = try #require(found[name]?["version"] as? String)
            #expect(version.first?.isNumber == true)
        }
        let cores = try #require((found["cores"]?["version"] as? String).flatMap { Int($0) })
        #expect((1...ProcessInfo.processInfo.processorCount).contains(cores))
        #expect(found["results folder"]?["detail"] as? String == "results will be made by the first run")
    }

    @Test func `a results folder that is none makes the difference`() throws {
        let scratch = try Scratch()
        try scratch.write("results", "a file")
        let (status, found) = try findings(Admf(folder: scratch.folder))
        #expect(status == 1)
        #expect(found["results folder"]?["state"] as? String == "missing")
        let other = try findings(Admf(folder: scratch.folder), "--output", "elsewhere/deep")
        #expect(other.0 == 0)
    }

    @Test func `missing time zones limit, no more`() throws {
        let scratch = try Scratch()
        let (status, found) = try findings(
            Admf(environment: ["TZDIR": scratch.folder], folder: scratch.folder)
        )
        #expect(status == 0)
        #expect(found["tzdata"]?["state"] as? String == "limited")
    }
}

@Suite struct SchemaTests {
    @Test func `the schema knows the sections of a config`() throws {
        let outcome = try Admf()("schema")
        #expect(outcome.status == 0)
        let schema = try RunTests.object(outcome.output)
        let properties = try #require(schema["properties"] as? [String: Any])
        for name in ["name", "data", "strategies", "portfolios", "execution", "sweep", "tracing", "results"] {
            #expect(properties[name] != nil, "\(name)")
        }
        #expect((schema["$schema"] as? String)?.contains("json-schema.org") == true)
    }
}

@Suite struct ReadmeTests {
    @Test func `the README names every command`() throws {
        let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: top.appendingPathComponent("README.md"), encoding: .utf8)
        for name in HelpTests.names {
            #expect(text.contains("admf \(name)") || text.contains("`\(name)"), "\(name)")
        }
    }
}
