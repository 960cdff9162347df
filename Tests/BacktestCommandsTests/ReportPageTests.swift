import Foundation
import Testing

/// The page in a real browser, beyond its first sight: a phone, many parameters, clicks.
@Suite(
    .serialized,
    .enabled(if: Browser.path != nil, "chromium is not installed: `make browser` installs it")
) struct ReportPageTests {
    /// Runs a script on a page after it has drawn itself; what it returns stands in the title.
    private func answer(
        _ scratch: Scratch,
        _ name: String,
        width: Int = 1_200,
        _ script: String
    ) throws -> String {
        let driver = """
            <script>setTimeout(async () => {
            const wait = time => new Promise(done => setTimeout(done, time));
            document.title = "ANSWER " + await (async () => { \(script) })();
            }, 50);</script></body>
            """
        let driven = try scratch.read(name).replacingOccurrences(of: "</body>", with: driver)
        try scratch.write("driven.html", driven)
        let page = try Browser.open(scratch.path("driven.html"), width: width, scratch)
        #expect(page.console.isEmpty, "\(page.console)")
        let match = try #require(page.dom.firstMatch(of: /<title>ANSWER ([^<]*)<\/title>/))
        return String(match.1)
    }

    @Test func `nothing is wider than a phone, and tables keep their first column in sight`() throws {
        let (scratch, _) = try ReportTests.page()
        // Headless Chromium has no window narrower than 500 pixels; a frame has, and one with its text inside may be looked at.
        let text = try scratch.read("page.html").replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "\"", with: "&quot;")
        let script = """
            const frame = document.createElement("iframe");
            frame.width = 360;
            frame.height = 700;
            frame.srcdoc = document.getElementById("page").value;
            frame.onload = () => setTimeout(() => {
              const page = frame.contentDocument, body = page.scrollingElement;
              const sticky = getComputedStyle(page.querySelector("#board td:nth-child(2)")).position;
              const narrow = [...page.querySelectorAll("svg:not(.scale)")].filter(s => s.viewBox.baseVal.width > 360);
              document.getElementById("out").textContent =
                [body.scrollWidth, body.clientWidth, sticky, narrow.length].join(" ");
            }, 300);
            document.body.append(frame);
            """
        try scratch.write(
            "frame.html",
            "<div id=\"out\"></div><textarea id=page hidden>\(text)</textarea><script>\(script)</script>"
        )
        let page = try Browser.open(scratch.path("frame.html"), scratch)
        let match = try #require(
            page.dom.firstMatch(of: /<div id="out">([0-9]+) ([0-9]+) ([a-z]+) ([0-9]+)</)
        )
        #expect(match.1 == match.2, "the page scrolls sideways")
        #expect(match.3 == "sticky")
        #expect(match.4 == "0", "charts are drawn for the width they have")
        #expect(page.console.isEmpty, "\(page.console)")
    }

    @Test func `a third parameter is a slice, and a click on a cell lists its containers`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        let ran = try admf(
            "run",
            "config.yaml",
            "-q",
            "--only",
            "mixed_*",
            "--set",
            "sweep.parameters.dip_buyer.oversold=[30, 35, 40]"
        )
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(try admf("report", "demo", "--output", "page.html").status == 0)
        let found = try answer(
            scratch,
            "page.html",
            """
            const controls = [...document.querySelectorAll("#grid-controls label")];
            const slice = controls.find(label => label.textContent.startsWith("dip_buyer.oversold ")).querySelector("select");
            const before = document.querySelectorAll("#heat-map title")[0].textContent;
            slice.value = "35";
            slice.dispatchEvent(new Event("change"));
            const cell = document.querySelector("#heat-map .cell");
            const after = cell.querySelector("title").textContent;
            cell.dispatchEvent(new Event("click"));
            await wait(300);
            return [before.includes("(mean of 3)"), after.includes("mean of"), document.getElementById("filter").value,
              document.querySelectorAll("#board tbody tr").length].join("; ");
            """
        )
        #expect(
            found == "true; false; crossover.fast = 5, crossover.slow = 20, dip_buyer.oversold = 35; 1"
        )
    }

    @Test func `a plateau map, a period and a container are chosen`() throws {
        let (scratch, _) = try ReportTests.page()
        let found = try answer(
            scratch,
            "page.html",
            """
            const pick = (start, value) => {
              const label = [...document.querySelectorAll("label")].find(one => one.textContent.startsWith(start + " "));
              const control = label.querySelector("select");
              control.value = value;
              control.dispatchEvent(new Event("change"));
            };
            pick("colour", "plateau");
            pick("period", "quarter");
            const map = document.querySelector("#heat-map svg").getAttribute("aria-label");
            const quarters = [...document.querySelectorAll("#breakdown h3")].some(h => h.textContent === "By quarter");
            const links = document.querySelectorAll("#board td button");
            links[1].click();
            return [map, quarters, links.length, document.getElementById("chosen").value === links[1].textContent].join("; ");
            """
        )
        #expect(found == "heat map of plateau over crossover.fast and crossover.slow; true; 6; true")
    }

    @Test func `hundreds of warnings leave room for the rest`() throws {
        let scratch = try RunTests.project()
        let admf = Admf(folder: scratch.folder)
        #expect(try admf("run", "config.yaml", "-q", "--limit", "4").status == 0)
        let manifest = try scratch.read("results/demo/latest/manifest.json")
        let warnings = (0..<300).map { "\"warning \($0)\"" }.joined(separator: ", ")
        try scratch.write(
            "results/demo/latest/manifest.json",
            manifest.replacingOccurrences(of: "\"warnings\": []", with: "\"warnings\": [\(warnings)]")
        )
        #expect(try admf("report", "demo", "--output", "page.html").status == 0)
        let found = try answer(
            scratch,
            "page.html",
            """
            const box = document.getElementById("warnings");
            return [box.querySelector("h2").textContent, box.querySelectorAll(":scope > p").length,
              box.querySelector("summary").textContent, box.getBoundingClientRect().height < 500].join("; ");
            """
        )
        #expect(found == "Warnings (300); 5; 295 more; true")
    }

    @Test func `it prints in black on white, without its controls`() throws {
        let (scratch, _) = try ReportTests.page()
        let found = try answer(
            scratch,
            "page.html",
            """
            const rules = [...document.styleSheets[0].cssRules].filter(rule => rule.media && rule.media.mediaText === "print");
            const text = rules.map(rule => rule.cssText).join(" ");
            return [text.includes("--ground: #ffffff") || text.includes("--ground: rgb(255, 255, 255)"),
              text.includes(".controls"), text.includes("break-inside: avoid")].join("; ");
            """
        )
        #expect(found == "true; true; true")
    }
}
