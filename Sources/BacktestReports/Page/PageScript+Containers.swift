extension PageScript {
    /// Lines over time, with a read-out under the pointer.
    static let lines = #"""
        function ticks(low, high, wanted) {
          const raw = (high - low) / wanted, power = Math.pow(10, Math.floor(Math.log10(raw)));
          const step = [1, 2, 5, 10].map(factor => factor * power).find(value => value >= raw);
          const list = [];
          for (let k = Math.ceil(low / step); k * step <= high; k += 1) list.push(k * step || 0);
          return list;
        }

        // Times at which a reader expects a line: whole years, months, days or hours.
        function timeTicks(begin, end, wanted) {
          const span = end - begin, day = 86400, list = [];
          const months = [1, 3, 6, 12, 24, 60, 120].find(step => span / (step * 30.4 * day) <= wanted);
          if (span > 75 * day && months) {
            const first = civil(begin);
            for (let k = Math.ceil((first.year * 12 + first.month - 1) / months) * months; ; k += months) {
              const year = Math.floor(k / 12), month = k % 12 + 1;
              const t = Date.UTC(year, month - 1, 1) / 1000;
              if (t > end) break;
              if (t >= begin) list.push([t, months % 12 === 0 ? String(year) : year + "-" + two(month)]);
            }
            return list;
          }
          const steps = [1, 2, 4, 6, 12, 24, 48, 168, 336].map(hours => hours * 3600);
          const step = steps.find(value => span / value <= wanted) || 28 * day;
          for (let t = Math.ceil(begin / step) * step; t <= end; t += step)
            list.push([t, step >= day ? when(t).slice(0, 10) : when(t).slice(5)]);
          return list;
        }

        // series: [{ name, t, values, color, fill }]; marks: [{ t, value, color, shape, words }]
        function lineChart({ title, series, marks, unit, height }) {
          const width = chartWidth(), left = width < 600 ? 58 : 70, right = 12, top = 8, bottom = 22;
          const all = series.flatMap(one => one.values).filter(value => value !== null);
          let low = all.reduce((a, b) => Math.min(a, b)), high = all.reduce((a, b) => Math.max(a, b));
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
            ...timeTicks(begin, end, width < 600 ? 4 : 9).flatMap(([t, words]) => [
              svg("line", { x1: x(t), x2: x(t), y1: top, y2: height - bottom, "class": "axis" }),
              svg("text", { x: Math.min(x(t), width - right - words.length * 3), y: height - 5,
                "text-anchor": "middle" }, words)]),
            ...drawn, ...points, cursor);
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

        // Columns of a breakdown by name: the label, then what there is of returns and trades.
        const groupColumns = [["return", "fraction", 1], ["drawdown", "fraction", 2], ["trades", "count", 3],
          ["win rate", "fraction", 4], ["net P&L", "currency", 5], ["mean bars", "bars", 6]];
        function groups(title, label, rows, hidden) {
          if (!rows) return null;
          const used = groupColumns.filter(([name, , k]) => !hidden.includes(name)
            && rows.some(row => row[k] !== null && (k !== 3 || row[k] > 0)));
          return breakdown(title, [label, ...used.map(([name]) => name)],
            rows.map(row => [row[0], ...used.map(([, , k]) => row[k])]), ["", ...used.map(([, unit]) => unit)]);
        }

        function periods(one) {
          const lengths = ["year", "quarter", "month"].filter(name => one.breakdown[name]);
          if (lengths.length === 0) return null;
          const holder = el("div", {});
          const draw = length => holder.replaceChildren(
            groups("By " + length, length, one.breakdown[length], ["mean bars"]));
          const control = el("select", { onchange: () => draw(control.value) });
          options(control, lengths, lengths[0]);
          draw(lengths[0]);
          return el("div", {}, el("div", { "class": "controls" }, el("label", {}, "period ", control)), holder);
        }

        function breakdown(title, names, rows, units) {
          if (!rows || rows.length === 0) return null;
          return el("div", {}, el("h3", {}, title), el("div", { "class": "scroll" }, el("table", {},
            el("thead", {}, el("tr", {}, ...names.map((name, k) => el("th", { "class": k ? null : "text" }, name)))),
            el("tbody", {}, ...rows.map(row => el("tr", {}, ...row.map((value, k) =>
              el("td", { "class": !k ? "text" : signed.includes(names[k]) && value > 0 ? "good"
                : signed.includes(names[k]) && value < 0 ? "bad" : null }, k ? shown(value, units[k]) : value))))))));
        }
        const signed = ["return", "net P&L"];

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
          if (one.tradeCount > one.trades.length) place.append(el("p", { "class": "soft" }, "the first "
            + fixed(one.trades.length, 0) + " of " + fixed(one.tradeCount, 0) + " trades; the tables count all"));
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
            if (one.before) equity.push({ name: "before", t: one.before.t, values: one.before.equity, color: "var(--good)" });
            parts.equity.push(lineChart({ title: "Equity", series: equity, unit: "currency", height: 280 }));
            parts.drawdown.push(lineChart({ title: "Drawdown", series: fall, unit: "fraction", height: 170 }));
          }
          if (one.months) parts.months.push(monthTable(one.months));
          const names = ["signals", "trades", "win rate", "net P&L"];
          const units = ["", "count", "count", "fraction", "currency"];
          parts.breakdown.push(
            breakdown("By strategy", ["strategy", ...names], one.strategies, units),
            breakdown("By symbol", ["symbol", ...names], one.bySymbol, units),
            groups("By side", "side", one.breakdown.side, ["return", "drawdown"]),
            groups("By exit reason", "reason", one.breakdown.reason, ["return", "drawdown"]),
            groups("By weekday (" + data.zone + ")", "weekday", one.breakdown.weekday, ["drawdown", "mean bars"]),
            groups("By hour (" + data.zone + ")", "hour", one.breakdown.hour, ["drawdown", "mean bars"]),
            periods(one));
          for (const [id, nodes] of Object.entries(parts)) $(id).replaceChildren(...nodes.filter(Boolean));
          tradeChart(one);
        }

        """#
}
