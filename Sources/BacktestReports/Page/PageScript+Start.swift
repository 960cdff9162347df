extension PageScript {
    /// What is drawn first, and what redraws it.
    static let start = #"""
        // A few in sight; hundreds of failed containers would push everything else off the screen.
        function drawWarnings() {
          const texts = [...data.warnings, ...data.failures.map(text => "failed: " + text)];
          const lines = texts.map(text => el("p", { "class": "warning" }, text));
          if (lines.length === 0) return;
          $("warnings").append(el("h2", {}, "Warnings (" + fixed(lines.length, 0) + ")"), ...lines.slice(0, 5));
          if (lines.length > 5) $("warnings").append(el("details", {},
            el("summary", {}, fixed(lines.length - 5, 0) + " more"), ...lines.slice(5)));
        }

        function start() {
          $("title").textContent = data.name + " " + data.runID;
          const condition = data.objective.condition ? " where " + data.objective.condition : "";
          $("subtitle").textContent = fixed(count, 0) + " containers, "
            + (data.objective.maximize ? "highest " : "lowest ") + data.objective.metric + condition + " first";
          drawWarnings();
          const best = data.chosen.length ? data.ids.indexOf(data.chosen[0].id) : -1;
          if (best >= 0) $("cards").append(el("div", { "class": "card" }, "best", el("b", {}, data.ids[best])),
            ...[data.objective.metric, ...data.shown].filter((name, k, list) => columns.has(name)
              && list.indexOf(name) === k).map(name => el("div", { "class": "card" }, name,
                el("b", {}, shown(columns.get(name).values[best], columns.get(name).unit)))));
          if (data.baseline) $("facts").append(el("tr", {}, el("th", { "class": "text" }, ""),
            el("th", { "class": "text" }, "now"), el("th", { "class": "text" }, "before")));
          $("facts").append(...data.facts.map(([name, value, before]) => el("tr", {}, el("td", {}, name),
            el("td", {}, value), before === undefined ? null : el("td", { "class": before === value ? null : "bad" }, before))));
          options($("histogram-metric"),
            [...columns.values()].filter(column => !column.isParameter).map(column => column.name),
            data.baseline ? "change." + data.objective.metric : data.objective.metric);
          drawComparison();
          options($("chosen"), data.chosen.map(one => one.id), "");
          let timer = 0;
          $("filter").addEventListener("input", event => {
            clearTimeout(timer);
            timer = setTimeout(() => { board.filter = event.target.value; select(); }, 120);
          });
          $("all-metrics").addEventListener("change", event => { board.all = event.target.checked; drawBoard(); });
          $("previous").addEventListener("click", () => { board.page -= 1; drawBoard(); });
          $("next").addEventListener("click", () => { board.page += 1; drawBoard(); });
          $("histogram-metric").addEventListener("change", drawHistogram);
          $("chosen").addEventListener("change", drawContainer);
          recall();
          const draw = () => { gridControls(); drawContainer(); };
          select();
          draw();
          let drawn = chartWidth();
          window.addEventListener("resize", () => {
            if (chartWidth() === drawn) return;
            drawn = chartWidth();
            drawHistogram();
            draw();
          });
        }

        """#
}
