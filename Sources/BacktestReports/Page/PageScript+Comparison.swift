extension PageScript {
    /// What changed since another run.
    static let comparison = #"""
        function drawComparison() {
          const baseline = data.baseline;
          if (!baseline) return;
          $("comparison").hidden = false;
          $("comparison-words").textContent = "against " + baseline.path + ", " + fixed(baseline.matched, 0)
            + " containers in both; a change is this run less that one";
          const table = (names, rows) => el("div", { "class": "scroll" }, el("table", {},
            el("thead", {}, el("tr", {}, ...names.map((name, k) => el("th", { "class": k ? null : "text" }, name)))),
            el("tbody", {}, ...rows)));
          const changes = baseline.changes.map(row => el("tr", {}, ...row.map((value, k) =>
            el("td", { "class": k < 2 ? "text" : null }, general(value)))));
          const unit = name => (columns.get(name) || {}).unit;
          const summary = baseline.summary.map(([name, better, worse, same, changed, median, low, high, p]) =>
            el("tr", {}, el("td", { "class": "text" }, name),
              el("td", { "class": better > worse ? "good" : null }, fixed(better, 0)),
              el("td", { "class": worse > better ? "bad" : null }, fixed(worse, 0)), el("td", {}, fixed(same, 0)),
              el("td", {}, fixed(changed, 0)), el("td", {}, shown(median, unit(name))),
              el("td", {}, shown(low, unit(name)) + " to " + shown(high, unit(name))), el("td", {}, general(p))));
          $("comparison-tables").replaceChildren(...[
            changes.length ? el("h3", {}, "What led to it") : null,
            changes.length ? table(["what", "where", "before", "now"], changes) : null,
            el("h3", {}, "Metrics"),
            summary.length ? table(["metric", "better", "worse", "same", "changed", "median change", "95 % interval",
              "p of the sign test"], summary) : el("p", {}, "No differences."),
          ].filter(Boolean));
          drawScatter();
        }

        // Each container by its value before and now: above the line is more.
        function drawScatter() {
          const name = data.objective.metric, now = columns.get(name), before = columns.get("before." + name);
          if (!now || !before) return;
          const points = [];
          for (let i = 0; i < count; i += 1)
            if (now.values[i] !== null && before.values[i] !== null) points.push(i);
          if (points.length === 0) return;
          const width = Math.min(520, chartWidth()), height = width, left = 60, bottom = 40;
          const all = points.flatMap(i => [now.values[i], before.values[i]]);
          let low = all.reduce((a, b) => Math.min(a, b)), high = all.reduce((a, b) => Math.max(a, b));
          if (low === high) { low -= 1; high += 1; }
          const x = value => left + (value - low) / (high - low) * (width - left - 12);
          const y = value => 8 + (high - value) / (high - low) * (height - bottom - 8);
          const list = ticks(low, high, 5);
          $("scatter").replaceChildren(el("h3", {}, name + " before (across) and now (up)"),
            svg("svg", { viewBox: "0 0 " + width + " " + height, role: "img", style: "max-width:" + width + "px",
              "aria-label": "scatter of " + name },
              ...list.flatMap(value => [
                svg("line", { x1: left, x2: width - 12, y1: y(value), y2: y(value), "class": "axis" }),
                svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, general(value)),
                svg("text", { x: x(value), y: height - bottom + 16, "text-anchor": "middle" }, general(value))]),
              svg("line", { x1: x(low), y1: y(low), x2: x(high), y2: y(high), stroke: "var(--soft)",
                "stroke-dasharray": "4 4" }),
              ...points.map(i => svg("circle", { cx: x(before.values[i]).toFixed(1), cy: y(now.values[i]).toFixed(1),
                r: points.length > 500 ? 1.5 : 3, "fill-opacity": 0.6,
                fill: (now.values[i] - before.values[i]) * (now.better || 1) < 0 ? "var(--bad)" : "var(--accent)" },
                points.length > 3000 ? null : svg("title", {}, data.ids[i] + ": " + shown(before.values[i], now.unit)
                  + " to " + shown(now.values[i], now.unit))))));
        }

        """#
}
