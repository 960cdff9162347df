extension PageScript {
    /// The histogram of a metric over the containers that are left by the filter.
    static let histogram = #"""
        function quantile(sorted, q) {
          const place = q * (sorted.length - 1), low = Math.floor(place);
          const high = Math.min(low + 1, sorted.length - 1);
          return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
        }

        function drawHistogram() {
          const column = columns.get($("histogram-metric").value);
          const place = $("histogram");
          if (!column) return;
          const sorted = board.rows.map(i => column.values[i]).filter(value => value !== null).sort((a, b) => a - b);
          const undefinedCount = board.rows.length - sorted.length;
          if (sorted.length === 0) {
            place.replaceChildren();
            $("histogram-words").textContent = "undefined in all " + board.rows.length + " containers";
            return;
          }
          const low = sorted[0], high = sorted[sorted.length - 1];
          const bins = low === high ? 1 : Math.max(5, Math.min(60, Math.ceil(Math.sqrt(sorted.length) * 1.5)));
          const counts = new Array(bins).fill(0);
          for (const value of sorted)
            counts[low === high ? 0 : Math.min(bins - 1, Math.floor((value - low) / (high - low) * bins))] += 1;
          const width = chartWidth(), height = 220, left = 45, bottom = 24;
          const most = Math.max(...counts);
          const x = value => low === high ? (left + width) / 2 : left + (value - low) / (high - low) * (width - left - 10);
          const y = number => 10 + (1 - number / most) * (height - bottom - 10);
          const step = (width - left - 10) / bins;
          const bars = counts.map((number, bin) => svg("rect",
            { x: left + bin * step + 0.5, y: y(number), width: Math.max(1, step - 1),
              height: height - bottom - y(number), fill: "var(--accent)" },
            svg("title", {}, number + " from " + shown(low + bin * (high - low) / bins, column.unit) + " to "
              + shown(low + (bin + 1) * (high - low) / bins, column.unit))));
          const middle = quantile(sorted, 0.5);
          place.replaceChildren(svg("svg",
            { viewBox: "0 0 " + width + " " + height, role: "img", "aria-label": "histogram of " + column.name },
            svg("line", { x1: left, x2: width - 10, y1: height - bottom, y2: height - bottom, "class": "axis" }),
            ...bars,
            svg("line", { x1: x(middle), x2: x(middle), y1: 4, y2: height - bottom, stroke: "var(--second)",
              "stroke-width": 2 }),
            ...(low === high ? [low] : ticks(low, high, width < 600 ? 4 : 8)).map(value => svg("text",
              { x: Math.min(x(value), width - 24), y: height - 6, "text-anchor": "middle" },
              column.unit === "fraction" ? general(value * 100) + "%" : general(value))),
            svg("text", { x: left - 6, y: 18, "text-anchor": "end" }, String(most)),
            svg("text", { x: left - 6, y: height - bottom, "text-anchor": "end" }, "0")));
          $("histogram-words").textContent = [["5%", 0.05], ["25%", 0.25], ["median", 0.5], ["75%", 0.75], ["95%", 0.95]]
            .map(([name, q]) => name + " " + shown(quantile(sorted, q), column.unit)).join(", ")
            + (undefinedCount ? "; undefined in " + undefinedCount : "");
        }

        """#

    /// Two parameters against each other, the others fixed or averaged.
    static let heatMap = #"""
        // Five stops of viridis: even steps to the eye, and to those who cannot tell red from green.
        const stops = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
        function shade(share) {
          const place = Math.max(0, Math.min(1, share)) * (stops.length - 1);
          const index = Math.min(stops.length - 2, Math.floor(place));
          const mixed = stops[index].map((from, k) => Math.round(from + (stops[index + 1][k] - from) * (place - index)));
          return { color: "rgb(" + mixed.join(",") + ")",
            isLight: mixed[0] * 0.299 + mixed[1] * 0.587 + mixed[2] * 0.114 > 150 };
        }
        const distinct = values => [...new Set(values.filter(value => value !== null))]
          .sort((a, b) => typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1);
        const grid = { slices: {} };

        function gridControls() {
          const varied = data.paths.filter((_, index) => distinct(data.parameters[index]).length > 1);
          if (varied.length === 0) { $("grid").hidden = true; return; }
          grid.x = grid.x && varied.includes(grid.x) ? grid.x : varied[0];
          if (!varied.includes(grid.y) || grid.y === grid.x) grid.y = varied.find(path => path !== grid.x) || "";
          grid.color = grid.color || (columns.has(data.objective.metric) ? data.objective.metric : data.metrics[0][0]);
          const names = [...new Set(data.portfolios)];
          if (!names.includes(grid.portfolio)) grid.portfolio = data.portfolios[0];
          const pick = (label, list, chosen, change) => {
            const control = el("select", { onchange: event => { change(event.target.value); gridControls(); } });
            options(control, list, chosen);
            return el("label", {}, label + " ", control);
          };
          const colors = [...columns.values()].filter(column => !column.isParameter).map(column => column.name);
          const controls = [
            pick("x", varied, grid.x, value => { grid.x = value; }),
            varied.length > 1 ? pick("y", varied.filter(path => path !== grid.x), grid.y,
              value => { grid.y = value; }) : null,
            pick("colour", colors, grid.color, value => { grid.color = value; }),
            names.length > 1 ? pick("portfolio", names, grid.portfolio, value => { grid.portfolio = value; }) : null,
          ];
          for (const path of varied.filter(name => name !== grid.x && name !== grid.y)) {
            const values = distinct(columns.get(path).values).map(value => [String(value), general(value)]);
            controls.push(pick(path, [["", "all (mean)"], ...values], grid.slices[path] || "",
              value => { grid.slices[path] = value; }));
          }
          $("grid-controls").replaceChildren(...controls.filter(Boolean));
          drawHeatMap(varied);
        }

        function drawHeatMap(varied) {
          const column = columns.get(grid.color), xs = columns.get(grid.x), ys = grid.y ? columns.get(grid.y) : null;
          const cells = new Map();
          const fixedPaths = varied.filter(path => path !== grid.x && path !== grid.y && grid.slices[path]);
          for (let i = 0; i < count; i += 1) {
            if (data.portfolios[i] !== grid.portfolio || column.values[i] === null) continue;
            if (fixedPaths.some(path => String(columns.get(path).values[i]) !== grid.slices[path])) continue;
            const key = JSON.stringify([xs.values[i], ys ? ys.values[i] : null]);
            const cell = cells.get(key) || { sum: 0, number: 0, id: data.ids[i] };
            cell.sum += column.values[i];
            cell.number += 1;
            cells.set(key, cell);
          }
          const across = distinct(xs.values), up = ys ? distinct(ys.values) : [null];
          const means = [...cells.values()].map(cell => cell.sum / cell.number);
          if (means.length === 0) {
            $("heat-map").replaceChildren();
            $("heat-words").textContent = "no container here has a value";
            return;
          }
          const low = means.reduce((a, b) => Math.min(a, b)), high = means.reduce((a, b) => Math.max(a, b));
          const left = 70, bottom = 40, width = chartWidth();
          const wide = (width - left - 10) / across.length;
          const tall = Math.max(8, Math.min(44, wide, 520 / up.length));
          const height = up.length * tall + bottom + 10;
          const everyX = Math.ceil(across.length / Math.min(across.length, width / 50)), everyY = Math.ceil(12 / tall);
          const rects = [];
          up.forEach((b, row) => across.forEach((a, place) => {
            const cell = cells.get(JSON.stringify([a, b]));
            if (!cell) return;
            const mean = cell.sum / cell.number;
            const share = high === low ? 0.5 : (mean - low) / (high - low);
            const { color, isLight } = shade(column.better < 0 ? 1 - share : share);
            const x = left + place * wide, y = 10 + (up.length - 1 - row) * tall;
            const words = shown(mean, column.unit);
            const pick = [[grid.x, a], ...(ys ? [[grid.y, b]] : []), ...fixedPaths.map(path => [path, grid.slices[path]])];
            rects.push(svg("g", { "class": "cell", onclick: () => filterBy(pick) },
              svg("rect", { x, y, width: wide + 0.3, height: tall + 0.3, fill: color },
                svg("title", {}, grid.x + " " + general(a) + (ys ? ", " + grid.y + " " + general(b) : "") + ": "
                  + column.name + " " + words + (cell.number > 1 ? " (mean of " + cell.number + ")" : ", " + cell.id))),
              wide > words.length * 7 && tall > 15 ? svg("text", { x: x + wide / 2, y: y + tall / 2 + 4,
                "text-anchor": "middle", "class": isLight ? "onlight" : null }, words) : null));
          }));
          $("heat-map").replaceChildren(svg("svg",
            { viewBox: "0 0 " + width + " " + height, role: "img",
              "aria-label": "heat map of " + column.name + " over " + grid.x + (ys ? " and " + grid.y : "") },
            ...rects,
            ...across.map((a, place) => place % everyX ? null : svg("text",
              { x: left + (place + 0.5) * wide, y: height - bottom + 14, "text-anchor": "middle" }, general(a))),
            ...(ys ? up.map((b, row) => row % everyY ? null : svg("text",
              { x: left - 6, y: 14 + (up.length - 0.5 - row) * tall, "text-anchor": "end" }, general(b))) : []),
            svg("text", { x: (left + width) / 2, y: height - 6, "text-anchor": "middle" }, grid.x),
            ys ? svg("text", { x: 12, y: height / 2 - 15, transform: "rotate(-90 12 " + (height / 2 - 15) + ")",
              "text-anchor": "middle" }, grid.y) : null));
          const scale = Array.from({ length: 40 }, (_, k) => shade((k + 0.5) / 40).color);
          const [worst, best] = column.better < 0 ? [high, low] : [low, high];
          $("heat-words").replaceChildren(column.name + " " + shown(worst, column.unit) + " ",
            svg("svg", { viewBox: "0 0 160 10", "class": "scale", role: "img", "aria-label": "colour scale" },
              ...scale.map((fill, k) => svg("rect", { x: k * 4, y: 0, width: 4.2, height: 10, fill }))),
            " " + shown(best, column.unit) + (column.better ? " (best)" : "") + "; a click lists a cell's containers");
        }

        // The containers of a cell, in the leaderboard.
        function filterBy(pairs) {
          const names = [...new Set(data.portfolios)];
          board.filter = [...(names.length > 1 ? [grid.portfolio] : []),
            ...pairs.map(([path, value]) => path + " = " + value)].join(", ");
          $("filter").value = board.filter;
          select();
          $("leaderboard").scrollIntoView({ block: "start" });
        }

        """#
}
