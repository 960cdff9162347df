import Foundation
import Testing

/// `report` and `plot`, and the page in a real browser.
@Suite struct ReportTests {
    static func page() throws -> (scratch: Scratch, path: String) {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "-q").status == 0)
        let outcome = try admf("report", "demo", "--output", "page.html")
        #expect(outcome.status == 0)
        #expect(outcome.output == "page.html\n")
        return (scratch, scratch.path("page.html"))
    }

    /// Ids in the order of the leaderboard, as the browser shows it.
    private func ids(_ dom: String) -> [String] {
        let board =
            dom.components(separatedBy: "<table id=\"board\">").last?.components(separatedBy: "</table>")[0]
            ?? ""
        return board.matches(of: /<td class="text">(?:<button[^>]*>)?([a-z_0-9]+)/).map { String($0.1) }
    }

    @Test func `the page is whole and needs nothing else`() throws {
        let (scratch, _) = try Self.page()
        let html = try scratch.read("page.html")
        #expect(html.hasPrefix("<!DOCTYPE html>"))
        #expect(html.hasSuffix("</html>\n"))
        #expect(html.contains("Content-Security-Policy"))
        for word in ["src=", "href=", "@import", "url(", "fetch(", "XMLHttpRequest"] {
            #expect(!html.contains(word), "\(word)")
        }
        let data = try #require(
            html.components(separatedBy: "id=\"data\">").last?.components(separatedBy: "</script>")[0]
        )
        let json = try RunTests.object(data)
        #expect((json["ids"] as? [String])?.count == 26)
        #expect((json["chosen"] as? [Any])?.count == 6)
        let first = try #require((json["chosen"] as? [[String: Any]])?.first)
        let months = try #require(first["months"] as? [[Double]])
        let growth = months.reduce(1) { $0 * (1 + $1[2]) }
        let ids = try #require(json["ids"] as? [String])
        let index = try #require(ids.firstIndex(of: first["id"] as? String ?? ""))
        let metrics = try #require(json["metrics"] as? [[Any]])
        let column = try #require(metrics.firstIndex { $0[0] as? String == "total_return" })
        let scale = try #require(metrics[column][4] as? Double)
        let total = try #require(json["values"] as? [[Any]])[column][index] as? Double
        #expect(abs(growth - 1 - (total ?? 0) / scale) < 1e-5, "the months multiply to the whole")
        let breakdown = try #require(first["breakdown"] as? [String: [[Any]]])
        let trades = try #require(first["tradeCount"] as? Int)
        for name in ["year", "quarter", "month", "weekday", "side", "reason"] {
            let rows = try #require(breakdown[name], "\(name)")
            #expect(rows.compactMap { $0[3] as? Int }.reduce(0, +) == trades, "\(name)")
        }
        #expect(breakdown["hour"] == nil, "daily bars have none")
        let years = try #require(breakdown["year"]).compactMap { $0[1] as? Double }.reduce(1) {
            $0 * (1 + $1)
        }
        #expect(abs(years - growth) < 1e-5)
        #expect((first["curve"] as? [String: Any])?["hold"] != nil, "the data is still there")
    }

    @Test func `two reports of one run are equal, and options do what they say`() throws {
        let (scratch, _) = try Self.page()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("report", "demo").status == 0)
        #expect(try scratch.read("results/demo/latest/report.html") == scratch.read("page.html"))
        let one = try admf("report", "demo", "--container", "trend_0001", "--no-prices", "--output", "-")
            .output
        #expect(one.contains("\"chosen\":[{\"id\":\"trend_0001\""))
        #expect(!one.contains("\"hold\""))
        #expect(try admf("report", "demo", "--container", "nothing").status == 2)
        try scratch.write("data/DEMO.csv", "timestamp,open,high,low,close,volume\n")
        #expect(try admf("report", "demo", "--output", "-").output.contains("has changed since the run"))
    }

    @Test func `text in a config cannot become markup`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let evil = "</script><script>alert(1)</script>"
        try scratch.write("config.yaml", try scratch.read("config.yaml") + "\nchecks: [cagr > 0]\n")
        #expect(try admf("run", "config.yaml", "-q", "--limit", "2").status == 0)
        let manifest = try scratch.read("results/demo/latest/manifest.json")
        try scratch.write(
            "results/demo/latest/manifest.json",
            manifest.replacingOccurrences(of: "\"warnings\": []", with: "\"warnings\": [\"\(evil)\"]")
        )
        let html = try admf("report", "demo", "--output", "-").output
        #expect(!html.contains(evil))
        #expect(html.contains("\\u003c/script>"))
    }

    @Test(.enabled(if: Browser.path != nil, "chromium is not installed: `make browser` installs it"))
    func `a browser draws it without an error`() throws {
        let (scratch, path) = try Self.page()
        let page = try Browser.open(path, scratch)
        #expect(page.console.isEmpty, "\(page.console)")
        #expect(page.dom.contains("<div id=\"errors\" role=\"alert\"></div>"))
        #expect(ids(page.dom).count == 26)
        for label in [
            "histogram of sharpe_ratio", "heat map of sharpe_ratio", "Equity", "Drawdown", "Trades in DEMO",
        ] {
            #expect(page.dom.contains("aria-label=\"\(label)"), "\(label)")
        }
        #expect(page.dom.components(separatedBy: "<svg").count == 7)
        for heading in [
            "Returns by month and year", "By exit reason", "By side", "By weekday (UTC)", "By year",
            "By symbol",
        ] {
            #expect(page.dom.contains("<h3>\(heading)"), "\(heading)")
        }
    }

    @Test(.enabled(if: Browser.path != nil, "chromium is not installed: `make browser` installs it"))
    func `sorting and filtering work in a browser`() throws {
        let (scratch, path) = try Self.page()
        let admf = Admf(folder: scratch.folder)
        let linked = try Browser.open(
            path,
            hash: "#filter=trend%2C+total_trades+%3E+10&sort=max_drawdown",
            scratch
        )
        let expected = try RunTests.list(
            admf("rank", "demo", "--by", "max_drawdown", "--where", "total_trades > 10", "--all", "--json")
                .output
        )
        .compactMap { $0["container_id"] as? String }.filter { $0.hasPrefix("trend") }
        #expect(!expected.isEmpty)
        #expect(ids(linked.dom) == expected)
        // What a user does: types into the filter, clicks on a heading, chooses another container.
        let script = """
            <script>
            setTimeout(() => {
              const filter = document.getElementById("filter");
              filter.value = "mixed, sharpe_ratio > 0";
              filter.dispatchEvent(new Event("input"));
            }, 50);
            setTimeout(() => {
              [...document.querySelectorAll("#board th button")].find(b => b.textContent === "total_return").click();
              const chosen = document.getElementById("chosen");
              chosen.selectedIndex = 1;
              chosen.dispatchEvent(new Event("change"));
            }, 600);
            </script></body>
            """
        let driven = try scratch.read("page.html").replacingOccurrences(of: "</body>", with: script)
        try scratch.write("driven.html", driven)
        let page = try Browser.open(scratch.path("driven.html"), scratch)
        let wanted = try RunTests.list(
            admf("rank", "demo", "--by", "total_return", "--where", "sharpe_ratio > 0", "--all", "--json")
                .output
        )
        .compactMap { $0["container_id"] as? String }.filter { $0.hasPrefix("mixed") }
        #expect(ids(page.dom) == wanted)
        #expect(page.console.isEmpty, "\(page.console)")
    }

    @Test func `two runs on one page`() throws {
        let runs = try CompareTests.TwoRuns()
        let outcome = try runs.admf("report", runs.first, runs.second, "--output", "both.html")
        #expect(outcome.status == 0)
        let html = try runs.scratch.read("both.html")
        let data = try #require(
            html.components(separatedBy: "id=\"data\">").last?.components(separatedBy: "</script>")[0]
        )
        let json = try RunTests.object(data)
        let baseline = try #require(json["baseline"] as? [String: Any])
        #expect(baseline["matched"] as? Int == 26)
        #expect((baseline["changes"] as? [[Any]])?.first?[1] as? String == "--set execution.commission.rate")
        let columns = try #require(baseline["columns"] as? [[Any]])
        #expect(columns[0][0] as? String == "sharpe_ratio")
        let changes = try #require(columns[0][3] as? [Double])
        #expect(changes.count == 26 && changes.allSatisfy { $0 < 0 })
        let shown = try #require(json["runID"] as? String)
        #expect(runs.second.hasSuffix(shown), "the page is about the second")
        #expect(try runs.admf("report", runs.first, "nowhere").status == 6)
        #expect(try runs.admf("check", runs.first, "--save-baseline", "main").status == 0)
        let saved = try runs.admf("report", "results/demo/baselines/main", "--output", "-")
        #expect(saved.status == 0)
        #expect(saved.output.contains("no containers to show in full"))
        guard Browser.path != nil else { return }
        let page = try Browser.open(
            runs.scratch.path("both.html"),
            hash: "#sort=change.sharpe_ratio",
            runs.scratch
        )
        #expect(page.console.isEmpty, "\(page.console)")
        #expect(page.dom.contains("aria-label=\"scatter of sharpe_ratio\""))
        #expect(page.dom.contains("aria-label=\"histogram of change.sharpe_ratio\""))
        #expect(page.dom.contains("</i>before</span>"), "the curve of the other run stands beside this one's")
        #expect(ids(page.dom).count == 26)
    }

    @Test func `plots in the terminal`() throws {
        let (scratch, _) = try Self.page()
        var admf = Admf(folder: scratch.folder)
        let map = try admf(
            "plot",
            "demo",
            "--x",
            "crossover.fast",
            "--y",
            "crossover.slow",
            "--color",
            "max_drawdown"
        )
        #expect(map.status == 0)
        #expect(map.output.hasPrefix("max_drawdown by crossover.fast (across) and crossover.slow (up)\n"))
        #expect(map.output.split(separator: "\n").count == 6)
        let histogram = try admf("plot", "demo", "--histogram", "cagr", "--portfolio", "trend")
        #expect(histogram.output.hasPrefix("cagr of 13 containers\n"))
        #expect(histogram.output.contains("█"))
        admf.environment = ["LC_ALL": "C"]
        #expect(try admf("plot", "demo").output.utf8.allSatisfy { $0 < 128 })
        #expect(
            try admf("plot", "demo", "--x", "crossover.fats").errors.contains(
                "did you mean 'crossover.fast'?"
            )
        )
        #expect(try admf("plot", "demo", "--histogram", "cagr", "--x", "crossover.fast").status == 2)
        #expect(try admf("plot", "demo", "--portfolio", "trand").errors.contains("did you mean 'trend'?"))
    }

    @Test func `fronts and plateaus`() throws {
        let (scratch, _) = try Self.page()
        let admf = Admf(folder: scratch.folder)
        let front = try RunTests.list(
            admf("rank", "demo", "--pareto", "total_return,max_drawdown", "--json").output
        )
        #expect(front.count > 1)
        let values = front.compactMap { row -> (Double, Double)? in
            guard let metrics = row["metrics"] as? [String: Double?], let a = metrics["total_return"] ?? nil,
                let b = metrics["max_drawdown"] ?? nil
            else { return nil }
            return (a, b)
        }
        #expect(values.map(\.0) == values.map(\.0).sorted(by: >))
        #expect(values.map(\.1) == values.map(\.1).sorted(by: >), "along a front both fall")
        let plateau = try RunTests.list(
            admf("rank", "demo", "--select", "plateau", "--top", "2", "--json").output
        )
        #expect((plateau[0]["plateau"] as? [String: Any])?["neighbours"] != nil)
        #expect(try admf("rank", "demo", "--pareto", "total_trades").status == 2)
        #expect(try admf("rank", "demo", "--select", "best").status == 2)
    }
}
