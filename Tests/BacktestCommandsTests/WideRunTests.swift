import Foundation
import Testing

/// Ten thousand containers: what must be found is found, and what must stay small stays small.
@Suite(.serialized) struct WideRunTests {
    private static let count = 10_000

    private static func project() throws -> (scratch: Scratch, admf: Admf) {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "-q").status == 0)
        return (scratch, admf)
    }

    @Test func `a regression of 1 % in one container among 10,000 is found`() throws {
        let (scratch, admf) = try Self.project()
        let a = try WideRun.make(scratch, "a", count: Self.count)
        let b = try WideRun.make(scratch, "b", count: Self.count) { index, values in
            if index == 7_777, let sharpe = values["sharpe_ratio"] {
                values["sharpe_ratio"] = sharpe - 0.01 * abs(sharpe)
            }
        }
        let outcome = try admf(
            "compare",
            a,
            b,
            "--json",
            "--fail-on",
            "relative.sharpe_ratio < -0.5%",
            "--verdict",
            "v.json"
        )
        #expect(outcome.status == 1)
        let json = try RunTests.object(outcome.output)
        let containers = try #require(json["containers"] as? [[String: Any]])
        #expect(containers.count == 1)
        #expect((containers[0]["container_id"] as? [String: String])?["a"] == "trend_07777")
        let metrics = try #require(containers[0]["metrics"] as? [String: [String: Any]])
        #expect(Set(metrics.keys) == ["sharpe_ratio"])
        #expect(metrics["sharpe_ratio"]?["verdict"] as? String == "worse")
        #expect(abs((metrics["sharpe_ratio"]?["relative"] as? Double ?? 0) + 0.01) < 1e-9)
        let row = try #require(
            (RunTests.object(scratch.read("v.json"))["requirements"] as? [[String: Any]])?.first
        )
        #expect((row["reason"] as? String)?.contains("trend_07777") == true)
        let summary = try #require(json["summary"] as? [String: [String: Any]])
        #expect(summary["sharpe_ratio"]?["worse"] as? Int == 1)
        #expect(summary["sharpe_ratio"]?["same"] as? Int == Self.count - 1)
        // Noise, as far as a check against a baseline is concerned: the sweep as a whole has not moved.
        #expect(try admf("check", b, "--baseline", a).status == 0)
        withExtendedLifetime(scratch) {}
    }

    @Test func `a page of 10,000 containers is under 5 MB, curves, trades and another run included`() throws {
        let (scratch, admf) = try Self.project()
        // The six best are there in full, with curves longer than a screen is wide and thousands of trades.
        let best: (Int, inout [String: Double]) -> Void = { index, values in
            if index < 6 { values["sharpe_ratio"] = 9 - Double(index) / 10 }
        }
        let a = try WideRun.make(scratch, "a", count: Self.count, change: best)
        let b = try WideRun.make(scratch, "b", count: Self.count) { index, values in
            best(index, &values)
            for (name, value) in values where value != value.rounded() { values[name] = value * 1.01 + 1e-4 }
        }
        let metrics = try scratch.read("results/demo/latest/trend_0000/metrics.json")
        let trades = try scratch.read("results/demo/latest/trend_0000/trades.csv").split(separator: "\n")
        let rows = (0..<2_500).map { trades[1 + $0 % (trades.count - 1)] }
        let curve = (0..<30_000).map { bar in
            let day = bar / 24 % 28 + 1
            let (month, year) = (bar / 672 % 12 + 1, 2_000 + bar / 8_064)
            let time = String(format: "%04d-%02d-%02dT%02d:00:00Z", year, month, day, bar % 24)
            return "\(time),\(100_000 + 13.37 * Double(bar % 977) + 0.01 * Double(bar % 89))"
        }
        for run in [a, b] {
            for index in 0..<6 {
                let folder = "\(run)/trend_0000\(index)"
                try scratch.write(
                    "\(folder)/metrics.json",
                    metrics.replacingOccurrences(of: "trend_0000", with: "trend_0000\(index)")
                )
                try scratch.write("\(folder)/trades.csv", ([trades[0]] + rows).joined(separator: "\n") + "\n")
                try scratch.write(
                    "\(folder)/equity.csv",
                    (["timestamp,equity"] + curve).joined(separator: "\n") + "\n"
                )
            }
        }
        #expect(try admf("report", b, "--output", "one.html").status == 0)
        #expect(try admf("report", a, b, "--output", "two.html").status == 0)
        for name in ["one.html", "two.html"] {
            let html = try Data(contentsOf: URL(fileURLWithPath: scratch.path(name)))
            #expect(html.count > 2_000_000, "the containers are in it")
            #expect(html.count <= 5_000_000, "\(name) has \(html.count) bytes")
        }
        let page = try scratch.read("one.html")
        #expect(page.contains("\"chosen\":[{\"id\":\"trend_00000\""))
        #expect(page.contains("\"tradeCount\":2500"))
    }
}
