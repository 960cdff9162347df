extension PageScript {
    /// Lines over time, with a read-out under the pointer.
    static let lines = #"""
        function ticks(low, high, wanted) {
          const raw = (high - low) / wanted, power = Math.pow(10, Math.floor(Math.log10(raw)));
          const step = [1, 2, 5, 10].map(factor => factor * power).find(value => value >= raw);
          const list = [];
          for (let k = Math.ceil(low / step); k * step <= high; k += 1) list.push(k * step);
          return list;
        }

        // series: [{ name, t, values, color, fill }]; marks: [{ t, value, color, shape, words }]
        function lineChart({ title, series, marks, unit, height }) {
          const width = chartWidth(), left = width < 600 ? 58 : 70, right = 12, top = 8, bottom = 22;
          const all = series.flatMap(one => one.values).filter(value => value !== null);
          let low = Math.min(...all), high = Math.max(...all);
          if (series.some(one => one.fill)) low = Math.min(0, low);
          if (low === high) { low -= 1; high += 1; }
          const begin = Math.min(...series.map(one => one.t[0]));
          const end = Math.max(...series.map(one => one.t[one.t.length - 1]), begin + 1);
          const x = t => left + (t - begin) / (end - begin) * (width - left - right);
          const y = value => top + (high - value) / (high - low) * (height - top - bottom);
          const path = one => one.values.map((value, k) => value === null ? "" : (k ? "L" : "M")
            + x(one.t[k]).toFixed(1) + " " + y(value).toFixed(1)).join("");
          const drawn = series.map(one => svg("path", {
            d: one.fill ? path(one) + "L" + x(one.t[one.t.length - 1]) + " " + y(0) + "L" + x(one.t[0]) + " " + y(0) + "Z"
              : path(one),
            fill: one.fill ? one.color : "none", "fill-opacity": one.fill ? 0.25 : null, stroke: one.color,
            "stroke-width": 1.4, "stroke-linejoin": "round" }));
          const points = (marks || []).map(mark => svg("path", {
            d: mark.shape === "up" ? "M-4 4L4 4L0 -4Z" : mark.shape === "down" ? "M-4 -4L4 -4L0 4Z"
              : "M-3 -3L3 3M-3 3L3 -3",
            transform: "translate(" + x(mark.t).toFixed(1) + " " + y(mark.value).toFixed(1) + ")",
            fill: mark.shape === "cross" ? "none" : mark.color, stroke: mark.color },
            svg("title", {}, mark.words)));
          const cursor = svg("line", { y1: top, y2: height - bottom, stroke: "var(--soft)", visibility: "hidden" });
          const readout = el("div", { "class": "readout" });
          const chart = svg("svg", { viewBox: "0 0 " + width + " " + height, role: "img", "aria-label": title },
            ...ticks(low, high, 5).flatMap(value => [
              svg("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), "class": "axis" }),
              svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" },
                unit === "fraction" ? fixed(value * 100, 0) + "%" : general(value))]),
            ...drawn, ...points, cursor,
            svg("text", { x: left, y: height - 5 }, when(begin)),
            svg("text", { x: width - right, y: height - 5, "text-anchor": "end" }, when(end)));
          const nearest = (list, t) => {
            let from = 0, to = list.length - 1;
            while (from < to) { const mid = (from + to) >> 1; if (list[mid] < t) from = mid + 1; else to = mid; }
            return from;
          };
          chart.addEventListener("pointermove", event => {
            const box = chart.getBoundingClientRect();
            const place = (event.clientX - box.left) / box.width * width;
            const t = begin + (place - left) / (width - left - right) * (end - begin);
            const k = nearest(series[0].t, t);
            fill(cursor, { x1: x(series[0].t[k]), x2: x(series[0].t[k]), visibility: "visible" }, []);
            readout.textContent = when(series[0].t[k]) + "   " + series.map(one =>
              one.name + " " + shown(one.values[nearest(one.t, series[0].t[k])], unit)).join("   ");
          });
          const legend = el("div", { "class": "legend soft" }, ...series.map(one =>
            el("span", {}, el("i", { style: "background:" + one.color }), one.name)));
          return el("figure", { style: "margin:0" }, el("h3", {}, title), legend, chart, readout);
        }

        """#

    /// One container in full.
    static let container = #"""
        const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

        function monthTable(rows) {
          const years = new Map();
          for (const [year, month, value] of rows) {
            if (!years.has(year)) years.set(year, new Array(12).fill(null));
            years.get(year)[month - 1] = value;
          }
          const cell = value => el("td", { "class": value > 0 ? "good" : value < 0 ? "bad" : null },
            value === null ? "" : fixed(value * 100, 1));
          const body = [...years].map(([year, months]) => el("tr", {}, el("th", {}, String(year)),
            ...months.map(cell), cell(months.reduce((growth, value) => growth * (1 + (value || 0)), 1) - 1)));
          return el("div", {}, el("h3", {}, "Returns by month and year, %"), el("div", { "class": "scroll" },
            el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, ""),
              ...monthNames.map(name => el("th", {}, name)), el("th", {}, "Year"))), el("tbody", {}, ...body))));
        }

        function breakdown(title, names, rows, units) {
          if (!rows || rows.length === 0) return null;
          return el("div", {}, el("h3", {}, title), el("div", { "class": "scroll" }, el("table", {},
            el("thead", {}, el("tr", {}, ...names.map((name, k) => el("th", { "class": k ? null : "text" }, name)))),
            el("tbody", {}, ...rows.map(row => el("tr", {}, ...row.map((value, k) =>
              el("td", { "class": k ? null : "text" }, k ? shown(value, units[k]) : value))))))));
        }

        function tradeChart(one) {
          const place = $("trades");
          place.replaceChildren();
          if (!one.trades || one.trades.length === 0) return;
          const symbols = data.prices.map(price => price.symbol).filter(name => one.symbols.includes(name));
          if (symbols.length === 0) return;
          const control = el("select", { onchange: () => draw(control.value) });
          options(control, symbols, symbols[0]);
          const holder = el("div", {});
          const draw = symbol => {
            const price = data.prices.find(entry => entry.symbol === symbol);
            const marks = [];
            for (const [name, strategy, side, entry, entryPrice, exit, exitPrice, profit, reason] of one.trades) {
              if (name !== symbol) continue;
              const color = profit > 0 ? "var(--good)" : "var(--bad)";
              const words = strategy + " " + side + ", " + when(entry) + " at " + general(entryPrice) + " to " + when(exit)
                + " at " + general(exitPrice) + ", net " + fixed(profit, 2) + ", " + reason;
              marks.push({ t: entry, value: entryPrice, color, shape: side === "long" ? "up" : "down", words });
              marks.push({ t: exit, value: exitPrice, color, shape: "cross", words });
            }
            const inside = marks.filter(mark => mark.t >= price.t[0] && mark.t <= price.t[price.t.length - 1]);
            holder.replaceChildren(lineChart({ title: "Trades in " + symbol, height: 300, unit: "", marks: inside,
              series: [{ name: "close (▲ long, ▼ short entry, × exit; green won, red lost)", t: price.t, values: price.close,
                color: "var(--soft)" }] }));
          };
          if (symbols.length > 1) place.append(el("div", { "class": "controls" }, el("label", {}, "symbol ", control)));
          place.append(holder);
          draw(symbols[0]);
        }

        function drawContainer() {
          const one = data.chosen.find(entry => entry.id === $("chosen").value);
          if (!one) { $("container").hidden = true; return; }
          const i = data.ids.indexOf(one.id);
          const parameters = data.paths.map((path, k) => [path, i < 0 ? null : data.parameters[k][i]])
            .filter(([, value]) => value !== null).map(([path, value]) => path + " " + general(value));
          $("container-words").textContent = [one.period, ...parameters].filter(Boolean).join("; ");
          const parts = { equity: [], drawdown: [], months: [], breakdown: [] };
          if (one.curve) {
            const c = one.curve;
            const equity = [{ name: "equity", t: c.t, values: c.equity, color: "var(--accent)" }];
            const fall = [{ name: "drawdown", t: c.t, values: c.drawdown.map(v => -v), color: "var(--bad)", fill: true }];
            if (c.hold) {
              equity.push({ name: "buy and hold, no costs", t: c.t, values: c.hold, color: "var(--second)" });
              fall.push({ name: "buy and hold", t: c.t, values: c.holdDrawdown.map(v => -v), color: "var(--second)" });
            }
            parts.equity.push(lineChart({ title: "Equity", series: equity, unit: "currency", height: 280 }));
            parts.drawdown.push(lineChart({ title: "Drawdown", series: fall, unit: "fraction", height: 170 }));
          }
          if (one.months) parts.months.push(monthTable(one.months));
          const names = ["signals", "trades", "win rate", "net P&L"];
          const units = ["", "count", "count", "fraction", "currency"];
          parts.breakdown.push(
            breakdown("By strategy", ["strategy", ...names], one.strategies, units),
            breakdown("By symbol", ["symbol", ...names], one.bySymbol, units),
            breakdown("By exit reason", ["reason", "trades", "win rate", "net P&L", "mean bars"], one.reasons,
              ["", "count", "fraction", "currency", "bars"]));
          for (const [id, nodes] of Object.entries(parts)) $(id).replaceChildren(...nodes.filter(Boolean));
          tradeChart(one);
        }

        function start() {
          $("title").textContent = data.name + " " + data.runID;
          const condition = data.objective.condition ? " where " + data.objective.condition : "";
          $("subtitle").textContent = fixed(count, 0) + " containers, "
            + (data.objective.maximize ? "highest " : "lowest ") + data.objective.metric + condition + " first";
          $("warnings").append(...[...data.warnings, ...data.failures.map(text => "failed: " + text)]
            .map(text => el("p", { "class": "warning" }, text)));
          const best = data.chosen.length ? data.ids.indexOf(data.chosen[0].id) : -1;
          if (best >= 0) $("cards").append(el("div", { "class": "card" }, "best", el("b", {}, data.ids[best])),
            ...[data.objective.metric, ...data.shown].filter((name, k, list) => columns.has(name)
              && list.indexOf(name) === k).map(name => el("div", { "class": "card" }, name,
                el("b", {}, shown(columns.get(name).values[best], columns.get(name).unit)))));
          $("facts").append(...data.facts.map(([name, value]) =>
            el("tr", {}, el("td", {}, name), el("td", {}, value))));
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
