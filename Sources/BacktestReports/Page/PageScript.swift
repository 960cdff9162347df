/// The page's script, in the order in which its parts stand on the page.
enum PageScript {
    static let text = #"""
        "use strict";
        window.addEventListener("error", event => {
          document.getElementById("errors").textContent += event.message + "\n";
        });
        (() => {

        """# + basics + leaderboard + histogram + heatMap + lines + container + comparison + start + #"""
            start();
            })();

            """#

    /// Elements, numbers and times.
    private static let basics = #"""
        const data = JSON.parse(document.getElementById("data").textContent);
        const $ = id => document.getElementById(id);
        const svgSpace = "http://www.w3.org/2000/svg";

        function fill(node, attributes, children) {
          for (const [name, value] of Object.entries(attributes || {})) {
            if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
            else if (value !== null && value !== undefined) node.setAttribute(name, value);
          }
          for (const child of children) if (child !== null) node.append(child);
          return node;
        }
        const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
        const svg = (tag, attributes, ...children) =>
          fill(document.createElementNS(svgSpace, tag), attributes, children);

        const fixed = (value, digits) =>
          value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
        const general = value =>
          typeof value !== "number" ? (value === null || value === undefined ? "–" : String(value))
          : value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential(2)
          : value.toLocaleString("en-US", { maximumSignificantDigits: 6 });
        function shown(value, unit) {
          if (value === null || value === undefined) return "–";
          if (unit === "fraction") return fixed(value * 100, 2) + "%";
          if (unit === "currency") return fixed(value, 2);
          if (unit === "count") return fixed(value, 0);
          if (unit === "bars") return fixed(value, 1);
          return unit === "ratio" ? fixed(value, 3) : general(value);
        }
        // Howard Hinnant's civil_from_days: no time zone of the reader gets in.
        function civil(seconds) {
          const days = Math.floor(seconds / 86400), z = days + 719468, era = Math.floor(z / 146097);
          const day = z - era * 146097;
          const yearOfEra = Math.floor(
            (day - Math.floor(day / 1460) + Math.floor(day / 36524) - Math.floor(day / 146096)) / 365);
          const dayOfYear = day - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
          const shifted = Math.floor((5 * dayOfYear + 2) / 153);
          const month = shifted < 10 ? shifted + 3 : shifted - 9;
          return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1, rest: seconds - days * 86400 };
        }
        // Letters in a chart are as large as those around it, also on a phone.
        const chartWidth = () => Math.max(320, Math.min(900, document.body.clientWidth - 24));
        const two = number => String(number).padStart(2, "0");
        function when(seconds) {
          const c = civil(seconds);
          const day = c.year + "-" + two(c.month) + "-" + two(c.day);
          if (c.rest === 0) return day;
          return day + " " + two(Math.floor(c.rest / 3600)) + ":" + two(Math.floor(c.rest / 60) % 60);
        }
        const columns = new Map();
        const unscaled = (values, scale) => values.map(value => value === null ? null : value / scale);
        data.metrics.forEach(([name, unit, better, summary, scale], index) =>
          columns.set(name, { name, unit, better, summary, values: unscaled(data.values[index], scale), isMetric: true }));
        data.paths.forEach((name, index) =>
          columns.set(name, { name, unit: "", better: 0, values: data.parameters[index], isParameter: true }));
        if (data.plateau) {
          const of = columns.get(data.objective.metric);
          const unit = of ? of.unit : "", better = data.objective.maximize ? 1 : -1;
          columns.set("plateau", { name: "plateau", unit, better, values: unscaled(data.plateau, data.plateauScale),
            summary: "mean of " + data.objective.metric + " over a container and its neighbours in the grid" });
          columns.set("worst_neighbour", { name: "worst_neighbour", unit, better, values: unscaled(data.worstNeighbour, data.plateauScale),
            summary: "worst " + data.objective.metric + " of the neighbours in the grid" });
        }
        for (const [name, unit, better, change, gone] of data.baseline ? data.baseline.columns : []) {
          const now = columns.get(name);
          const before = change.map((value, i) => value !== null ? now.values[i] - value : gone[i] ?? null);
          columns.set("before." + name, { name: "before." + name, unit, better, values: before,
            summary: name + " in the other run" });
          columns.set("change." + name, { name: "change." + name, unit, better, values: change,
            summary: name + " less that of the other run" });
        }
        const count = data.ids.length;
        const failed = new Set(data.failed);
        // Insolvent containers stand behind all others, whatever the column.
        const ruined = new Set(data.insolvent);
        function options(select, names, chosen) {
          select.replaceChildren(...names.map(name => {
            const [value, words] = Array.isArray(name) ? name : [name, name];
            return el("option", { value, selected: value === chosen ? "" : null }, words);
          }));
        }

        """#

    /// A table that sorts, filters and turns pages.
    private static let leaderboard = #"""
        const board = { filter: "", sort: data.objective.metric, up: !data.objective.maximize, page: 0, all: false,
          rows: [] };
        const pageLength = 30;

        // Terms joined by commas or 'and': NAME OPERATOR NUMBER, or a piece of an id or portfolio.
        function predicate(text) {
          const tests = [];
          for (const term of text.split(/,|&&|\sand\s/).map(part => part.trim()).filter(Boolean)) {
            const match = /^([^\s<>=!]+)\s*(<=|>=|==|!=|=|<|>)\s*(.+)$/.exec(term);
            if (!match) {
              const piece = term.toLowerCase();
              tests.push(i => data.ids[i].toLowerCase().includes(piece)
                || data.portfolios[i].toLowerCase().includes(piece));
              continue;
            }
            const column = columns.get(match[1]);
            if (!column) throw new Error("there is no '" + match[1] + "'");
            const raw = match[3].trim();
            const number = raw.endsWith("%") ? Number(raw.slice(0, -1)) / 100 : Number(raw);
            const wanted = Number.isNaN(number) ? raw : number;
            const compare = { "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b,
              ">=": (a, b) => a >= b, "=": (a, b) => a === b, "==": (a, b) => a === b,
              "!=": (a, b) => a !== b }[match[2]];
            tests.push(i => column.values[i] !== null && compare(column.values[i], wanted));
          }
          return i => tests.every(test => test(i));
        }

        function select() {
          let holds;
          try {
            holds = predicate(board.filter);
            $("filter").setCustomValidity("");
          } catch (error) {
            $("filter").setCustomValidity(error.message);
            $("count").textContent = error.message;
            return;
          }
          const rows = [];
          for (let i = 0; i < count; i += 1) if (holds(i)) rows.push(i);
          const column = columns.get(board.sort);
          const values = column ? column.values : data.ids;
          const sign = board.up ? 1 : -1;
          rows.sort((a, b) => {
            const x = values[a], y = values[b];
            if (ruined.has(a) !== ruined.has(b)) return ruined.has(a) ? 1 : -1;
            if (x === y) return a - b;
            if (x === null) return 1;
            if (y === null) return -1;
            return (x < y ? -1 : 1) * sign;
          });
          board.rows = rows;
          board.page = 0;
          drawBoard();
          drawHistogram();
          remember();
        }

        function shownColumns() {
          const names = [...data.paths];
          if (board.all) for (const [name, column] of columns) { if (!column.isParameter) names.push(name); }
          else for (const name of [data.objective.metric, "change." + data.objective.metric, ...data.shown, "plateau",
            board.sort])
            if (columns.has(name) && !names.includes(name)) names.push(name);
          return names.map(name => columns.get(name));
        }

        function heading(name, title) {
          const isSorted = board.sort === name;
          const arrow = isSorted ? (board.up ? " ▲" : " ▼") : "";
          const sortBy = () => {
            const column = columns.get(name);
            board.up = isSorted ? !board.up : column ? column.better < 0 || column.isParameter === true : true;
            board.sort = name;
            select();
          };
          return el("th", { title: title || null, "class": name === "container_id" ? "text" : null,
            "aria-sort": isSorted ? (board.up ? "ascending" : "descending") : null },
            el("button", { type: "button", onclick: sortBy }, name + arrow));
        }

        function drawBoard() {
          const used = shownColumns();
          const head = el("tr", {}, el("th", {}, "#"), heading("container_id"),
            ...used.map(column => heading(column.name, column.summary)));
          const chosen = new Set(data.chosen.map(one => one.id));
          const from = board.page * pageLength;
          const body = board.rows.slice(from, from + pageLength).map((i, place) =>
            el("tr", { "class": chosen.has(data.ids[i]) ? "chosen" : null },
              el("td", {}, String(from + place + 1)),
              el("td", { "class": "text" }, chosen.has(data.ids[i])
                ? el("button", { type: "button", title: "show in full", onclick: () => choose(data.ids[i]) }, data.ids[i])
                : data.ids[i] + (failed.has(i) ? " (failed)" : "")),
              ...used.map(column => el("td", {}, shown(column.values[i], column.unit)))));
          $("board").replaceChildren(el("thead", {}, head), el("tbody", {}, ...body));
          const pages = Math.max(1, Math.ceil(board.rows.length / pageLength));
          $("count").textContent = fixed(board.rows.length, 0) + " of " + fixed(count, 0) + " containers";
          $("page").textContent = "page " + (board.page + 1) + " of " + pages;
          $("previous").disabled = board.page === 0;
          $("next").disabled = board.page + 1 >= pages;
        }

        function choose(id) {
          $("chosen").value = id;
          drawContainer();
          $("container").scrollIntoView({ block: "start" });
        }

        // The view stands in the address, so that it can be sent along with the file.
        function remember() {
          const parts = new URLSearchParams();
          if (board.filter) parts.set("filter", board.filter);
          parts.set("sort", (board.up ? "" : "-") + board.sort);
          try { history.replaceState(null, "", "#" + parts); } catch { /* some viewers forbid it */ }
        }
        function recall() {
          const parts = new URLSearchParams(location.hash.slice(1));
          const sort = parts.get("sort");
          if (parts.get("filter")) board.filter = parts.get("filter");
          if (sort) {
            const name = sort.startsWith("-") ? sort.slice(1) : sort;
            if (columns.has(name) || name === "container_id") { board.sort = name; board.up = name === sort; }
          }
          $("filter").value = board.filter;
        }

        """#
}
