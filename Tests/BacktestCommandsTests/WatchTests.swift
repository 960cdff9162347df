import Foundation
import Testing

/// `watch`: a run that goes on, that is over, that was interrupted, and one whose process is gone.
@Suite(.serialized) struct WatchTests {
    /// A project whose run lasts: a random strategy on many bars.
    static func longProject(sets: Int, bars: Int) throws -> Scratch {
        let scratch = try Scratch()
        var text = "timestamp,open,high,low,close,volume\n"
        var price = 100.0
        var state: UInt64 = 7
        for minute in 0..<bars {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let close = max(1, price * (1 + (Double(state >> 40) / Double(1 << 24) - 0.5) / 200))
            text +=
                "\(1_262_304_000 + minute * 60),\(price),\(max(price, close)),\(min(price, close)),\(close),100\n"
            price = close
        }
        try scratch.write("data/X.csv", text)
        try scratch.write(
            "config.yaml",
            """
            name: long
            data: {directory: data, bars: [{symbol: X, file: X.csv, timeframe: 1m}]}
            strategies:
              - {id: s, params: {a: 2, b: 7}, rules: {enter_long: "sma(close, a) > sma(close, b)", exit_long: "sma(close, a) < sma(close, b)"}}
            portfolios:
              - {id: p, strategies: [s], event_tracing: {mode: full, storage_backend: disk, storage_config: {compression: false}}}
            sweep:
              parameters: {s.b: "range(7, \(6 + sets), 1)"}
              objective: {maximize: total_return}
            results: {partial_results: 50}

            """
        )
        return scratch
    }

    static func look(_ scratch: Scratch, _ run: String = "results/long") throws -> [String: Any] {
        let outcome = try Admf(folder: scratch.folder)("watch", run, "--once", "--json")
        #expect(outcome.output.split(separator: "\n").count == 1)
        return try RunTests.object(outcome.output)
    }

    /// Waits until a condition holds, for a minute at most.
    static func eventually(_ condition: () throws -> Bool) throws -> Bool {
        for _ in 0..<6_000 {
            if try condition() { return true }
            usleep(10_000)
        }
        return false
    }

    @Test func `a finished run shows its final state and ends with 0`() throws {
        let scratch = try FeatureExtractionTests.run([])
        let admf = Admf(folder: scratch.folder)
        let outcome = try admf("watch", "demo", "--top", "1")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("completed\n2/2 containers (100%)"), "\(outcome.output)")
        #expect(outcome.output.contains("by sharpe_ratio:"))
        #expect(outcome.output.contains("1 of 2 containers"))
        let json = try RunTests.object(admf("watch", "demo", "--json").output)
        #expect(json["status"] as? String == "completed")
        #expect(json["finished"] as? Int == 2)
        #expect((json["leaderboard"] as? [Any])?.count == 2)
        #expect(json["eta_seconds"] is NSNull)
    }

    @Test func `a running sweep is seen with counts, its best and its long containers`() throws {
        let scratch = try Self.longProject(sets: 40, bars: 20_000)
        let admf = Admf(folder: scratch.folder)
        let logs = try Scratch()
        let run = try admf.start(["run", "config.yaml", "--jobs", "2", "-q"], in: logs)
        var seen: [String: Any] = [:]
        let isSeen = try Self.eventually {
            guard scratch.has("results/long/latest/progress.json") else { return false }
            seen = try Self.look(scratch)
            return (seen["finished"] as? Int ?? 0) > 0 || !scratch.has("results/long/latest/progress.json")
        }
        #expect(isSeen)
        #expect(seen["status"] as? String == "running")
        #expect(seen["total"] as? Int == 40)
        #expect((seen["rate"] as? Double ?? 0) > 0)
        #expect((seen["running"] as? [String] ?? []).allSatisfy { $0.hasPrefix("p_00") })
        let best = try #require((seen["leaderboard"] as? [[String: Any]])?.first)
        #expect(best["rank"] as? Int == 1)
        // A watch that began meanwhile goes on to the end and says lines, as it has no terminal.
        let watchLogs = try Scratch()
        let watch = try admf.start(["watch", "long", "--interval", "0.1"], in: watchLogs)
        #expect(try run.wait().status == 0)
        let said = try watch.wait()
        #expect(said.status == 0)
        #expect(said.output.contains("running, "), "\(said.output)")
        #expect(said.output.contains("completed\n40/40 containers (100%)"), "\(said.output)")
        // What watching needs is gone.
        let files = try RunTests.files(scratch.path("results/long/latest")).keys
        #expect(!files.contains { $0.hasSuffix("progress.json") || $0.hasSuffix("partial.json") })
    }

    @Test(arguments: [SIGINT, SIGKILL])
    func `a run that was stopped says so, and resume makes it as if it had not been`(signal: Int32) throws {
        let scratch = try Self.longProject(sets: 24, bars: 8_000)
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "-q", "--output", "whole").status == 0)
        let logs = try Scratch()
        let run = try admf.start(["run", "config.yaml", "--jobs", "2", "-q"], in: logs)
        #expect(
            try Self.eventually {
                let folder = scratch.path("results/long/latest/")
                return (try? FileManager.default.contentsOfDirectory(atPath: folder).count) ?? 0 > 6
            }
        )
        run.send(signal)
        let status = try run.wait().status
        #expect(status == 128 + signal)
        let seen = try Self.look(scratch)
        #expect(seen["status"] as? String == (signal == SIGKILL ? "killed" : "interrupted"))
        let text = try admf("watch", "long")
        #expect(text.status == 1)
        #expect(text.output.contains("admf resume "), "\(text.output)")
        #expect(try admf("resume", "results/long/latest", "-q").status == 0)
        #expect(try Self.look(scratch)["status"] as? String == "completed")
        #expect(
            try RunTests.files(scratch.path("results/long/latest"))
                == RunTests.files(scratch.path("whole/long/latest"))
        )
    }

    @Test func `metrics so far are those of the bars so far`() throws {
        // Caught in the act: the file of a container that is running, compared with a run over its bars alone.
        let scratch = try Self.longProject(sets: 1, bars: 120_000)
        let admf = Admf(folder: scratch.folder)
        let logs = try Scratch()
        let run = try admf.start(["run", "config.yaml", "-q"], in: logs)
        var partial: [String: Any] = [:]
        let isSeen = try Self.eventually {
            guard let text = try? scratch.read("results/long/latest/p_0000/partial.json") else {
                return false
            }
            partial = try RunTests.object(text)
            return true
        }
        #expect(isSeen)
        #expect(try run.wait().status == 0)
        #expect(!scratch.has("results/long/latest/p_0000/partial.json"))
        #expect(partial["status"] as? String == "running")
        let bars = try #require(partial["bars_done"] as? Int)
        #expect(bars > 0 && bars <= 120_000 && partial["bars_total"] as? Int == 120_000)
        let metrics = try #require(partial["metrics"] as? [String: Any])
        #expect((metrics["total_trades"] as? Int ?? 0) >= 50)
        #expect(metrics["sharpe_ratio"] is Double && metrics["max_drawdown"] is Double)
    }

    @Test func `wrong options and runs are refused`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("watch", "nothing").status == 2)
        #expect(try admf("watch", "nothing", "--interval", "0").status == 2)
        #expect(try admf("watch", "nothing", "--interval", "soon").status == 2)
        #expect(try admf("watch").status == 2)
    }
}
